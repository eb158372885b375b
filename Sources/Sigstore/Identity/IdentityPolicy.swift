public import Attestation
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

/// A key that is trusted by configuration.
public struct TrustedKey: Sendable, Hashable {
    /// The key.
    public let key: PublicKey
    /// The name bundles must call the key by; `nil` accepts any.
    public let hint: String?
    /// When signatures of the key count; a bounded window demands a verified time (CVE-2026-54787).
    public let validity: ValidityWindow

    /// Trusts a key, by default under any name and at any time.
    public init(_ key: PublicKey, hint: String? = nil, validity: ValidityWindow = ValidityWindow()) {
        self.key = key
        self.hint = hint
        self.validity = validity
    }
}

/// Whose signatures are accepted. There is no default: a verified signature of just anybody proves nothing.
public enum SignerPolicy: Sendable, Hashable {
    /// Certificates of the trust root's authorities for any of these identities.
    case identities([IdentityPolicy])
    /// Any of these keys.
    case keys([TrustedKey])
}
