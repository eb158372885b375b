public import Core

/// Which certificate identity is accepted: the issuer and the subject it vouched for, and any further claims.
public struct IdentityPolicy: Sendable, Hashable, CustomStringConvertible {
    /// The OIDC issuer that must have vouched for the subject.
    public let issuer: StringMatcher
    /// The subject alternative name: a workflow's URI, an e-mail address, or another name.
    public let subject: StringMatcher
    /// Further claims by their names, see ``claimNames``; each must be present and match.
    public let claims: [String: StringMatcher]

    /// Makes a policy; all of it must match.
    ///
    /// - Parameters:
    ///   - issuer: the OIDC issuer.
    ///   - subject: whom the issuer vouched for.
    ///   - claims: matchers by claim name; a name outside of ``claimNames`` matches nothing.
    public init(issuer: StringMatcher, subject: StringMatcher, claims: [String: StringMatcher] = [:]) {
        self.issuer = issuer
        self.subject = subject
        self.claims = claims
    }

    /// The claims that can be demanded.
    public static var claimNames: Set<String> { CertificateClaims.names }

    /// Whether an identity is accepted; a certificate without an issuer never is.
    public func accepts(_ identity: CertificateIdentity) -> Bool {
        guard let issuer = identity.issuer, self.issuer.matches(issuer), subject.matches(identity.subject) else {
            return false
        }
        if claims.isEmpty { return true }
        let named = identity.claims.named
        return claims.allSatisfy { name, matcher in
            named.contains { $0.name == name && matcher.matches($0.value) }
        }
    }

    /// The policy in words, as findings quote it.
    public var description: String {
        let further = claims.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
        return "subject \(subject) from issuer \(issuer)\(further)"
    }
}
