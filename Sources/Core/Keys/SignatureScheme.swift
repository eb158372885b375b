/// How a signature was made: the key's family, the hash, and for RSA the padding.
public enum SignatureScheme: Sendable, Hashable, CustomStringConvertible {
    /// ECDSA over a hash of the message (FIPS 186-5), encoded as DER.
    case ecdsa(DigestAlgorithm)
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    case rsaPKCS1(DigestAlgorithm)
    /// RSASSA-PSS with MGF1 of the same hash (RFC 8017 §8.1).
    case rsaPSS(DigestAlgorithm)
    /// Pure Ed25519 over the whole message (RFC 8032).
    case ed25519

    public var description: String {
        switch self {
        case .ecdsa(let hash): "ECDSA with \(hash.rawValue)"
        case .rsaPKCS1(let hash): "RSA PKCS#1 v1.5 with \(hash.rawValue)"
        case .rsaPSS(let hash): "RSA PSS with \(hash.rawValue)"
        case .ed25519: "Ed25519"
        }
    }

    /// The hash the message goes through before the key is used; Ed25519 signs the message itself.
    public var hash: DigestAlgorithm? {
        switch self {
        case .ecdsa(let hash), .rsaPKCS1(let hash), .rsaPSS(let hash): hash
        case .ed25519: nil
        }
    }
}

/// A key that cannot be used, and why.
public struct KeyError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case malformed, unsupported, weak }
        private let value: Value

        /// The bytes are not a key.
        public static let malformed = Code(value: .malformed)
        /// The key is of an algorithm or curve that evidence is not signed with.
        public static let unsupported = Code(value: .unsupported)
        /// The key is too small to trust or too large to use.
        public static let weak = Code(value: .weak)
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
