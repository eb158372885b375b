public import Core

/// A public key that notes are verified with: its name, its type and the Ed25519 key.
///
/// It is written `name+hash+base64` (C2SP signed-note), the hash being the key's ID in hexadecimal.
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let id: KeyID
    public let type: SignatureType
    public let publicKey: PublicKey
    private let bytes: [UInt8]

    static let maximumBytes = Cap("verifier key bytes", 512)

    /// Names a key.
    ///
    /// - Throws: ``LogError`` `malformed` when the name is empty, too long or holds spaces or a plus, or the key is not
    ///   Ed25519.
    public init(name: String, type: SignatureType, publicKey: PublicKey) throws(LogError) {
        guard NoteName.isValid(name) else {
            throw LogError(
                .malformed,
                "a key's name is 1 to \(NoteName.maximumBytes.limit) bytes without spaces, plus and control characters, "
                    + "saw \(PrintableText.quote(name.excerpt(80)))")
        }
        guard let bytes = publicKey.ed25519Bytes else {
            throw LogError(.malformed, "a note's key is Ed25519, saw \(publicKey.kind)")
        }
        self.name = name
        self.type = type
        self.publicKey = publicKey
        self.bytes = bytes
        id = Self.id(name: name, type: type.rawValue, key: bytes)
    }

    /// Reads `name+hash+base64`.
    ///
    /// - Throws: ``LogError`` `malformed` when it is not such a key, its hash is another key's, or its type is not one
    ///   of ``SignatureType``.
    public init(_ text: String) throws(LogError) {
        guard text.utf8.count <= Self.maximumBytes.limit else {
            throw LogError(.malformed, "\(CapExceeded(cap: Self.maximumBytes, seen: text.utf8.count))")
        }
        // Base64 may hold a plus as well, names may not.
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let hash = Hex.decode(String(parts[1]) ?? "-"), hash.count == 4,
            let material = Base64.decode(String(parts[2]) ?? "-"), let name = String(parts[0])
        else {
            throw LogError(
                .malformed,
                "expected a verifier key name+8 hexadecimal digits+base64, saw \(PrintableText.quote(text.excerpt(80)))"
            )
        }
        guard let first = material.first, let type = SignatureType(rawValue: first), material.count == 33 else {
            throw LogError(
                .malformed,
                "key \(PrintableText.quote(name.excerpt(80))): expected type 1 (Ed25519) or 4 (cosignature) and 32 bytes, "
                    + "saw \(material.first.map { "type \($0) and \(material.count - 1) bytes" } ?? "nothing")")
        }
        let key: PublicKey
        do {
            key = try PublicKey(ed25519: Array(material.dropFirst()))
        } catch {
            throw LogError(.malformed, "key \(PrintableText.quote(name.excerpt(80))): \(error)")
        }
        try self.init(name: name, type: type, publicKey: key)
        guard id == KeyID(hash) else {
            throw LogError(
                .malformed,
                "key \(PrintableText.quote(name.excerpt(80))): its hash says \(KeyID(hash)), its content \(id); it was "
                    + "copied wrongly")
        }
    }

    /// `name+hash+base64`.
    public var description: String { "\(name)+\(id)+\(Base64.encode([type.rawValue] + bytes))" }

    /// Whether a signature claims to be this key's: name and ID are the same bytes.
    public func claims(_ signature: NoteSignature) -> Bool { signature.id == id && signature.name.isSame(as: name) }

    /// Whether a signature over a note's text is this key's.
    public func isValid(_ signature: NoteSignature, for text: [UInt8]) -> Bool {
        guard claims(signature) else { return false }
        switch type {
        case .ed25519:
            return signature.bytes.count == 64 && publicKey.isValid(signature: signature.bytes, for: text)
        case .cosignature:
            guard let cosignature = signature.cosignature else { return false }
            return publicKey.isValid(
                signature: cosignature.signature,
                for: NoteSignature.cosignedMessage(text, timestamp: cosignature.timestamp))
        }
    }

    static func id(name: String, type: UInt8, key: [UInt8]) -> KeyID {
        KeyID(Digest.of(Array(name.utf8) + [0x0A, type] + key).bytes)
    }
}
