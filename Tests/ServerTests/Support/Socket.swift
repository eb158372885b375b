import NIOCore
import NIOPosix
import NIOSSL
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

    /// Drops what is sent to say goodbye over TLS, as an end does that no longer answers.
    private final class Mute: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = ByteBuffer
        let isMute = Mutex(false)

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if isMute.withLock({ $0 }) { promise?.succeed() } else { context.write(data, promise: promise) }
        }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            if isMute.withLock({ $0 }) { promise?.succeed() } else { context.close(mode: mode, promise: promise) }
        }
    }

    private let mute = Mute()

    /// Connects and sends what it is given.
    ///
    /// - Parameter tls: whose authority is trusted; plain text when `nil`.
    init(_ port: Int, _ text: String, tls certificates: Certificates? = nil) async throws {
        var context: NIOSSLContext?
        if let certificates {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(certificates.bytes("ca.crt")))
            context = try NIOSSLContext(configuration: tls)
        }
        let (tls, mute) = (context, mute)
        let reader = Reader()
        self.reader = reader
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(mute)
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(reader)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        send(text)
    }

    /// What came back so far.
    var text: String { reader.seen.withLock { $0 } }
    var isClosed: Bool { !channel.isActive }

    /// From now on nothing is sent any more, not even a goodbye.
    func fallSilent() { mute.isMute.withLock { $0 = true } }

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
