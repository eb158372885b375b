public import Attestation
public import Core

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
