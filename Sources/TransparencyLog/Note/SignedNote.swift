internal import Core

/// Text signed by one or more keys (C2SP signed-note).
///
/// What it says must not be used before ``verify(_:)`` found a signature of a trusted key.
public struct SignedNote: Sendable, Hashable {
    /// The signed text in UTF-8, its final line feed included.
    public let text: [UInt8]
    public internal(set) var signatures: [NoteSignature]

    static let maximumSignatures = Cap("note signatures", 64)
    static let maximumBytes = Cap("note bytes", 256 << 10)

    /// Reads a note.
    ///
    /// - Throws: ``LogError`` `malformed` when it is no valid UTF-8, holds control characters other than line feeds,
    ///   has no signature, a line that is none, or more than is accepted.
    public init(_ bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= Self.maximumBytes.limit else {
            throw LogError(.malformed, "\(CapExceeded(cap: Self.maximumBytes, seen: bytes.count))")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw LogError(.malformed, "the note is not UTF-8")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw LogError(.malformed, "the note holds a control character other than a line feed")
        }
        // The text may hold empty lines; the last one separates it from the signatures.
        var split = bytes.count - 2
        while split >= 0, bytes[split] != 0x0A || bytes[split + 1] != 0x0A { split -= 1 }
        guard split >= 1 else {
            throw LogError(.malformed, "the note has no text followed by an empty line and signatures")
        }
        text = Array(bytes[...split])
        let rest = Array(bytes[(split + 2)...])
        guard !rest.isEmpty else { throw LogError(.malformed, "the note has no signature") }
        signatures = try NoteSignature.lines(rest)
    }

    /// Signs a text.
    ///
    /// - Parameter text: one or more lines, each with its line feed.
    /// - Throws: ``LogError`` `malformed` when the text may not stand in a note, or what the signer throws.
    public init(signing text: String, by signers: [NoteSigner]) throws {
        let bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.last == 0x0A, bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }), !signers.isEmpty
        else {
            throw LogError(
                .malformed, "a note's text ends in a line feed, holds no other control character, and has a signer")
        }
        self.text = bytes
        signatures = try signers.map { try $0.sign(bytes) }
    }

    /// The note as it is stored and sent.
    public var bytes: [UInt8] {
        var result = text + [0x0A]
        for signature in signatures { result += Array("\(signature)\n".utf8) }
        return result
    }

    /// A signature that was verified, and by which key.
    public struct Verified: Sendable, Hashable {
        public let key: VerifierKey
        /// When a witness cosigned, in seconds since 1970; `nil` for a plain signature.
        public let timestamp: UInt64?
    }

    /// What verification found.
    public struct Verification: Sendable, Hashable {
        /// The distinct keys that signed, in the order they were given.
        public let verified: [Verified]
        /// The given keys in whose name there are only signatures that do not hold: a reason to reject the whole note.
        public let forged: [VerifierKey]

        /// Whether a given key signed, and no signature in the name of one is forged.
        public var holds: Bool { !verified.isEmpty && forged.isEmpty }
    }

    /// Verifies the signatures of known keys; those of others are ignored (C2SP signed-note, "Signatures").
    public func verify(_ keys: [VerifierKey]) -> Verification {
        var verified: [Verified] = []
        var forged: [VerifierKey] = []
        for key in keys where !verified.contains(where: { $0.key == key }) && !forged.contains(key) {
            let claimed = signatures.filter(key.claims)
            // Of several lines in one key's name each must hold; the first tells the time.
            let valid = claimed.filter { key.isValid($0, for: text) }
            if let first = valid.first, valid.count == claimed.count {
                verified.append(
                    Verified(key: key, timestamp: key.type == .cosignature ? first.cosignature?.timestamp : nil))
            } else if !claimed.isEmpty {
                forged.append(key)
            }
        }
        return Verification(verified: verified, forged: forged)
    }

    /// Adds signatures that are not there yet; a key's newer signature replaces its older one.
    mutating func add(_ added: [NoteSignature]) {
        for signature in added {
            signatures.removeAll { $0.id == signature.id && $0.name.isSame(as: signature.name) }
            guard signatures.count < Self.maximumSignatures.limit else { return }
            signatures.append(signature)
        }
    }
}
