import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on a loopback port that does what a test tells it, however rude, and remembers what it was asked.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        let method: String
        let uri: String
        let headers: HTTPHeaders
        let body: [UInt8]

        var path: String { String(uri.prefix { $0 != "?" }) }
    }

    enum Reply: Sendable {
        case answer(Int, [(String, String)] = [], [UInt8] = [])
        /// Accepts and never answers.
        case silence
        /// Announces a length, sends less, and then says nothing more or hangs up.
        case partial(announced: Int, [UInt8], hangsUp: Bool)
        /// Sends one byte every 100 ms without end.
        case drip
        /// Sends as fast as it is read, without end.
        case endless
        /// Hangs up without an answer.
        case hangUp
    }

    let port: Int
    var host: String { "127.0.0.1:\(port)" }
    var origin: String { "http://\(host)" }
    private let channel: any Channel
    private let record: Record

    final class Record: Sendable {
        let requests = Mutex<[Request]>([])
        let sent = Atomic<Int>(0)
    }

    /// Everything asked so far.
    var requests: [Request] { record.requests.withLock { $0 } }
    /// How many body bytes were handed to the network by endless replies.
    var bytesSent: Int { record.sent.load(ordering: .relaxed) }

    /// - Parameter script: gets each request, and its place in their order beginning with 0.
    init(_ script: @escaping @Sendable (Request, Int) -> Reply) async throws {
        let record = Record()
        self.record = record
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script, record))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    convenience init(_ script: @escaping @Sendable (Request) -> Reply) async throws {
        try await self.init { request, _ in script(request) }
    }

    deinit { channel.close(promise: nil) }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply
    private let record: ScriptedServer.Record
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isEndless = false

    init(
        _ script: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply,
        _ record: ScriptedServer.Record
    ) {
        self.script = script
        self.record = record
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += part.readableBytesView
        case .end:
            guard let head else { return }
            let request = ScriptedServer.Request(
                method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body)
            let number = record.requests.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
            reply(script(request, number), head, context)
        }
    }

    private func reply(_ reply: ScriptedServer.Reply, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch reply {
        case .answer(let status, let fields, let bytes):
            var headers = HTTPHeaders(fields)
            if !headers.contains(name: "Content-Length") {
                headers.add(name: "Content-Length", value: "\(bytes.count)")
            }
            start(status, headers, context)
            if head.method != .HEAD { write(bytes, context) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .silence: break
        case .partial(let announced, let bytes, let hangsUp):
            start(200, ["Content-Length": "\(announced)"], context)
            write(bytes, context)
            context.flush()
            if hangsUp { context.close(promise: nil) }
        case .drip:
            start(200, ["Transfer-Encoding": "chunked"], context)
            drip(context)
        case .endless:
            start(200, ["Transfer-Encoding": "chunked"], context)
            isEndless = true
            pour(context)
        case .hangUp: context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isEndless { pour(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func start(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
    }

    private func pour(_ context: ChannelHandlerContext) {
        let chunk = [UInt8](repeating: 0x20, count: 64 << 10)
        while context.channel.isActive, context.channel.isWritable {
            write(chunk, context)
            record.sent.wrappingAdd(chunk.count, ordering: .relaxed)
            context.flush()
        }
    }

    private func drip(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        write([0x20], context)
        context.flush()
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { self.drip(context) }
    }
}
