internal import Core

/// The Merkle tree of a log (RFC 6962 §2.1), computed straight from the definition.
struct MerkleTree {
    private let leaves: [[UInt8]]

    /// Makes a tree of filler entries with one entry among them.
    ///
    /// - Parameters:
    ///   - index: where the entry stands; the tree has at least one entry more than that.
    init(entry: [UInt8], at index: Int, size: Int) {
        leaves = (0..<max(size, index + 1)).map { position in
            Self.leaf(position == index ? entry : Array("filler entry \(position)".utf8))
        }
    }

    var size: Int { leaves.count }
    var root: [UInt8] { Self.hash(leaves[...]) }

    /// The inclusion proof of the entry at an index, from the leaf up (RFC 6962 §2.1.1).
    func proof(of index: Int) -> [[UInt8]] { Self.path(index, leaves[...]) }

    private static func leaf(_ entry: [UInt8]) -> [UInt8] { Digest.of([0] + entry).bytes }

    private static func hash(_ part: ArraySlice<[UInt8]>) -> [UInt8] {
        guard part.count > 1 else { return part.first ?? Digest.of([]).bytes }
        let middle = part.startIndex + split(part.count)
        return Digest.of([1] + hash(part[..<middle]) + hash(part[middle...])).bytes
    }

    private static func path(_ index: Int, _ part: ArraySlice<[UInt8]>) -> [[UInt8]] {
        guard part.count > 1 else { return [] }
        let count = split(part.count)
        let middle = part.startIndex + count
        return index < count
            ? path(index, part[..<middle]) + [hash(part[middle...])]
            : path(index - count, part[middle...]) + [hash(part[..<middle])]
    }

    // The largest power of two below the count.
    private static func split(_ count: Int) -> Int {
        var half = 1
        while half * 2 < count { half *= 2 }
        return half
    }
}
