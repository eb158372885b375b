/// Follows another's log: gives its entries in order, each piece checked against a checkpoint that the log signed.
///
/// It remembers what it has seen, so that a log that goes back or forks is noticed and followed no further.
public struct LogFollower: Sendable {
    private let reader: LogReader
    private let trust: LogTrust
    private var frontier: TreeFrontier
    private var latest: Checkpoint?

    /// The index of the next entry.
    public var next: UInt64 { frontier.size }

    /// Follows a log from its first entry.
    public init(_ source: any TileSource, trust: LogTrust) {
        reader = LogReader(source: source)
        self.trust = trust
        frontier = TreeFrontier()
    }

    /// Follows a log from an entry on; what comes before is taken from its tiles and checked with the first piece.
    ///
    /// - Throws: ``LogError`` when the log has fewer entries, or its tiles cannot be read.
    public init(_ source: any TileSource, trust: LogTrust, from index: UInt64) async throws {
        self.init(source, trust: trust)
        guard index > 0 else { return }
        let checkpoint = try await verifiedCheckpoint()
        guard index <= checkpoint.size else {
            throw LogError(
                .inconsistent, "the log has \(checkpoint.size) entries and had \(index); it went back",
                location: trust.origin)
        }
        var tiles = TileReader(source: source, size: checkpoint.size)
        var peaks: [TreeHash] = []
        for node in TreeNode.covering(0..<index) { peaks.append(try await tiles.hash(node)) }
        guard let edge = TreeFrontier(size: index, peaks: peaks) else {
            throw LogError(.malformed, "a tree of \(index) entries has other peaks", location: trust.origin)
        }
        try await check(edge, against: checkpoint)
        frontier = edge
        latest = checkpoint
    }

    /// The entries that came since, at most as many as asked for; none when there are none yet.
    ///
    /// - Throws: ``LogError`` `inconsistent` when the log does not continue what it was or its signature does not hold;
    ///   `missing` or `malformed` when something cannot be read. Nothing is moved then, and it can be tried again.
    public mutating func advance(_ limit: Int = 256) async throws -> [(index: UInt64, entry: [UInt8])] {
        let checkpoint = try await verifiedCheckpoint()
        if let latest, latest.size > checkpoint.size || (latest.size == checkpoint.size && latest != checkpoint) {
            throw LogError(
                .inconsistent,
                "the checkpoint of \(checkpoint.size) entries does not continue that of \(latest.size); the log went back "
                    + "or was forked", location: trust.origin)
        }
        var edge = frontier
        var entries: [(index: UInt64, entry: [UInt8])] = []
        let count = UInt64(max(0, limit))
        for try await item in reader.entries(from: frontier.size, count: count, in: checkpoint) {
            edge.append(MerkleTree.leafHash(item.entry))
            entries.append(item)
        }
        try await check(edge, against: checkpoint)
        frontier = edge
        latest = checkpoint
        return entries
    }

    private func verifiedCheckpoint() async throws -> Checkpoint {
        let signed = try await reader.checkpoint()
        if let finding = trust.verify(signed).first {
            throw LogError(.inconsistent, "\(finding)", location: trust.origin)
        }
        return signed.checkpoint
    }

    /// The tree so far must be the beginning of the checkpoint's.
    private func check(_ edge: TreeFrontier, against checkpoint: Checkpoint) async throws {
        let proof = try await reader.consistencyProof(from: edge.size, to: checkpoint.size)
        guard
            MerkleTree.isConsistent(
                from: edge.size, root: edge.root, to: checkpoint.size, root: checkpoint.root, proof: proof)
        else {
            throw LogError(
                .inconsistent, "the entries below \(edge.size) are not those that the checkpoint covers",
                location: trust.origin)
        }
    }
}
