internal import Core
internal import Crypto

/// An ECDSA key that signs with any hash, as timestamp authorities pair P-384 with SHA-256.
struct TimestampKey: Sendable {
    private enum Storage: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
    }

    private let storage: Storage
    let publicKey: PublicKey

    init(generating curve: TimestampCurve) throws {
        switch curve {
        case .p256:
            let key = P256.Signing.PrivateKey()
            storage = .p256(key)
            publicKey = try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
        case .p384:
            let key = P384.Signing.PrivateKey()
            storage = .p384(key)
            publicKey = try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
        }
    }

    func sign(_ message: [UInt8], hash: DigestAlgorithm) throws -> [UInt8] {
        switch hash {
        case .sha256: try sign(SHA256.hash(data: message))
        case .sha384: try sign(SHA384.hash(data: message))
        case .sha512: try sign(SHA512.hash(data: message))
        }
    }

    private func sign(_ digest: some Crypto.Digest) throws -> [UInt8] {
        switch storage {
        case .p256(let key): Array(try key.signature(for: digest).derRepresentation)
        case .p384(let key): Array(try key.signature(for: digest).derRepresentation)
        }
    }
}

/// The curves a timestamp authority's keys can be on.
package enum TimestampCurve: Sendable, Hashable, CaseIterable {
    case p256, p384
}
