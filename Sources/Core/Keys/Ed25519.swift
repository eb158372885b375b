internal import Crypto

extension PublicKey {
    // SubjectPublicKeyInfo of an Ed25519 key up to the key's 32 bytes (RFC 8410 §4).
    static let ed25519Prefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// Reads an Ed25519 key of its 32 bytes (RFC 8032 §5.1.5).
    ///
    /// - Throws: ``KeyError`` when there are not 32 bytes.
    public init(ed25519 bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == 32 else {
            throw KeyError(.malformed, "an Ed25519 key has 32 bytes, saw \(bytes.count)")
        }
        try self.init(subjectPublicKeyInfo: Self.ed25519Prefix + bytes)
    }

    /// The 32 bytes of an Ed25519 key; `nil` for a key of another kind.
    public var ed25519Bytes: [UInt8]? {
        guard kind == .ed25519, subjectPublicKeyInfo.count == Self.ed25519Prefix.count + 32 else { return nil }
        return Array(subjectPublicKeyInfo.suffix(32))
    }
}
