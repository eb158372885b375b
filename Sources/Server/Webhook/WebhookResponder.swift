internal import Core
internal import DecisionLog
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Policy

/// The webhook's HTTP: two paths, one method, and nothing else.
struct WebhookResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let webhook: Webhook
    let limits: WebhookLimits
    /// Room of its own for who proved to be the API server, so that nobody else can take it.
    let authenticated: InFlight
    let others: InFlight
    let callers: CallerBook
    let events: ServerEvents

    init(webhook: Webhook, limits: WebhookLimits, callers: CallerBook, events: ServerEvents) {
        self.webhook = webhook
        self.limits = limits
        self.callers = callers
        self.events = events
        authenticated = InFlight(limits)
        others = InFlight(limits)
    }

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let response = try await answer(request, context)
        // A body after the answer to HEAD would be read as the next answer (RFC 9110 §9.3.2).
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, _ context: ConnectionContext) async throws -> Response {
        let path = request.uri.path
        guard path == "/v1/validate" || path == "/v1/mutate" else {
            return Self.error(.notFound, "there is nothing at \(path); reviews go to /v1/validate and /v1/mutate")
        }
        guard request.method == .post else {
            return Self.error(.methodNotAllowed, "reviews are sent by POST; saw \(request.method.rawValue)")
        }
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limits.review.limit { return tooLarge(announced) }
        let isAuthenticated = callers.isAuthenticated(context.channel)
        let inFlight = isAuthenticated ? authenticated : others
        guard inFlight.hasRoom else { return tooMany() }
        var body: [UInt8] = []
        var taken = 0
        defer { inFlight.give(bytes: taken) }
        do {
            for try await piece in request.body {
                let size = piece.readableBytes
                guard body.count + size <= limits.review.limit else { return tooLarge(body.count + size) }
                guard inFlight.take(bytes: size) else { return tooMany() }
                taken += size
                body.append(contentsOf: piece.readableBytesView)
            }
        } catch {
            events.rejected("broken-off")
            return Self.error(.badRequest, "the body broke off after \(body.count) bytes", closes: true)
        }
        guard inFlight.enter() else { return tooMany() }
        defer { inFlight.leave() }
        let deadline = ContinuousClock.now + patience(request)
        let reply = await apart(isLarge: body.count > Self.largestOnLoop) { [webhook, body] in
            path == "/v1/validate"
                ? await webhook.validate(
                    body, caller: isAuthenticated ? .authenticated : .unauthenticated, deadline: deadline)
                : await webhook.mutate(body, deadline: deadline)
        }
        return Self.response(HTTPResponse.Status(code: reply.status), reply.body)
    }

    /// What is larger takes its time to read, and would keep the other connections of its event loop waiting.
    private static let largestOnLoop = 64 << 10

    /// Answers here or, what is large, on a thread that no connection waits for.
    private func apart(
        isLarge: Bool, _ answer: @escaping @Sendable () async -> Webhook.Reply
    ) async -> Webhook.Reply {
        guard isLarge else { return await answer() }
        // A task of its own does not inherit where this one runs.
        let task = Task { await answer() }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    // What is not read cannot be followed by another request, so both close the connection.
    private func tooLarge(_ seen: Int) -> Response {
        events.rejected("too-large")
        return Self.error(
            .contentTooLarge, "\(CapExceeded(cap: limits.review, seen: seen)); raise nothing, mend the object",
            closes: true)
    }

    private func tooMany() -> Response {
        events.rejected("too-many")
        return Self.error(
            .tooManyRequests, "too many reviews are being decided; try again in a second", closes: true)
    }

    /// How long the API server waits, as it says itself (`?timeout=10s`), less what the way back takes.
    private func patience(_ request: Request) -> Duration {
        guard let text = request.uri.queryParameters.get("timeout"), text.hasSuffix("s"),
            let seconds = Int(text.dropLast()), (1...60).contains(seconds)
        else { return limits.deadline }
        return min(limits.deadline, .milliseconds(seconds * 1_000 - max(seconds * 100, 300)))
    }

    static func error(_ status: HTTPResponse.Status, _ message: String, closes: Bool = false) -> Response {
        var response = response(status, ErrorBody.json(message))
        if closes { response.headers[.connection] = "close" }
        return response
    }

    static func response(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
