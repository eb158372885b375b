internal import Core

/// Turns durable entries into tiles: full ones as they fill up, partial ones for each checkpoint.
///
/// It is derived state: whatever it wrote can be made again from the journal, so its files are flushed only before the
/// journal's are removed.
struct Integrator: Sendable {
    let folder: String
    let disk: Disk
    /// The entries in full bundles; a multiple of 256.
    private(set) var frontier: TreeFrontier
    /// For each level above the leaves, the hashes of its last tile while that is not full.
    private var edges: [[TreeHash]]
    /// Files that may not be on the disk yet.
    private var unsynced: [String] = []
    /// The partial tiles that lie there now: width and bytes by path of the full one.
    private var partials: [String: (width: Int, bytes: UInt64)] = [:]
    private var fullBytes: UInt64 = 0
    /// How many tiles recovery had to write again.
    private(set) var rewritten = 0
    private var isComparing = false
    private var drafts: UInt64 = 0

    /// Continues at a tree of full tiles, whose hashes are read from the folder.
    ///
    /// - Throws: ``LogError`` `inconsistent` when a tile that is needed is missing or has another size.
    init(folder: String, disk: Disk, size: UInt64) throws(LogError) {
        self.folder = folder
        self.disk = disk
        edges = []
        var peaks: [[TreeHash]] = []
        var level = 1
        while level <= TilePath.highestLevel, size >> UInt64(8 * level) > 0 {
            let count = size >> UInt64(8 * level)
            var hashes: [TreeHash] = []
            for index in (count & ~255)..<count {
                let tile = TilePath(.hashes(level: level - 1), index: index)
                hashes.append(Self.fold(try Self.hashes(of: tile, in: folder)))
            }
            edges.append(hashes)
            peaks.append(Self.peaks(hashes))
            level += 1
        }
        guard let frontier = TreeFrontier(size: size, peaks: peaks.reversed().flatMap { $0 }) else {
            throw LogError(.inconsistent, "the tiles do not make a tree of \(size) entries", location: folder)
        }
        self.frontier = frontier
    }

    /// The hashes of a full tile.
    static func hashes(of tile: TilePath, in folder: String) throws(LogError) -> [TreeHash] {
        let path = "\(folder)/\(tile)"
        guard let bytes = try Disk.read(path, atMost: tile.maximumBytes), bytes.count == tile.maximumBytes else {
            throw LogError(
                .inconsistent,
                "the tile is missing or has not \(tile.maximumBytes) bytes; restore the folder from a copy, nothing was "
                    + "repaired", location: path)
        }
        return TileHashes.split(bytes)
    }

    /// The root of a full subtree's hashes.
    static func fold(_ hashes: [TreeHash]) -> TreeHash {
        var frontier = TreeFrontier()
        frontier.append(hashes: hashes)
        return frontier.root
    }

    private static func peaks(_ hashes: [TreeHash]) -> [TreeHash] {
        var frontier = TreeFrontier()
        frontier.append(hashes: hashes)
        return frontier.peaks
    }

    /// The entries in full bundles.
    var fullSize: UInt64 { frontier.size }

    /// The bytes of all tiles on disk.
    var tileBytes: UInt64 { partials.values.reduce(fullBytes) { $0 + $1.bytes } }

    /// Counts the bytes that are there already.
    mutating func measure() {
        let partial = partials.values.reduce(0) { $0 + $1.bytes }
        let all = Disk.bytes(below: "\(folder)/tile")
        fullBytes = all - min(all, partial)
    }

    /// While recovery goes through the journal, tiles that are as they should be are not written again.
    mutating func compare(_ isComparing: Bool) { self.isComparing = isComparing }

    /// Writes a full bundle of 256 entries, its hashes, and what fills up above it.
    mutating func add(_ records: some Collection<JournalBatch.Record>) throws(LogError) {
        let index = frontier.size / 256
        let leaves = records.map(\.leaf)
        try write(TilePath(.entries, index: index), EntryBundle.encode(records.lazy.map(\.entry)))
        try write(TilePath(.hashes(level: 0), index: index), TileHashes.join(leaves))
        // Everything is written before anything is remembered, so that a full disk leaves it as it was.
        var edges = edges
        var hash = Self.fold(leaves)
        var level = 1
        while true {
            if edges.count < level { edges.append([]) }
            edges[level - 1].append(hash)
            guard edges[level - 1].count == 256 else { break }
            let full = edges[level - 1]
            let above = (frontier.size + 256) >> UInt64(8 * (level + 1))
            try write(TilePath(.hashes(level: level), index: above - 1), TileHashes.join(full))
            edges[level - 1] = []
            hash = Self.fold(full)
            level += 1
        }
        self.edges = edges
        for leaf in leaves { frontier.append(leaf) }
    }

    /// Writes the partial tiles of a tree that has some entries after the full bundles.
    ///
    /// - Returns: the tree's root.
    mutating func publish(_ tail: some Collection<JournalBatch.Record>) throws(LogError) -> TreeHash {
        let index = frontier.size / 256
        if !tail.isEmpty {
            let entries = TilePath(.entries, index: index, width: tail.count)
            let hashes = TilePath(.hashes(level: 0), index: index, width: tail.count)
            if partials[entries.stem]?.width != tail.count {
                try write(entries, EntryBundle.encode(tail.lazy.map(\.entry)))
                try write(hashes, TileHashes.join(tail.map(\.leaf)))
            }
        }
        for (place, hashes) in edges.enumerated() where !hashes.isEmpty {
            let tile = TilePath(
                .hashes(level: place + 1), index: frontier.size >> UInt64(8 * (place + 2)), width: hashes.count)
            if partials[tile.stem]?.width != hashes.count { try write(tile, TileHashes.join(hashes)) }
        }
        var whole = frontier
        for record in tail { whole.append(record.leaf) }
        return whole.root
    }

    /// Removes partial tiles that a wider or full one of the same place has replaced.
    ///
    /// A source answers the narrower one from the wider one's beginning; see ``FolderTileSource``.
    mutating func removeReplaced() {
        for (stem, partial) in partials {
            if Disk.exists("\(folder)/\(stem)") {
                disk.removeFolder("\(folder)/\(stem).p")
                partials[stem] = nil
            } else {
                for name in Disk.names(in: "\(folder)/\(stem).p") where name != "\(partial.width)" {
                    try? disk.remove("\(folder)/\(stem).p/\(name)")
                }
            }
        }
    }

    /// The files that may not be on the disk yet, which the caller now answers for.
    mutating func takeUnsynced() -> [String] {
        defer { unsynced = [] }
        return unsynced
    }

    /// Takes files back whose flush failed.
    mutating func giveBack(_ paths: [String]) { unsynced = paths + unsynced }

    /// Waits until files and the folders above them are on the disk.
    static func sync(_ paths: [String], in root: String, disk: Disk) throws(LogError) {
        var folders: Set<Substring> = []
        for path in paths {
            try disk.syncFile(path)
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/"), parent.utf8.count > root.utf8.count {
                parent = parent[..<slash]
                folders.insert(parent)
            }
        }
        for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) { try disk.syncFolder(String(folder)) }
    }

    private mutating func write(_ tile: TilePath, _ bytes: [UInt8]) throws(LogError) {
        let path = "\(folder)/\(tile)"
        let present = isComparing ? try Disk.read(path, atMost: Int.max) : nil
        if present != bytes {
            if isComparing { rewritten += 1 }
            if let slash = path.lastIndex(of: "/") { try disk.makeFolders(String(path[..<slash])) }
            drafts += 1
            try disk.replace(path, bytes, draft: "\(folder)/journal/draft-\(drafts)", isDurable: false)
            if !tile.isPartial { fullBytes += UInt64(bytes.count) }
        }
        if tile.isPartial {
            partials[tile.stem] = (tile.width, UInt64(bytes.count))
        } else {
            // A partial one may be there from before.
            if partials[tile.stem] == nil, Disk.exists("\(path).p") { partials[tile.stem] = (0, 0) }
            unsynced.append(path)
        }
    }
}

/// The hashes of a tile as bytes.
enum TileHashes {
    static func join(_ hashes: some Sequence<TreeHash>) -> [UInt8] { hashes.flatMap(\.bytes) }

    /// Whole hashes only; what is left over is dropped, so the caller checks the length.
    static func split(_ bytes: [UInt8]) -> [TreeHash] {
        stride(from: 0, to: bytes.count - TreeHash.byteCount + 1, by: TreeHash.byteCount).map {
            TreeHash(unchecked: Array(bytes[$0..<($0 + TreeHash.byteCount)]))
        }
    }
}

extension TreeFrontier {
    mutating func append(hashes: [TreeHash]) {
        for hash in hashes { append(hash) }
    }
}
