internal import Core
internal import NIOCore
internal import NIOHTTP1

/// Reads requests from one connection and gives them to the cluster.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let cluster: TestCluster
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ cluster: TestCluster) { self.cluster = cluster }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let buffer): body.append(contentsOf: buffer.readableBytesView)
        case .end:
            guard let head else { return }
            cluster.handle(
                SeenRequest(
                    method: head.method.rawValue, target: head.uri,
                    headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body),
                on: context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Writes answers.
struct Responder: Sendable {
    let channel: any Channel

    func send(_ status: Int, _ document: JSONValue, retryAfter: Int? = nil) {
        send(status, document.canonical, retryAfter: retryAfter)
    }

    func send(_ status: Int, _ body: [UInt8], retryAfter: Int? = nil) {
        var headers = HTTPHeaders([("Content-Type", "application/json"), ("Content-Length", "\(body.count)")])
        if let retryAfter { headers.add(name: "Retry-After", value: "\(retryAfter)") }
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    func refuse(_ status: Int, _ reason: String, _ message: String, retryAfter: Int? = nil) {
        send(status, Self.status(status, reason, message), retryAfter: retryAfter)
    }

    static func status(_ status: Int, _ reason: String, _ message: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Status", "metadata": [:], "status": "Failure",
            "reason": .string(reason), "message": .string(message), "code": .integer(Int64(status)),
        ]
    }

    /// Begins an answer of which nobody knows the length.
    func begin() {
        let headers = HTTPHeaders([("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
        channel.writeAndFlush(
            HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)),
            promise: nil)
    }

    func line(_ document: JSONValue) { piece(document.canonical + [0x0A]) }

    func piece(_ bytes: some Collection<UInt8>) {
        channel.writeAndFlush(
            HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: Array(bytes)))), promise: nil)
    }

    func end() { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }

    func close() { channel.close(promise: nil) }
}
