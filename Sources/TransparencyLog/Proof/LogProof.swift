internal import Core

/// A proof that an entry is in a log, which verifies offline (C2SP tlog-proof).
public struct LogProof: Sendable, Hashable {
    /// The entry's index.
    public let index: UInt64
    /// The inclusion proof, from the leaf's sibling to the root's child.
    public let hashes: [TreeHash]
    /// The checkpoint it leads to, with the signatures of the log and its witnesses.
    public let checkpoint: SignedCheckpoint
    /// What an application adds; nothing vouches for it.
    public let extra: [UInt8]?

    static let header = "c2sp.org/tlog-proof@v1"
    static let maximumExtraBytes = Cap("extra data bytes", 64 << 10)
    public static let maximumBytes = 512 << 10

    public init(index: UInt64, hashes: [TreeHash], checkpoint: SignedCheckpoint, extra: [UInt8]? = nil) {
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.extra = extra
    }

    /// Reads a `.tlog-proof` file.
    ///
    /// - Throws: ``LogError`` `malformed` with the line that is not as it should be.
    public init(_ bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= Self.maximumBytes else {
            throw LogError(.malformed, "a proof has at most \(Self.maximumBytes) bytes, saw \(bytes.count)")
        }
        var rest = bytes[...]
        var number = 0
        func line() throws(LogError) -> ArraySlice<UInt8> {
            number += 1
            guard let end = rest.firstIndex(of: 0x0A) else {
                throw LogError(.malformed, "the proof ends within line \(number)")
            }
            defer { rest = rest[(end + 1)...] }
            return rest[..<end]
        }
        guard try line().elementsEqual(Self.header.utf8) else {
            throw LogError(.malformed, "a proof's first line is \(Self.header)")
        }
        var next = try line()
        if next.starts(with: "extra ".utf8) {
            guard let extra = next.dropFirst(6).withUnsafeBufferPointer({ Base64.decode($0) }), !extra.isEmpty,
                extra.count <= Self.maximumExtraBytes.limit
            else {
                throw LogError(
                    .malformed, "line 2: expected extra and base64 of at most \(Self.maximumExtraBytes.limit) bytes")
            }
            self.extra = extra
            next = try line()
        } else {
            extra = nil
        }
        guard next.starts(with: "index ".utf8), let index = Decimal.parse(next.dropFirst(6)) else {
            throw LogError(.malformed, "line \(number): expected index and a number without leading zeroes")
        }
        self.index = index
        var hashes: [TreeHash] = []
        while true {
            let next = try line()
            if next.isEmpty { break }
            guard let hash = TreeHash(base64: next), hashes.count < MerkleTree.longestProof.limit else {
                throw LogError(
                    .malformed,
                    "line \(number): expected one of at most \(MerkleTree.longestProof.limit) hashes in base64, or an empty "
                        + "line")
            }
            hashes.append(hash)
        }
        self.hashes = hashes
        checkpoint = try SignedCheckpoint(Array(rest))
    }

    /// The proof as a `.tlog-proof` file.
    public var bytes: [UInt8] {
        var text = Self.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += "\(hash)\n" }
        return Array((text + "\n").utf8) + checkpoint.bytes
    }

    /// Whether the hashes lead from an entry to the checkpoint's root; says nothing about who signed it.
    func leads(from entry: [UInt8]) -> Bool {
        MerkleTree.isIncluded(
            leaf: MerkleTree.leafHash(entry), index: index, size: checkpoint.checkpoint.size,
            root: checkpoint.checkpoint.root, proof: hashes)
    }

    /// Judges the proof: origin, the log's signature, the witnesses', and the way from the entry to the root.
    public func verify(entry: [UInt8], trust: LogTrust) -> ProofVerdict {
        var findings = trust.verify(checkpoint)
        if !leads(from: entry) {
            findings.append(
                LogFinding(
                    .entry, place: "entry \(index)",
                    observed:
                        "an entry with the leaf hash \(MerkleTree.leafHash(entry)) that the hashes do not lead from",
                    expected: "the entry that a tree of \(checkpoint.checkpoint.size) with the root "
                        + "\(checkpoint.checkpoint.root) holds in this place"))
        }
        guard findings.isEmpty else { return .refused(findings) }
        return .verified(
            VerifiedProof(
                origin: checkpoint.checkpoint.origin, index: index, checkpoint: checkpoint.checkpoint,
                witnesses: trust.witnesses(of: checkpoint)))
    }
}

/// What became of a proof.
public enum ProofVerdict: Sendable, Hashable {
    case verified(VerifiedProof)
    case refused([LogFinding])

    public var isVerified: Bool { if case .verified = self { true } else { false } }
}

/// What a proof has shown.
public struct VerifiedProof: Sendable, Hashable {
    public let origin: String
    public let index: UInt64
    public let checkpoint: Checkpoint
    /// The witnesses that signed the checkpoint, and when.
    public let witnesses: [SignedNote.Verified]
}
