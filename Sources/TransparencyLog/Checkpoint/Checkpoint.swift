internal import Core

/// What a log commits to: its origin, how many entries it has and the root of their tree (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable, Hashable {
    public let origin: String
    public let size: UInt64
    public let root: TreeHash
    /// Further lines, whose meaning nobody audits; logs of this project have none.
    public let extensions: [String]

    public init(origin: String, size: UInt64, root: TreeHash, extensions: [String] = []) {
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads a note's text.
    ///
    /// - Throws: ``LogError`` `malformed` that says which line is not as it should be.
    public init(text: [UInt8]) throws(LogError) {
        guard text.last == 0x0A else { throw LogError(.malformed, "the checkpoint's last line has no end") }
        let lines = text.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count >= 3, let origin = String(validating: lines[0], as: UTF8.self), NoteName.isLine(origin) else {
            throw LogError(.malformed, "expected lines for origin, size and root hash, saw \(lines.count) lines")
        }
        guard let size = Decimal.parse(lines[1]) else {
            throw LogError(.malformed, "expected the tree's size on line 2, saw \(Self.quoted(lines[1]))")
        }
        guard let root = TreeHash(base64: lines[2]) else {
            throw LogError(.malformed, "expected the root hash on line 3, saw \(Self.quoted(lines[2]))")
        }
        guard size > 0 || root == MerkleTree.emptyRoot else {
            throw LogError(.malformed, "the empty tree has another root than \(root)")
        }
        var extensions: [String] = []
        for line in lines.dropFirst(3) {
            guard let text = String(validating: line, as: UTF8.self), NoteName.isLine(text) else {
                throw LogError(.malformed, "line \(extensions.count + 4) of the checkpoint is empty")
            }
            extensions.append(text)
        }
        self.init(origin: origin, size: size, root: root, extensions: extensions)
    }

    /// The text that is signed.
    public var text: String {
        ([origin, "\(size)", "\(root)"] + extensions).map { $0 + "\n" }.joined()
    }

    private static func quoted(_ line: ArraySlice<UInt8>) -> String {
        PrintableText.quote(String(decoding: line.prefix(200), as: UTF8.self).excerpt(80))
    }

    /// Compares origins and extensions byte by byte.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.size == right.size && left.root == right.root && left.text.isSame(as: right.text)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}

/// A checkpoint with the signatures it came with, none of which has been verified.
public struct SignedCheckpoint: Sendable, Hashable {
    public internal(set) var note: SignedNote
    /// What the note says; see ``LogTrust/verify(_:)`` before using it.
    public let checkpoint: Checkpoint

    /// Reads a note that is a checkpoint.
    ///
    /// - Throws: ``LogError`` `malformed` when it is not one.
    public init(_ bytes: [UInt8]) throws(LogError) {
        note = try SignedNote(bytes)
        checkpoint = try Checkpoint(text: note.text)
    }

    /// Signs a checkpoint.
    ///
    /// - Throws: what the signer throws.
    public init(_ checkpoint: Checkpoint, signers: [NoteSigner]) throws {
        self.checkpoint = checkpoint
        note = try SignedNote(signing: checkpoint.text, by: signers)
    }

    public var bytes: [UInt8] { note.bytes }

    /// The same with further signatures; a key's newer signature replaces its older one.
    public func adding(_ signatures: [NoteSignature]) -> SignedCheckpoint {
        var copy = self
        copy.note.add(signatures)
        return copy
    }
}
