/// One pass over a log's entries and tiles.
struct TreeAudit {
    private let source: any TileSource
    private let size: UInt64
    private let limit: Int
    private(set) var findings: [LogFinding] = []
    private(set) var entries: UInt64 = 0
    /// The roots at the sizes that are watched, as the entries give them.
    private(set) var roots: [UInt64: TreeHash] = [:]
    private var watched: Set<UInt64> = []
    private var frontier = TreeFrontier()
    /// For each level above the leaves, the hashes of the tile that is being filled.
    private var edges: [[TreeHash]] = []

    init(source: any TileSource, size: UInt64, limit: Int) {
        self.source = source
        self.size = size
        self.limit = limit
    }

    var root: TreeHash { frontier.root }
    /// Whether every entry could be read.
    var isComplete: Bool { entries == size }

    /// Asks for the root at a size.
    mutating func watch(_ size: UInt64) { watched.insert(size) }

    mutating func run(progress: (@Sendable (UInt64) -> Void)?) async throws {
        note(size: 0)
        while entries < size, let path = TilePath.entries(at: entries, treeSize: size) {
            guard let bundle = try await bundle(path) else { return }
            let leaves = bundle.map(MerkleTree.leafHash)
            try await check(leaves, against: TilePath(.hashes(level: 0), index: path.index, width: path.width))
            for leaf in leaves {
                frontier.append(leaf)
                entries += 1
                note(size: entries)
            }
            if path.width == TilePath.fullWidth { try await fill(1, Integrator.fold(leaves), full: path.index) }
            progress?(entries)
            guard findings.count < limit else { return }
        }
        for (place, hashes) in edges.enumerated() where !hashes.isEmpty {
            let index = size >> UInt64(8 * (place + 2))
            try await check(hashes, against: TilePath(.hashes(level: place + 1), index: index, width: hashes.count))
        }
    }

    private mutating func note(size: UInt64) {
        if watched.contains(size) { roots[size] = frontier.root }
    }

    /// Adds a hash to a level, and compares its tile when that is full.
    private mutating func fill(_ level: Int, _ hash: TreeHash, full index: UInt64) async throws {
        if edges.count < level { edges.append([]) }
        edges[level - 1].append(hash)
        guard edges[level - 1].count == TilePath.fullWidth else { return }
        let hashes = edges[level - 1]
        edges[level - 1] = []
        let above = index / 256
        try await check(hashes, against: TilePath(.hashes(level: level), index: above))
        try await fill(level + 1, Integrator.fold(hashes), full: above)
    }

    /// The entries of a bundle; `nil` when they cannot be had, so that nothing after them can be judged.
    private mutating func bundle(_ path: TilePath) async throws -> [[UInt8]]? {
        do {
            return try await TileReader(source: source, size: size).entries(path)
        } catch let error as LogError where error.code == .missing {
            findings.append(
                LogFinding(
                    .missing, place: "\(path)", observed: "no such bundle",
                    expected: "entries \(entries) to \(entries + UInt64(path.width) - 1), which the checkpoint covers"))
        } catch let error as LogError where error.code == .malformed || error.code == .tooLarge {
            findings.append(
                LogFinding(
                    .malformed, place: "\(path)", observed: error.message,
                    expected: "a bundle of entries \(entries) to \(entries + UInt64(path.width) - 1)"))
        }
        return nil
    }

    /// Compares hashes that were computed with those of a tile.
    private mutating func check(_ hashes: [TreeHash], against path: TilePath) async throws {
        let found: [TreeHash]
        do {
            var reader = TileReader(source: source, size: size)
            found = try await reader.hashes(path)
        } catch let error as LogError
            where error.code == .missing || error.code == .malformed || error.code == .tooLarge
        {
            findings.append(
                LogFinding(
                    error.code == .missing ? .missing : .malformed, place: "\(path)", observed: error.message,
                    expected: "\(path.width) hashes"))
            return
        }
        guard found != hashes else { return }
        for (place, pair) in zip(found, hashes).enumerated() where pair.0 != pair.1 && findings.count < limit {
            let index = path.index * 256 + UInt64(place)
            if case .hashes(let level) = path.kind, level == 0 {
                findings.append(
                    LogFinding(
                        .entry, place: "entry \(index)", observed: "an entry with the leaf hash \(pair.1)",
                        expected: "\(pair.0), which \(path) says: the entry or the tile was changed"))
            } else {
                findings.append(
                    LogFinding(
                        .tile, place: "\(path)", observed: "hash \(place) is \(pair.0)",
                        expected: "\(pair.1), which follows from the entries"))
            }
        }
    }
}
