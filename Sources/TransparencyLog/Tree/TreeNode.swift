/// A full subtree: the `index`-th of those with 2^`level` leaves.
struct TreeNode: Sendable, Hashable {
    let level: Int
    let index: UInt64

    /// The full subtrees of some leaves, from left to right; the first leaf is a multiple of the largest one's size.
    static func covering(_ range: Range<UInt64>) -> [TreeNode] {
        var nodes: [TreeNode] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let fitting = 63 - (range.upperBound - start).leadingZeroBitCount
            let level = start == 0 ? fitting : min(start.trailingZeroBitCount, fitting)
            nodes.append(TreeNode(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return nodes
    }
}

/// Which leaves each hash of a proof covers, in the proof's order.
enum ProofPlan {
    /// The inclusion proof of an index in a tree of a size (RFC 6962 §2.1.1), without recursion.
    static func inclusion(of index: UInt64, size: UInt64) -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        var (low, high) = (UInt64(0), size)
        while high - low > 1 {
            let middle = low + split(high - low)
            if index < middle {
                ranges.append(middle..<high)
                high = middle
            } else {
                ranges.append(low..<middle)
                low = middle
            }
        }
        return ranges.reversed()
    }

    /// The consistency proof between two sizes (RFC 6962 §2.1.2), without recursion.
    static func consistency(from old: UInt64, to new: UInt64) -> [Range<UInt64>] {
        guard old > 0, old < new else { return [] }
        var ranges: [Range<UInt64>] = []
        var (low, high) = (UInt64(0), new)
        while high != old {
            let middle = low + split(high - low)
            if old <= middle {
                ranges.append(middle..<high)
                high = middle
            } else {
                ranges.append(low..<middle)
                low = middle
            }
        }
        // The old tree itself is what the verifier knows already.
        if low > 0 { ranges.append(low..<high) }
        return ranges.reversed()
    }

    /// The largest power of two below a number of at least 2.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }
}
