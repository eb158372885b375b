package import Core
internal import Foundation
package import JWTKit
internal import Synchronization

/// Who people are, by the identity tokens of their provider (OpenID Connect Core 1.0, §3.1.3.7).
package final class OpenIDProvider: Sendable {
    /// Who gets a role: whose claim holds a value, as text or in a list.
    package struct RoleRule: Sendable, Hashable {
        package let role: Role
        package let claim: String
        package let value: String

        package init(role: Role, claim: String, value: String) {
            self.role = role
            self.claim = claim
            self.value = value
        }
    }

    /// How long a token may live; longer ones are the provider's mistake.
    private static let longestLife = Duration.seconds(86_400)
    /// Clocks of two machines differ.
    private static let leeway = Duration.seconds(60)
    /// How often keys are asked for at most, whatever tokens name.
    private static let keyPause = Duration.seconds(30)
    private static let mostKeys = 64
    private static let keyLife = Duration.seconds(3_600)

    private let issuer: String
    private let audience: String
    private let rules: [RoleRule]
    private let fetchKeys: @Sendable () async throws -> String
    private let keys = Mutex<(collection: JWTKeyCollection, fetched: Instant)?>(nil)
    /// When keys were asked for last, whether they came or not.
    private let asked = Mutex<Instant?>(nil)

    /// - Parameters:
    ///   - issuer: the `iss` of the tokens.
    ///   - audience: what must be among their `aud`.
    ///   - rules: who gets which role.
    ///   - keys: gives the provider's keys as a JSON Web Key Set (RFC 7517 §5).
    package init(
        issuer: String, audience: String, rules: [RoleRule], keys: @escaping @Sendable () async throws -> String
    ) {
        self.issuer = issuer
        self.audience = audience
        self.rules = rules
        fetchKeys = keys
    }

    /// Who a token is of; `nil` when it is not of this provider, for us, and valid now.
    package func person(_ token: String, at now: Instant) async -> Person? {
        guard token.utf8.count <= 16 << 10 else { return nil }
        if let person = await verify(token, now, refresh: false) { return person }
        // A key that is new is asked for once in a while.
        return await verify(token, now, refresh: true)
    }

    private func verify(_ token: String, _ now: Instant, refresh: Bool) async -> Person? {
        guard let collection = await collection(now, refresh: refresh),
            let claims = try? await collection.verify(token, as: IdentityClaims.self)
        else { return nil }
        guard claims.issuer.utf8.elementsEqual(issuer.utf8),
            claims.audience.contains(where: { $0.utf8.elementsEqual(audience.utf8) }),
            now < claims.expires + Self.leeway
        else { return nil }
        if let notBefore = claims.notBefore, now + Self.leeway < notBefore { return nil }
        // OpenID Connect Core §2 demands `iat`; without it a token could live for ever.
        guard let issued = claims.issued, claims.expires <= issued + Self.longestLife, issued <= now + Self.leeway
        else { return nil }
        let roles = rules.filter { rule in
            claims.values(rule.claim).contains { $0.utf8.elementsEqual(rule.value.utf8) }
        }.map(\.role)
        return Person(name: claims.subject, roles: Set(roles))
    }

    private func collection(_ now: Instant, refresh: Bool) async -> JWTKeyCollection? {
        let known = keys.withLock { $0 }
        if let known {
            let isFresh = known.fetched <= now && now < known.fetched + Self.keyLife
            let isRecent = known.fetched <= now && now < known.fetched + Self.keyPause
            if (isFresh && !refresh) || isRecent { return known.collection }
        }
        // Also a provider that does not answer is asked once in a while only, whoever knocks here with whatever token.
        let mayAsk = asked.withLock { asked in
            if let last = asked, last <= now, now < last + Self.keyPause { return false }
            asked = now
            return true
        }
        guard mayAsk, let text = try? await fetchKeys() else { return known?.collection }
        let collection = JWTKeyCollection()
        guard let set = try? JSONValue(parsing: Array(text.utf8)) else { return known?.collection }
        var count = 0
        // One by one: a key of a kind that nobody here knows must not take the others with it.
        for key in (set["keys"]?.array ?? []).prefix(Self.mostKeys) {
            if let use = key["use"]?.string, use != "sig" { continue }
            let alone: JSONValue = ["keys": [key]]
            let json = String(decoding: alone.canonical, as: UTF8.self)
            if (try? await collection.add(jwksJSON: json)) != nil { count += 1 }
        }
        guard count > 0 else { return known?.collection }
        keys.withLock { $0 = (collection, now) }
        return collection
    }
}

/// The claims of an identity token; what is neither text nor a list of texts is left out.
package struct IdentityClaims: JWTPayload {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let issuer: String
    let subject: String
    let audience: [String]
    let expires: Instant
    let notBefore: Instant?
    let issued: Instant?
    private let texts: [String: [String]]

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        var texts: [String: [String]] = [:]
        for key in members.allKeys.prefix(256) {
            if let text = try? members.decode(String.self, forKey: key) {
                texts[key.stringValue] = [text]
            } else if let list = try? members.decode([String].self, forKey: key) {
                texts[key.stringValue] = list
            }
        }
        func instant(_ name: String) -> Instant? {
            guard let seconds = try? members.decode(Double.self, forKey: Name(stringValue: name)),
                abs(seconds) < 1e11
            else { return nil }
            return Instant(seconds: Int64(seconds))
        }
        guard let issuer = texts["iss"]?.first, let subject = texts["sub"]?.first, let expires = instant("exp") else {
            throw JWTError.claimVerificationFailure(
                failedClaim: ExpirationClaim(value: Date(timeIntervalSince1970: 0)),
                reason: "iss, sub or exp is missing")
        }
        self.issuer = issuer
        self.subject = subject
        audience = texts["aud"] ?? []
        self.expires = expires
        notBefore = instant("nbf")
        issued = instant("iat")
        self.texts = texts
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Name.self)
        for (name, values) in texts { try members.encode(values, forKey: Name(stringValue: name)) }
    }

    /// Issuer, audience and times are checked by whoever knows what they must be and what time it is.
    package func verify(using algorithm: some JWTAlgorithm) async throws {}

    func values(_ claim: String) -> [String] { texts[claim] ?? [] }
}
