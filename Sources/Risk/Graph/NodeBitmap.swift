/// A set of dense node numbers, one bit for each node of a graph.
package struct NodeBitmap: Hashable, Sendable {
    /// How many nodes there are, in the set or not.
    package let capacity: Int
    var words: [UInt64]

    package init(capacity: Int) {
        self.capacity = capacity
        words = [UInt64](repeating: 0, count: (capacity + 63) / 64)
    }

    /// Whether a node is in the set; one beyond the capacity is not.
    package func contains(_ node: UInt32) -> Bool {
        let word = Int(node >> 6)
        return word < words.count && words[word] >> UInt64(node & 63) & 1 == 1
    }

    /// Adds a node.
    ///
    /// - Returns: whether it is new; a node beyond the capacity is not added.
    @discardableResult
    package mutating func insert(_ node: UInt32) -> Bool {
        guard Int(node) < capacity else { return false }
        let bit: UInt64 = 1 << UInt64(node & 63)
        let word = Int(node >> 6)
        if words[word] & bit != 0 { return false }
        words[word] |= bit
        return true
    }

    /// How many nodes are in the set.
    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Calls with each node in ascending order.
    @inline(__always)
    package func forEach<Failure: Error>(_ body: (UInt32) throws(Failure) -> Void) throws(Failure) {
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                try body(UInt32(index << 6 + word.trailingZeroBitCount))
                word &= word &- 1
            }
        }
    }

    /// The nodes in ascending order.
    ///
    /// - Parameter limit: how many at most.
    package func nodes(atMost limit: Int = .max) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(min(limit, count))
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                if result.count >= limit { return result }
                result.append(UInt32(index << 6 + word.trailingZeroBitCount))
                word &= word &- 1
            }
        }
        return result
    }
}
