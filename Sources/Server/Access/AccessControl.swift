internal import Core
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// Who may ask the API: holders of tokens, and people whom the provider knows.
package final class AccessControl: Sendable {
    private let tokens: Mutex<TokenFile>
    private let provider: OpenIDProvider?
    private let clock: SteadyClock

    /// - Parameters:
    ///   - provider: whose identity tokens count; `nil` for nobody's.
    package init(tokens: TokenFile, provider: OpenIDProvider? = nil, clock: SteadyClock) {
        self.tokens = Mutex(tokens)
        self.provider = provider
        self.clock = clock
    }

    /// Takes over other tokens; those that are gone stop working at once.
    package func replace(_ tokens: TokenFile) { self.tokens.withLock { $0 = tokens } }

    /// Who shows a token in `Authorization: Bearer …` (RFC 6750 §2.1); `nil` for nobody we know.
    func person(_ authorization: String?) async -> Person? {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        let token = authorization.dropFirst("bearer ".count).trimmingPrefix { $0 == " " }
        let now = clock.read().now
        if let person = tokens.withLock({ $0.person(String(token), at: now) }) { return person }
        return await provider?.person(String(token), at: now)
    }
}

/// Lets in those who have a role.
struct RequireRole: RouterMiddleware {
    typealias Context = ConnectionContext

    let access: AccessControl
    let role: Role
    let events: ServerEvents

    func handle(
        _ request: Request, context: ConnectionContext,
        next: (Request, ConnectionContext) async throws -> Response
    ) async throws -> Response {
        guard let person = await access.person(request.headers[.authorization]) else {
            events.rejected("unauthorized")
            var response = WebhookResponder.error(
                .unauthorized, "expected a bearer token that is known and not expired")
            response.headers[.wwwAuthenticate] = "Bearer realm=\"mc\""
            return response
        }
        guard person.roles.contains(role) else {
            events.rejected("forbidden")
            return WebhookResponder.error(.forbidden, "\(person.name) lacks the role \(role.rawValue)")
        }
        var context = context
        context.person = person
        return try await next(request, context)
    }
}
