/// Hashes of full subtrees, read from tiles of one tree size; a few tiles are kept.
///
/// The tiles are not believed: a proof made of them is checked against the root.
struct TileReader {
    let source: any TileSource
    let size: UInt64
    private var kept: [TilePath: [TreeHash]] = [:]
    private var order: [TilePath] = []
    private static let keptTiles = 64

    init(source: any TileSource, size: UInt64) {
        self.source = source
        self.size = size
    }

    /// The hashes of a tile.
    ///
    /// - Throws: ``LogError`` `missing` when there is no such tile, `malformed` when it has another size.
    mutating func hashes(_ path: TilePath) async throws -> [TreeHash] {
        if let hashes = kept[path] { return hashes }
        let bytes = try await bytes(path)
        guard bytes.count == path.maximumBytes else {
            throw LogError(
                .malformed, "has \(bytes.count) bytes, expected \(path.maximumBytes)", location: "\(path)")
        }
        let hashes = TileHashes.split(bytes)
        if order.count == Self.keptTiles { kept[order.removeFirst()] = nil }
        kept[path] = hashes
        order.append(path)
        return hashes
    }

    /// The entries of a bundle.
    ///
    /// - Throws: ``LogError`` `missing` when there is none, `malformed` when it does not hold its entries.
    func entries(_ path: TilePath) async throws -> [[UInt8]] {
        let bytes = try await bytes(path)
        do {
            return try EntryBundle.decode(bytes, count: path.width)
        } catch {
            throw LogError(.malformed, error.message, location: "\(path)")
        }
    }

    private func bytes(_ path: TilePath) async throws -> [UInt8] {
        if let bytes = try await source.tile(path) { return bytes }
        // A partial tile may have been replaced by the full one.
        if path.isPartial, let bytes = try await source.tile(path.full) { return path.beginning(of: bytes) }
        throw LogError(.missing, "there is no such tile, though a tree of \(size) entries has it", location: "\(path)")
    }

    /// The hash of a full subtree.
    mutating func hash(_ node: TreeNode) async throws -> TreeHash {
        let level = node.level / 8
        let first = node.index << UInt64(node.level % 8)
        let count = 1 << (node.level % 8)
        guard let path = TilePath.hashes(level: level, index: first + UInt64(count - 1), treeSize: size) else {
            throw LogError(.missing, "a tree of \(size) entries has no such subtree")
        }
        let hashes = try await hashes(path)
        let start = Int(first % 256)
        return Integrator.fold(Array(hashes[start..<(start + count)]))
    }

    /// The hash of consecutive leaves as the tree joins them.
    mutating func hash(_ range: Range<UInt64>) async throws -> TreeHash {
        var peaks: [TreeHash] = []
        for node in TreeNode.covering(range) { peaks.append(try await hash(node)) }
        guard var result = peaks.popLast() else { return MerkleTree.emptyRoot }
        for peak in peaks.reversed() { result = MerkleTree.nodeHash(peak, result) }
        return result
    }

    mutating func hashes(_ plan: [Range<UInt64>]) async throws -> [TreeHash] {
        var result: [TreeHash] = []
        for range in plan { result.append(try await hash(range)) }
        return result
    }
}
