internal import Core
internal import NIOHTTP1
internal import Outgoing
internal import Synchronization

/// Answers a registry's challenges and remembers the answer until it expires.
///
/// Credentials go to the registry's own host, after it asked for them, and to the token realm it announces, if
/// ``RealmRule`` allows it; nowhere else.
final class Authenticator: Sendable {
    /// What a token is for. It is asked for exactly this, whatever wider scope the registry suggests.
    struct Scope: Sendable, Hashable {
        let repository: Repository
        var push = false

        var text: String { "repository:\(repository.path):\(push ? "pull,push" : "pull")" }
    }

    private struct Authorization: Sendable {
        let field: String
        /// On the pacing's clock.
        let expires: Duration?
    }

    private let credentials: any CredentialProvider
    private let exchange: Exchange
    private let rule: RealmRule
    private let authorizations = Mutex<[Scope: Authorization]>([:])
    private let flights = SingleFlight<Scope, String>()
    private static let remembered = 1024

    init(credentials: any CredentialProvider, exchange: Exchange, plainHTTP: PlainHTTPRule) {
        self.credentials = credentials
        self.exchange = exchange
        rule = RealmRule(plainHTTP: plainHTTP)
    }

    /// The `Authorization` field for the scope, when one is known that has not expired.
    func current(_ scope: Scope) -> String? {
        let now = exchange.pacing.now()
        return authorizations.withLock { known in
            guard let found = known[scope] else { return nil }
            if let expires = found.expires, expires <= now {
                known[scope] = nil
                return nil
            }
            return found.field
        }
    }

    /// Makes the `Authorization` field that a challenge asks for.
    ///
    /// - Parameters:
    ///   - fields: the `WWW-Authenticate` fields.
    ///   - registry: the address that answered with them.
    ///   - refused: the field that the registry did not accept, if one was sent.
    func answer(
        _ fields: [String], from registry: WebAddress, scope: Scope, refused: String?, deadline: Duration
    ) async throws(RegistryError) -> String {
        let place = scope.repository.place
        // Someone else may have got a new token while this request was on its way.
        if let known = current(scope), known != refused { return known }
        let cancelled = RegistryError(.cancelled, "the caller gave up", at: place)
        return try await flights.run(scope, cancelled: cancelled) { () async throws(RegistryError) -> String in
            let made = try await self.make(fields, from: registry, scope: scope, deadline: deadline)
            self.authorizations.withLock { known in
                if known.count >= Self.remembered { known.removeAll() }
                known[scope] = made
            }
            return made.field
        }
    }

    private func make(
        _ fields: [String], from registry: WebAddress, scope: Scope, deadline: Duration
    ) async throws(RegistryError) -> Authorization {
        let place = scope.repository.place
        guard let challenges = AuthChallenge.parse(fields) else {
            throw RegistryError(.malformed, "the WWW-Authenticate field cannot be read (RFC 9110 §11.6.1)", at: place)
        }
        let credential: Credential?
        do {
            credential = try await credentials.credential(for: scope.repository.host)
        } catch {
            throw RegistryError(.credentials, "\(error)", at: place)
        }
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            if case .accessToken(let token) = credential {
                guard let field = Self.bearer(token) else {
                    throw RegistryError(.credentials, "the access token is not one (RFC 6750 §2.1)", at: place)
                }
                return Authorization(field: field, expires: nil)
            }
            return try await token(bearer, credential: credential, registry: registry, scope: scope, deadline: deadline)
        }
        guard challenges.contains(where: { $0.scheme == "basic" }) else {
            let seen = challenges.map { $0.scheme.printable(40) }.joined(separator: ", ")
            throw RegistryError(
                .unauthorized,
                "the registry asks for \(seen.isEmpty ? "nothing known" : seen); expected Basic or Bearer",
                at: place)
        }
        guard case .password(let user, let password) = credential else {
            throw RegistryError(
                .unauthorized,
                "the registry asks for a user and password and there are none for \(scope.repository.host); "
                    + "log in first (docker login)", at: place)
        }
        return Authorization(field: try Self.basic(user, password, place), expires: nil)
    }

    private func token(
        _ challenge: AuthChallenge, credential: Credential?, registry: WebAddress, scope: Scope, deadline: Duration
    ) async throws(RegistryError) -> Authorization {
        let place = scope.repository.place
        guard let text = challenge.parameters["realm"], let realm = WebAddress(text) else {
            throw RegistryError(.malformed, "the Bearer challenge has no realm that is an http address", at: place)
        }
        if let refusal = rule.refusal(registry: registry, realm: realm) {
            throw RegistryError(.badRedirect, "\(refusal); it is not asked", at: place)
        }
        let (request, authorization) = try Self.tokenRequest(
            to: realm, service: challenge.parameters["service"], credential: credential, scope: scope)
        let purpose = Exchange.Purpose(what: "token from \(realm.origin)", place: place)
        let answer = try await exchange.run(request, authorization: authorization, deadline: deadline, for: purpose)
        guard answer.isSuccess else {
            let code: RegistryError.Code =
                answer.status == 401 ? .unauthorized : answer.status == 403 ? .denied : .malformed
            throw purpose.error(
                code, "status \(answer.status)\(answer.explanation); check the credentials for \(scope.repository.host)"
            )
        }
        return try self.authorization(answer, for: purpose)
    }

    /// The question for a token: by form with a refresh token, else by query with user and password where there are some.
    private static func tokenRequest(
        to realm: WebAddress, service: String?, credential: Credential?, scope: Scope
    ) throws(RegistryError) -> (HTTPTransport.Request, authorization: String?) {
        let place = scope.repository.place
        var fields = [("scope", scope.text)]
        if let service { fields.insert(("service", service), at: 0) }
        var request = HTTPTransport.Request(address: realm, cap: RegistryLimits.tokenBytes)
        request.headers = [("Accept", "application/json")]
        var authorization: String?
        if case .identityToken(let token) = credential {
            fields += [("grant_type", "refresh_token"), ("client_id", "mc"), ("refresh_token", token)]
            request.method = .POST
            request.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            request.body = Array(form(fields).utf8)
        } else {
            if case .password(let user, let password) = credential {
                authorization = try basic(user, password, place)
            }
            let target = realm.target + (realm.target.contains("?") ? "&" : "?") + form(fields)
            guard let asked = realm.at(target) else {
                throw RegistryError(.malformed, "the token realm's address is too long", at: place)
            }
            request.address = asked
        }
        return (request, authorization)
    }

    /// The token in an answer, and until when it is used.
    private func authorization(
        _ answer: HTTPTransport.Answer, for purpose: Exchange.Purpose
    ) throws(RegistryError) -> Authorization {
        let token: String
        let lifetime: Int64
        do {
            let limits = JSONLimits(bytes: RegistryLimits.tokenBytes.limit, depth: 8, values: 1024)
            let cursor = JSONCursor(try JSONValue(parsing: answer.body, limits: limits))
            if let field = try cursor.optional("token") {
                token = try field.string()
            } else {
                token = try cursor.required("access_token").string()
            }
            lifetime = try cursor.optional("expires_in")?.int64() ?? 60
        } catch {
            throw purpose.error(.malformed, "\(error.location): expected {\"token\": …} or {\"access_token\": …}")
        }
        guard let field = Self.bearer(token) else {
            throw purpose.error(.malformed, "the answer's token is not one (RFC 6750 §2.1)")
        }
        // A tenth early, so that it does not expire on its way; at most an hour, whatever the realm says.
        let seconds = Double(min(max(lifetime, 1), 3600)) * 0.9
        return Authorization(field: field, expires: exchange.pacing.now() + .seconds(seconds))
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    private static func bearer(_ token: String) -> String? {
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return "Bearer \(token)"
    }

    private static func basic(
        _ user: String, _ password: String, _ place: RegistryError.Place
    ) throws(RegistryError) -> String {
        // A colon in the user's name would move to the password (RFC 7617 §2).
        guard !user.utf8.contains(UInt8(ascii: ":")) else {
            throw RegistryError(.credentials, "the user's name has a colon, which Basic cannot carry", at: place)
        }
        return "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"
    }
}
