/// Reads a log: its checkpoint, entries and proofs, from a folder or from elsewhere.
///
/// It believes nothing: proofs are checked against the checkpoint that was given before they are answered, and whether
/// that checkpoint is the log's own is told by ``LogTrust``.
public struct LogReader: Sendable {
    public let source: any TileSource

    public init(source: any TileSource) { self.source = source }

    /// Reads a log's folder, which its writer may be writing at the same time.
    public init(folder: String) { source = FolderTileSource(folder: folder) }

    /// The latest checkpoint, whose signatures have not been verified.
    ///
    /// - Throws: ``LogError`` `missing` when there is none, `malformed` when it is not one.
    public func checkpoint() async throws -> SignedCheckpoint {
        guard let bytes = try await source.checkpoint() else {
            throw LogError(.missing, "there is no checkpoint; is this the folder of a log?", location: "checkpoint")
        }
        do {
            return try SignedCheckpoint(bytes)
        } catch {
            throw LogError(.malformed, error.message, location: "checkpoint")
        }
    }

    /// One entry, checked to be in the checkpoint's tree.
    ///
    /// - Throws: ``LogError`` `missing` when the tree ends before it, `inconsistent` when the tree holds another.
    public func entry(_ index: UInt64, in checkpoint: Checkpoint) async throws -> [UInt8] {
        guard let path = TilePath.entries(at: index, treeSize: checkpoint.size) else {
            throw LogError(.missing, "there is no entry \(index); the checkpoint covers \(checkpoint.size)")
        }
        let entries = try await TileReader(source: source, size: checkpoint.size).entries(path)
        let entry = entries[Int(index % 256)]
        let proof = try await inclusionProof(of: index, size: checkpoint.size)
        guard
            MerkleTree.isIncluded(
                leaf: MerkleTree.leafHash(entry), index: index, size: checkpoint.size, root: checkpoint.root,
                proof: proof)
        else {
            throw LogError(
                .inconsistent, "entry \(index) is not what the checkpoint covers; run mc log verify",
                location: "\(path)")
        }
        return entry
    }

    /// The entries from an index on, a bundle in memory at a time.
    ///
    /// They are read as they are; ``LogVerifier`` tells whether they are what the checkpoint covers.
    ///
    /// - Parameter count: how many at most; all that the checkpoint covers when absent.
    public func entries(from index: UInt64, count: UInt64? = nil, in checkpoint: Checkpoint) -> LogEntries {
        let end = count.map { index.addingReportingOverflow($0) }
        let last = end.map { $0.overflow ? checkpoint.size : min($0.partialValue, checkpoint.size) } ?? checkpoint.size
        return LogEntries(source: source, size: checkpoint.size, range: min(index, last)..<last)
    }

    /// The inclusion proof of an entry in the tree of a size (RFC 6962 §2.1.1).
    ///
    /// - Throws: ``LogError`` `missing` when the tree ends before it, or a tile cannot be read.
    public func inclusionProof(of index: UInt64, size: UInt64) async throws -> [TreeHash] {
        guard index < size else {
            throw LogError(.missing, "there is no entry \(index) in a tree of \(size)")
        }
        var reader = TileReader(source: source, size: size)
        return try await reader.hashes(ProofPlan.inclusion(of: index, size: size))
    }

    /// The consistency proof between two sizes (RFC 6962 §2.1.2), made of the tiles of the newer.
    ///
    /// - Throws: ``LogError`` `malformed` when the older is larger, or a tile cannot be read.
    public func consistencyProof(from old: UInt64, to new: UInt64) async throws -> [TreeHash] {
        guard old <= new else {
            throw LogError(.malformed, "a tree of \(old) entries cannot be the beginning of one of \(new)")
        }
        var reader = TileReader(source: source, size: new)
        return try await reader.hashes(ProofPlan.consistency(from: old, to: new))
    }

    /// The root of the tree of a size, as the tiles say.
    ///
    /// - Parameter covered: the size of the checkpoint whose tiles are there.
    public func root(at size: UInt64, covered: UInt64) async throws -> TreeHash {
        guard size <= covered else { throw LogError(.missing, "the checkpoint covers \(covered) entries, not \(size)") }
        var reader = TileReader(source: source, size: covered)
        return try await reader.hash(0..<size)
    }

    /// A proof that an entry is in the log, to be verified offline (C2SP tlog-proof).
    ///
    /// - Parameter signed: the checkpoint it leads to; the latest when absent.
    /// - Throws: ``LogError`` `missing` when the checkpoint does not cover the entry yet, `inconsistent` when the tiles
    ///   do not lead from the entry to the checkpoint.
    public func proof(of index: UInt64, in signed: SignedCheckpoint? = nil) async throws -> LogProof {
        let latest: SignedCheckpoint
        if let signed { latest = signed } else { latest = try await checkpoint() }
        let entry = try await entry(index, in: latest.checkpoint)
        let hashes = try await inclusionProof(of: index, size: latest.checkpoint.size)
        let proof = LogProof(index: index, hashes: hashes, checkpoint: latest)
        guard proof.leads(from: entry) else {
            throw LogError(.inconsistent, "the tiles do not lead from entry \(index) to the checkpoint")
        }
        return proof
    }
}

/// Entries of a log in order, read bundle by bundle.
public struct LogEntries: AsyncSequence, Sendable {
    public typealias Element = (index: UInt64, entry: [UInt8])

    let source: any TileSource
    let size: UInt64
    let range: Range<UInt64>

    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: TileReader(source: source, size: size), next: range.lowerBound, end: range.upperBound)
    }

    public struct Iterator: AsyncIteratorProtocol {
        let reader: TileReader
        var next: UInt64
        let end: UInt64
        var bundle: (index: UInt64, entries: [[UInt8]])?

        init(reader: TileReader, next: UInt64, end: UInt64) {
            self.reader = reader
            self.next = next
            self.end = end
        }

        /// - Throws: ``LogError`` when a bundle is missing or cannot be read.
        public mutating func next() async throws -> Element? {
            guard next < end, let path = TilePath.entries(at: next, treeSize: reader.size) else { return nil }
            if bundle?.index != path.index { bundle = (path.index, try await reader.entries(path)) }
            guard let bundle else { return nil }
            defer { next += 1 }
            return (next, bundle.entries[Int(next % 256)])
        }
    }
}
