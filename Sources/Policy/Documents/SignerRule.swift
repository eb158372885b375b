package import Attestation
package import Core

/// Whose signature counts (`signer`): a certificate's identity or a key.
///
/// `{issuer, subject}` with optional `claims: {name: pattern}`, or `{key: PEM}` with an optional `name`. A pattern is a
/// glob; `subjectRegexp` in place of `subject` is a regular expression for the whole text. Claims are named as
/// ``CertificateClaims/names`` does.
package enum SignerRule: Sendable, Hashable, CustomStringConvertible {
    case identity(IdentityPolicy)
    case key(PublicKey, name: String)

    /// Whether a verified signer is meant.
    package func accepts(_ signer: SignerIdentity) -> Bool {
        switch (self, signer) {
        case (.identity(let policy), .certificate(let identity)): policy.accepts(identity)
        case (.key(let key, _), .key(let fingerprint)): key.fingerprint == fingerprint
        case (.identity, .key), (.key, .certificate): false
        }
    }

    package var description: String {
        switch self {
        case .identity(let policy): policy.description
        case .key(let key, let name): name.isEmpty ? key.description : "key \(name) (\(key.fingerprint))"
        }
    }
}

/// Whom a person or pipeline must be to deploy (`deployer`).
///
/// `{issuer, subject}` with optional `claims: {name: pattern}` over the claims that ``ClusterIdentity`` maps; patterns
/// are globs, `subjectRegexp` as in ``SignerRule``.
package struct RequesterRule: Sendable, Hashable, CustomStringConvertible {
    package var issuer: StringMatcher
    package var subject: StringMatcher
    package var claims: [String: StringMatcher]

    package init(issuer: StringMatcher, subject: StringMatcher, claims: [String: StringMatcher] = [:]) {
        self.issuer = issuer
        self.subject = subject
        self.claims = claims
    }

    /// Whether a requester is meant.
    package func accepts(_ claims: RequesterClaims) -> Bool {
        issuer.matches(claims.issuer) && subject.matches(claims.subject)
            && self.claims.allSatisfy { name, matcher in
                claims.further.contains { $0.key.isSame(as: name) && matcher.matches($0.value) }
            }
    }

    package var description: String {
        let further = claims.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
        return "subject \(subject) from issuer \(issuer)\(further)"
    }
}
