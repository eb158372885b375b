import Bolt
import Core
import NIOCore
import NIOPosix
import NIOSSL
import Outgoing
import Synchronization

/// A server on a loopback port that says what a test tells it to.
final class ScriptedServer: Sendable {
    enum Reply: Sendable {
        case bytes([UInt8])
        case close
    }
    /// A message as it came; the handshake has tag 0xFF.
    struct Request: Sendable {
        let connection: Int
        let tag: UInt8
        let fields: [BoltValue]
    }
    /// What is said to a message; `nil` for what a friendly server says.
    typealias Script = @Sendable (Request) -> [Reply]?

    static let handshake: UInt8 = 0xFF

    private let channel: any Channel
    private let log = Log()

    var port: Int { channel.localAddress?.port ?? 0 }
    /// The tags of what came, in order, without handshakes.
    var tags: [UInt8] { log.all.map(\.tag).filter { $0 != Self.handshake } }
    var connections: Int { Set(log.all.map(\.connection)).count }
    func fields(_ tag: UInt8) -> [[BoltValue]] { log.all.filter { $0.tag == tag }.map(\.fields) }

    init(tls: NIOSSLContext? = nil, _ script: @escaping Script = { _ in nil }) async throws {
        let log = log
        let numbers = Counter()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(Handler(numbers.next(), log, script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async { try? await channel.close() }

    func client(
        _ security: BoltAddress.Security = .plain, host: String = "127.0.0.1", pacing: Pacing = .real(),
        _ change: (inout BoltOptions) -> Void = { _ in }
    ) -> BoltClient {
        var options = BoltOptions()
        options.connect = .seconds(20)
        change(&options)
        return BoltClient(
            BoltAddress(host: host, port: port, security: security),
            credentials: .basic(user: "u", password: "hunter2!"),
            options: options, pacing: pacing)
    }

    /// What a friendly server says.
    static func friendly(_ request: Request) -> [Reply] {
        switch request.tag {
        case handshake: [.bytes([0, 0, 4, 5])]
        case 0x01: [.bytes(Server.success(["server": "Scripted/1"]))]
        case 0x02: [.close]
        case 0x10: [.bytes(Server.success(["fields": ["x"]]))]
        case 0x3F: [.bytes(Server.record([1]) + Server.success(["type": "r"]))]
        default: [.bytes(Server.success())]
        }
    }

    final class Counter: Sendable {
        private let value = Mutex(0)
        @discardableResult
        func next() -> Int {
            value.withLock {
                $0 += 1
                return $0
            }
        }
        var current: Int { value.withLock { $0 } }
    }

    private final class Log: Sendable {
        private let requests = Mutex<[Request]>([])
        var all: [Request] { requests.withLock { $0 } }
        func append(_ request: Request) { requests.withLock { $0.append(request) } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let number: Int
        private let log: Log
        private let script: Script
        private var greeting: [UInt8] = []
        private var framing = ChunkFraming(cap: Cap("bytes", 64 << 20))

        init(_ number: Int, _ log: Log, _ script: @escaping Script) {
            self.number = number
            self.log = log
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = Array(unwrapInboundIn(data).readableBytesView)
            if greeting.count < 20 {
                let part = bytes.prefix(20 - greeting.count)
                greeting += part
                bytes.removeFirst(part.count)
                guard greeting.count == 20 else { return }
                answer(Request(connection: number, tag: ScriptedServer.handshake, fields: []), context)
            }
            for message in (try? framing.receive(bytes)) ?? [] {
                guard var reader = try? PackStreamReader(message), let head = try? reader.head() else { continue }
                let fields = (0..<head.fields).compactMap { _ in try? reader.value() }
                answer(Request(connection: number, tag: head.tag, fields: fields), context)
            }
        }

        private func answer(_ request: Request, _ context: ChannelHandlerContext) {
            log.append(request)
            for reply in script(request) ?? ScriptedServer.friendly(request) {
                switch reply {
                case .bytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                case .close: context.close(promise: nil)
                }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
