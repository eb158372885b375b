internal import Crypto
internal import CryptoExtras

/// A private key held in memory.
///
/// It has no description and no encoding but PEM, so that it cannot end up in a log by accident.
public struct PrivateKey: Signer {
    /// What to generate.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case p256, p384, p521, ed25519, rsa2048, rsa2048PSS
    }

    private enum Storage: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    private let storage: Storage
    public let publicKey: PublicKey
    public let scheme: SignatureScheme

    /// Generates a key of the system's randomness.
    ///
    /// - Throws: ``KeyError`` or an error of the cryptographic library when it can generate none.
    public init(generating kind: Kind) throws {
        switch kind {
        case .p256: try self.init(.p256(P256.Signing.PrivateKey()), .ecdsa(.sha256))
        case .p384: try self.init(.p384(P384.Signing.PrivateKey()), .ecdsa(.sha384))
        case .p521: try self.init(.p521(P521.Signing.PrivateKey()), .ecdsa(.sha512))
        case .ed25519: try self.init(.ed25519(Curve25519.Signing.PrivateKey()), .ed25519)
        case .rsa2048: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)), .rsaPKCS1(.sha256))
        case .rsa2048PSS: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)), .rsaPSS(.sha256))
        }
    }

    /// Makes the Ed25519 key of a seed of 32 bytes (RFC 8032 §5.1.5), as signed notes' keys are written.
    ///
    /// - Throws: ``KeyError`` when there are not 32 bytes.
    public init(ed25519Seed seed: [UInt8]) throws {
        guard seed.count == 32 else {
            throw KeyError(.malformed, "the seed of an Ed25519 key has 32 bytes, saw \(seed.count)")
        }
        try self.init(.ed25519(Curve25519.Signing.PrivateKey(rawRepresentation: seed)), .ed25519)
    }

    /// Reads a private key in PEM (SEC 1 or PKCS#8 for ECDSA and RSA).
    ///
    /// - Throws: ``KeyError`` when it is none of these.
    public init(pem: String) throws {
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) {
            try self.init(.p256(key), .ecdsa(.sha256))
        } else if let key = try? P384.Signing.PrivateKey(pemRepresentation: pem) {
            try self.init(.p384(key), .ecdsa(.sha384))
        } else if let key = try? P521.Signing.PrivateKey(pemRepresentation: pem) {
            try self.init(.p521(key), .ecdsa(.sha512))
        } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) {
            try self.init(.rsa(key), .rsaPKCS1(.sha256))
        } else {
            throw KeyError(.malformed, "expected a private key of ECDSA P-256, P-384, P-521 or RSA in PEM")
        }
    }

    private init(_ storage: Storage, _ scheme: SignatureScheme) throws {
        self.storage = storage
        self.scheme = scheme
        publicKey =
            switch storage {
            case .p256(let key): try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
            case .p384(let key): try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
            case .p521(let key): try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
            case .ed25519(let key):
                try PublicKey(subjectPublicKeyInfo: PublicKey.ed25519Prefix + Array(key.publicKey.rawRepresentation))
            case .rsa(let key): try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
            }
    }

    /// The public half as `PUBLIC KEY` PEM.
    public var publicPEM: String { PEM.encode(label: "PUBLIC KEY", bytes: publicKey.subjectPublicKeyInfo) }

    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch storage {
        case .p256(let key): return Array(try key.signature(for: message).derRepresentation)
        case .p384(let key): return Array(try key.signature(for: message).derRepresentation)
        case .p521(let key): return Array(try key.signature(for: message).derRepresentation)
        case .ed25519(let key): return Array(try key.signature(for: message))
        case .rsa(let key):
            let padding: _RSA.Signing.Padding = if case .rsaPSS = scheme { .PSS } else { .insecurePKCS1v1_5 }
            return Array(try key.signature(for: message, padding: padding).rawRepresentation)
        }
    }
}
