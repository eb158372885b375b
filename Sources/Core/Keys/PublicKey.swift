internal import Crypto
internal import CryptoExtras
internal import SwiftASN1

/// A public key that signatures are verified with: ECDSA P-256, P-384, P-521, RSA of 2048 to 8192 bits, or Ed25519.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The key's family and size.
    public enum Kind: Sendable, Hashable, CustomStringConvertible {
        case p256, p384, p521, ed25519
        case rsa(bits: Int)
        /// An RSA key whose algorithm identifier allows PSS only (RFC 4055 §3.1).
        case rsaPSS(bits: Int)

        public var description: String {
            switch self {
            case .p256: "ECDSA P-256"
            case .p384: "ECDSA P-384"
            case .p521: "ECDSA P-521"
            case .ed25519: "Ed25519"
            case .rsa(let bits): "RSA \(bits)"
            case .rsaPSS(let bits): "RSA \(bits) (PSS)"
            }
        }
    }

    private enum Storage: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    private let storage: Storage
    public let kind: Kind
    /// The DER of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), as it was read.
    public let subjectPublicKeyInfo: [UInt8]

    private static let smallestRSA = 2048
    private static let largestRSA = 8192

    /// Reads a SubjectPublicKeyInfo.
    ///
    /// - Throws: ``KeyError`` when it is not one, or of an algorithm or size that is not accepted.
    public init(subjectPublicKeyInfo der: [UInt8]) throws(KeyError) {
        let info = try SubjectPublicKeyInfo(der: der)
        subjectPublicKeyInfo = der
        do {
            switch (info.algorithm, info.curve) {
            case (.ecPublicKey, .p256):
                storage = .p256(try P256.Signing.PublicKey(x963Representation: info.key))
                kind = .p256
            case (.ecPublicKey, .p384):
                storage = .p384(try P384.Signing.PublicKey(x963Representation: info.key))
                kind = .p384
            case (.ecPublicKey, .p521):
                storage = .p521(try P521.Signing.PublicKey(x963Representation: info.key))
                kind = .p521
            case (.ed25519, nil):
                storage = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: info.key))
                kind = .ed25519
            case (.rsaEncryption, _), (.rsaPSS, _):
                let (key, bits) = try Self.rsa(pkcs1: Array(info.key))
                storage = .rsa(key)
                kind = info.algorithm == .rsaPSS ? .rsaPSS(bits: bits) : .rsa(bits: bits)
            default:
                throw KeyError(
                    .unsupported,
                    "the key's algorithm is \(info.algorithm)\(info.curve.map { " on curve \($0)" } ?? ""); expected "
                        + "ECDSA P-256, P-384 or P-521, RSA or Ed25519")
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.malformed, "the key's bytes are not a point or modulus of its algorithm")
        }
    }

    /// Reads an RSA key in PKCS#1 form (RFC 8017 §A.1.1), as some trust roots hold it.
    ///
    /// - Throws: ``KeyError`` when it is not one or of a size that is not accepted.
    public init(pkcs1 der: [UInt8]) throws(KeyError) {
        let (key, bits) = try Self.rsa(pkcs1: der)
        storage = .rsa(key)
        kind = .rsa(bits: bits)
        subjectPublicKeyInfo = Array(key.derRepresentation)
    }

    /// Reads the one `PUBLIC KEY` (or `RSA PUBLIC KEY`) block of a PEM text.
    ///
    /// - Throws: ``KeyError`` that says which blocks were seen instead.
    public init(pem text: String) throws(KeyError) {
        let blocks: [PEM.Block]
        do {
            blocks = try PEM.decode(text)
        } catch {
            throw KeyError(.malformed, "\(error)")
        }
        guard blocks.count == 1, let block = blocks.first else {
            let seen = blocks.isEmpty ? "none" : blocks.map(\.label).joined(separator: ", ")
            throw KeyError(.malformed, "expected one PEM block PUBLIC KEY, saw \(seen)")
        }
        switch block.label {
        case "PUBLIC KEY": try self.init(subjectPublicKeyInfo: block.bytes)
        case "RSA PUBLIC KEY": try self.init(pkcs1: block.bytes)
        default: throw KeyError(.malformed, "expected a PEM block PUBLIC KEY, saw \(block.label)")
        }
    }

    /// The SHA-256 of the SubjectPublicKeyInfo, which names the key.
    public var fingerprint: Digest { .of(subjectPublicKeyInfo) }

    public var description: String { "\(kind) key \(fingerprint)" }

    /// The schemes signatures of this key are tried with when nothing else says which, most usual first.
    ///
    /// Sigstore pairs each curve with the hash of its size; cosign's own keys use SHA-256 with every curve.
    public var defaultSchemes: [SignatureScheme] {
        switch kind {
        case .p256: [.ecdsa(.sha256)]
        case .p384: [.ecdsa(.sha384), .ecdsa(.sha256)]
        case .p521: [.ecdsa(.sha512), .ecdsa(.sha256)]
        case .ed25519: [.ed25519]
        case .rsa: [.rsaPKCS1(.sha256), .rsaPSS(.sha256), .rsaPKCS1(.sha512), .rsaPKCS1(.sha384)]
        case .rsaPSS: [.rsaPSS(.sha256), .rsaPSS(.sha384), .rsaPSS(.sha512)]
        }
    }

    /// Whether a signature over a message is this key's, by one of the schemes.
    public func isValid(signature: [UInt8], for message: [UInt8], schemes: [SignatureScheme]? = nil) -> Bool {
        (schemes ?? defaultSchemes).contains { scheme in
            guard let hash = scheme.hash else {
                guard case .ed25519(let key) = storage, scheme == .ed25519 else { return false }
                return key.isValidSignature(signature, for: message)
            }
            return isValid(signature: signature, forDigest: .of(message, hash), scheme: scheme)
        }
    }

    /// Whether a signature over a message of which only the digest is known is this key's.
    ///
    /// Ed25519 signs the message, not a digest, so it never verifies here.
    public func isValid(signature: [UInt8], forDigest digest: Digest, scheme: SignatureScheme) -> Bool {
        guard scheme.hash == digest.algorithm else { return false }
        if case .rsa(let key) = storage {
            return switch digest.algorithm {
            case .sha256: isValid(signature, of: digest.native(as: SHA256.Digest.self), key: key, scheme: scheme)
            case .sha384: isValid(signature, of: digest.native(as: SHA384.Digest.self), key: key, scheme: scheme)
            case .sha512: isValid(signature, of: digest.native(as: SHA512.Digest.self), key: key, scheme: scheme)
            }
        }
        let prehashed: any Crypto.Digest
        switch digest.algorithm {
        case .sha256: prehashed = Prehashed256(digest.bytes)
        case .sha384: prehashed = Prehashed384(digest.bytes)
        case .sha512: prehashed = Prehashed512(digest.bytes)
        }
        return isValid(signature: signature, prehashed: prehashed, scheme: scheme)
    }

    // swift-crypto's RSA ends the process on a digest type that is not its own.
    private func isValid<D: Crypto.Digest>(
        _ signature: [UInt8], of digest: D?, key: _RSA.Signing.PublicKey, scheme: SignatureScheme
    ) -> Bool {
        guard let digest else { return false }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        switch (kind, scheme) {
        case (.rsa, .rsaPKCS1): return key.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
        case (.rsa, .rsaPSS), (.rsaPSS, .rsaPSS): return key.isValidSignature(signature, for: digest, padding: .PSS)
        default: return false
        }
    }

    private func isValid<D: Crypto.Digest>(signature: [UInt8], prehashed: D, scheme: SignatureScheme) -> Bool {
        switch (storage, scheme) {
        case (.p256(let key), .ecdsa):
            guard let raw = ECDSASignatureDER.raw(signature, coordinateBytes: 32),
                let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(parsed, for: prehashed)
        case (.p384(let key), .ecdsa):
            guard let raw = ECDSASignatureDER.raw(signature, coordinateBytes: 48),
                let parsed = try? P384.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(parsed, for: prehashed)
        case (.p521(let key), .ecdsa):
            guard let raw = ECDSASignatureDER.raw(signature, coordinateBytes: 66),
                let parsed = try? P521.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(parsed, for: prehashed)
        default:
            return false
        }
    }

    /// The DER form of an ECDSA signature written as r ‖ s of the curve's size (IEEE P1363); `nil` when it is not one.
    public func derSignature(ieeeP1363 signature: [UInt8]) -> [UInt8]? {
        switch storage {
        case .p256: (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map { Array($0.derRepresentation) }
        case .p384: (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map { Array($0.derRepresentation) }
        case .p521: (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map { Array($0.derRepresentation) }
        case .ed25519, .rsa: nil
        }
    }

    private static func rsa(pkcs1 der: [UInt8]) throws(KeyError) -> (_RSA.Signing.PublicKey, bits: Int) {
        guard let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der) else {
            throw KeyError(.malformed, "the bytes are not an RSA public key of at least 1024 bits")
        }
        let bits = key.keySizeInBits
        guard (smallestRSA...largestRSA).contains(bits) else {
            throw KeyError(.weak, "the RSA key has \(bits) bits; expected \(smallestRSA) to \(largestRSA)")
        }
        return (key, bits)
    }

    public static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(subjectPublicKeyInfo) }
}
