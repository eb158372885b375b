internal import HTTPTypes
internal import Hummingbird
package import Logging
package import NIOCore
internal import ServiceLifecycle
package import TransparencyLog

/// A witness on the network: `POST /add-checkpoint` (c2sp.org/tlog-witness), and nothing else.
///
/// What it is asked is signed by a log that it knows, and what it answers is signed by itself, so TLS adds nothing that
/// counts; put it behind a proxy where confidentiality is wanted.
package struct WitnessServer: Service {
    private let witness: Witness
    private let address: ListenAddress
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (_ name: String, _ port: Int) -> Void

    package init(
        _ witness: Witness, at address: ListenAddress, group: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (_ name: String, _ port: Int) -> Void = { _, _ in }
    ) {
        self.witness = witness
        self.address = address
        self.group = group
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens until the surrounding service group shuts down.
    package func run() async throws {
        var limits = ListenerLimits()
        limits.connections = 256
        try await Listener(
            name: "witness", address: address, tls: nil, limits: limits, responder: WitnessResponder(witness: witness),
            callers: CallerBook(), group: group, logger: logger, onListening: onListening
        ).run()
    }
}

private struct WitnessResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let witness: Witness

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        guard request.uri.path.hasSuffix("/add-checkpoint") else {
            return WebhookResponder.error(.notFound, "expected /add-checkpoint")
        }
        guard request.method == .post else {
            return WebhookResponder.error(.methodNotAllowed, "expected POST, saw \(request.method.rawValue)")
        }
        guard let body = try? await request.body.collect(upTo: AddCheckpointRequest.maximumBytes) else {
            return WebhookResponder.error(.contentTooLarge, "over \(AddCheckpointRequest.maximumBytes) bytes")
        }
        let answer = witness.addCheckpoint(Array(body.readableBytesView))
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: [.contentType: answer.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
