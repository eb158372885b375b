/// The right edge of a growing tree: what is needed to append leaves and to know the root.
struct TreeFrontier: Sendable, Hashable {
    /// The roots of the largest full subtrees from left to right, one for each bit that is set in the size.
    private(set) var peaks: [TreeHash] = []
    private(set) var size: UInt64 = 0

    init() {}

    /// The edge of a tree whose full subtrees are known; `nil` when there are not as many as the size needs.
    init?(size: UInt64, peaks: [TreeHash]) {
        guard peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    mutating func append(_ leaf: TreeHash) {
        var hash = leaf
        var carry = size
        while carry & 1 == 1, let left = peaks.popLast() {
            hash = MerkleTree.nodeHash(left, hash)
            carry >>= 1
        }
        peaks.append(hash)
        size += 1
    }

    var root: TreeHash {
        guard var hash = peaks.last else { return MerkleTree.emptyRoot }
        for peak in peaks.dropLast().reversed() { hash = MerkleTree.nodeHash(peak, hash) }
        return hash
    }
}
