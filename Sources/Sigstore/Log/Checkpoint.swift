internal import Core

/// A signed checkpoint (C2SP signed-note and tlog-checkpoint): what a log commits to at some size.
struct Checkpoint: Sendable, Hashable {
    struct Signature: Sendable, Hashable {
        let name: String
        let keyHint: [UInt8]
        let bytes: [UInt8]
    }

    let origin: String
    let treeSize: UInt64
    let rootHash: [UInt8]
    /// The signed text, with its final line feed.
    let signedText: [UInt8]
    let signatures: [Signature]

    static let maximumSignatures = Cap("checkpoint signatures", 64)

    /// Reads a checkpoint.
    ///
    /// - Throws: ``CheckpointError`` that says what is not as it should be.
    init(_ note: String) throws(CheckpointError) {
        let bytes = Array(note.utf8)
        // The text ends at the last blank line: "\n\n" before the signatures.
        guard let split = Self.lastBlankLine(bytes) else {
            throw CheckpointError("it has no blank line between text and signatures")
        }
        signedText = Array(bytes[...split])
        let lines = bytes[..<split].split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard lines.count >= 3 else { throw CheckpointError("expected lines for origin, size and root hash") }
        guard !lines[0].isEmpty else { throw CheckpointError("the origin line is empty") }
        origin = lines[0]
        guard let size = UInt64(lines[1]), String(size) == lines[1] else {
            throw CheckpointError("expected the tree size on line 2, saw \"\(lines[1].prefix(80))\"")
        }
        treeSize = size
        guard let hash = Base64.decode(lines[2]), hash.count == 32 else {
            throw CheckpointError("expected the root hash on line 3, saw \"\(lines[2].prefix(80))\"")
        }
        rootHash = hash

        var signatures: [Signature] = []
        var rest = bytes[(split + 2)...]
        guard rest.last == 0x0A else { throw CheckpointError("the last signature line has no end") }
        rest = rest.dropLast()
        for line in rest.split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard signatures.count < Self.maximumSignatures.limit else {
                throw CheckpointError("\(CapExceeded(cap: Self.maximumSignatures, seen: signatures.count + 1))")
            }
            signatures.append(try Self.signature(line))
        }
        self.signatures = signatures
    }

    private static func signature(_ line: ArraySlice<UInt8>) throws(CheckpointError) -> Signature {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("\u{2014}".utf8), !parts[1].isEmpty,
            let bytes = parts[2].withUnsafeBufferPointer({ Base64.decode($0) }), bytes.count > 4
        else {
            let seen = String(decoding: line, as: UTF8.self).prefix(80)
            throw CheckpointError("expected a signature line \"— name base64\", saw \"\(seen)\"")
        }
        return Signature(
            name: String(decoding: parts[1], as: UTF8.self), keyHint: Array(bytes.prefix(4)),
            bytes: Array(bytes.dropFirst(4)))
    }

    private static func lastBlankLine(_ bytes: [UInt8]) -> Int? {
        var index = bytes.count - 2
        while index >= 0 {
            if bytes[index] == 0x0A, bytes[index + 1] == 0x0A { return index }
            index -= 1
        }
        return nil
    }
}

/// A checkpoint that cannot be read, and why.
struct CheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { "a checkpoint that cannot be read: \(message)" }
}
