internal import Core

/// One signature line of a note: whose it claims to be, and its bytes.
public struct NoteSignature: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let id: KeyID
    /// The signature without the key's ID.
    public let bytes: [UInt8]

    static let maximumBytes = Cap("signature line bytes", 8_192)

    init(name: String, id: KeyID, bytes: [UInt8]) {
        self.name = name
        self.id = id
        self.bytes = bytes
    }

    /// Reads a line `— name base64` without its line feed.
    ///
    /// - Throws: ``LogError`` `malformed` when it is not one.
    init(line: ArraySlice<UInt8>) throws(LogError) {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard line.count <= Self.maximumBytes.limit, parts.count == 3, parts[0].elementsEqual("\u{2014}".utf8),
            let name = String(validating: parts[1], as: UTF8.self), NoteName.isValid(name),
            let blob = parts[2].withUnsafeBufferPointer({ Base64.decode($0) }), blob.count > 4
        else {
            let seen = String(decoding: line.prefix(200), as: UTF8.self)
            throw LogError(
                .malformed,
                "expected a signature line \"— name base64\", saw \(PrintableText.quote(seen.excerpt(120)))")
        }
        self.init(name: name, id: KeyID(blob), bytes: Array(blob.dropFirst(4)))
    }

    /// Reads the signature lines of a witness's answer (C2SP tlog-witness, "add-checkpoint").
    ///
    /// - Throws: ``LogError`` `malformed` when a line is not one, or there are more than notes may have.
    public static func lines(_ bytes: [UInt8]) throws(LogError) -> [NoteSignature] {
        guard bytes.last == 0x0A else { throw LogError(.malformed, "the last signature line has no end") }
        let lines = bytes.dropLast().split(
            separator: 0x0A, maxSplits: SignedNote.maximumSignatures.limit, omittingEmptySubsequences: false)
        guard lines.count <= SignedNote.maximumSignatures.limit else {
            throw LogError(.malformed, "\(CapExceeded(cap: SignedNote.maximumSignatures, seen: lines.count))")
        }
        var result: [NoteSignature] = []
        for line in lines { result.append(try NoteSignature(line: line)) }
        return result
    }

    /// The line without its line feed.
    public var description: String { "\u{2014} \(name) \(Base64.encode(id.bytes + bytes))" }

    /// The parts of a timestamped cosignature (C2SP tlog-cosignature): seconds since 1970 and the Ed25519 signature.
    var cosignature: (timestamp: UInt64, signature: [UInt8])? {
        guard bytes.count == 72 else { return nil }
        let timestamp = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard timestamp <= UInt64(Int64.max) else { return nil }
        return (timestamp, Array(bytes.suffix(64)))
    }

    /// What a cosignature/v1 signs (C2SP tlog-cosignature, "Ed25519 signed message").
    static func cosignedMessage(_ text: [UInt8], timestamp: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(timestamp)\n".utf8) + text
    }
}
