internal import Crypto

/// One signature that verification cannot avoid checking, with key and signature parsed beforehand.
///
/// Key and message are generated: what a check costs depends on the algorithm and the message's length alone.
enum BareSignature {
    enum Scheme: String {
        case p256SHA256 = "P-256"
        case p384SHA384 = "P-384"
        case p384SHA256 = "P-384 with SHA-256"
        case ed25519 = "Ed25519"
    }

    case p256(P256.Signing.PublicKey, P256.Signing.ECDSASignature, [UInt8])
    case p384(P384.Signing.PublicKey, P384.Signing.ECDSASignature, [UInt8])
    case p384SHA256(P384.Signing.PublicKey, P384.Signing.ECDSASignature, [UInt8])
    case ed25519(Curve25519.Signing.PublicKey, [UInt8], [UInt8])

    /// Signs a message of that many bytes with a fresh key.
    init(_ scheme: Scheme, messageBytes: Int) throws {
        let message = (0..<messageBytes).map { UInt8(truncatingIfNeeded: $0) }
        switch scheme {
        case .p256SHA256:
            let key = P256.Signing.PrivateKey()
            self = .p256(key.publicKey, try key.signature(for: message), message)
        case .p384SHA384:
            let key = P384.Signing.PrivateKey()
            self = .p384(key.publicKey, try key.signature(for: message), message)
        case .p384SHA256:
            let key = P384.Signing.PrivateKey()
            self = .p384SHA256(key.publicKey, try key.signature(for: SHA256.hash(data: message)), message)
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            self = .ed25519(key.publicKey, Array(try key.signature(for: message)), message)
        }
    }

    /// Hashes the message and checks the signature.
    var isValid: Bool {
        switch self {
        case .p256(let key, let signature, let message): key.isValidSignature(signature, for: message)
        case .p384(let key, let signature, let message): key.isValidSignature(signature, for: message)
        case .p384SHA256(let key, let signature, let message):
            key.isValidSignature(signature, for: SHA256.hash(data: message))
        case .ed25519(let key, let signature, let message): key.isValidSignature(signature, for: message)
        }
    }
}
