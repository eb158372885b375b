internal import Core
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Health, readiness and metrics; nothing here tells what anybody deploys.
struct HealthResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let readiness: @Sendable () -> Readiness
    /// Writes the metrics, in OpenMetrics when asked for.
    let metrics: @Sendable (_ isOpenMetrics: Bool) -> String

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let response = answer(request)
        // A body after the answer to HEAD would be read as the next answer (RFC 9110 §9.3.2).
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) -> Response {
        guard request.method == .get || request.method == .head else {
            return WebhookResponder.error(.methodNotAllowed, "expected GET, saw \(request.method.rawValue)")
        }
        switch request.uri.path {
        case "/healthz": return Self.text("ok\n")
        case "/readyz":
            let readiness = readiness()
            let json: JSONValue = [
                "ready": .bool(readiness.isReady), "problems": .array(readiness.problems.map { .string($0) }),
                "warnings": .array(readiness.warnings.map { .string($0) }),
            ]
            return WebhookResponder.response(readiness.isReady ? .ok : .serviceUnavailable, json.canonical)
        case "/metrics":
            let isOpen = request.headers[.accept]?.contains("application/openmetrics-text") == true
            return Self.text(
                metrics(isOpen),
                type: isOpen
                    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                    : "text/plain; version=0.0.4; charset=utf-8")
        default:
            return WebhookResponder.error(.notFound, "expected /healthz, /readyz or /metrics")
        }
    }

    private static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
