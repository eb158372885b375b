import NIOCore
import NIOPosix
import Synchronization

/// A bare connection, for what no HTTP client would send.
final class Socket: Sendable {
    private final class Reader: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let seen = Mutex("")

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            seen.withLock { $0 += text }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let reader: Reader

    /// Connects and sends what it is given.
    init(_ port: Int, _ text: String) async throws {
        let reader = Reader()
        self.reader = reader
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in channel.pipeline.addHandler(reader) }
            .connect(host: "127.0.0.1", port: port).get()
        send(text)
    }

    /// What came back so far.
    var text: String { reader.seen.withLock { $0 } }
    var isClosed: Bool { !channel.isActive }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func close() { channel.close(promise: nil) }

    /// Waits until the other end closes.
    func closed() async { try? await channel.closeFuture.get() }

    /// Waits until what came back is as expected.
    func received(_ isEnough: (String) -> Bool) async throws {
        for _ in 0..<500 {
            if isEnough(text) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Yard.Unreadable(description: "saw only: \(text)")
    }
}
