/// What falls with each of many nodes, counted by class and ranked; exact.
///
/// The part of the graph that can be reached is condensed to its strongly connected components, and sets of sources are
/// handed down it in topological order, some thousand sources at a time.
package enum BlastRadius {
    /// A class of nodes to count, such as workloads.
    package struct Class: Hashable, Sendable {
        /// The kinds of nodes in the class; a node may be in several classes.
        package let kinds: KindSet
        /// What each node of the class counts in the score; 0 to count it without ranking by it.
        package let weight: Int

        package init(kinds: KindSet, weight: Int) {
            self.kinds = kinds
            self.weight = weight
        }
    }

    /// What falls with one node.
    package struct Entry: Hashable, Sendable {
        package let node: UInt32
        /// How many nodes fall of each class, in the order of the classes; the node itself is not counted.
        package let counts: [Int]
        /// How many nodes fall in all, of a class or not; the node itself is not counted.
        package let total: Int
        /// The counts with their weights, summed.
        package let score: Int
    }

    /// The caps of a ranking.
    package struct Limits: Hashable, Sendable {
        package var sources = 1_000_000
        package var classes = 64
        package var weight = 1_000_000_000
        /// How much memory the sets of sources may take at a time, in bytes; fewer are handed down together then.
        package var setBytes = 64 << 20

        package init() {}
    }

    /// Ranks nodes by what falls with them.
    ///
    /// - Parameters:
    ///   - sources: the nodes to rank; one that comes twice is ranked once.
    ///   - kinds: the kinds of edges along which it falls.
    ///   - top: how many entries at most.
    /// - Returns: entries with the largest score first, then the largest total, then in the order of the nodes.
    /// - Throws: ``RiskError`` `missing` when a source is no node, `tooLarge` or `invalid` beyond the limits,
    ///   `malformed` when the graph's file is damaged, `cancelled`.
    package static func rank(
        _ sources: [UInt32], in graph: CompactGraph, _ direction: Direction, kinds: KindSet = .all, classes: [Class],
        top: Int = .max, limits: Limits = Limits()
    ) throws(RiskError) -> [Entry] {
        try RiskError.check(sources.count, "sources to rank", atMost: limits.sources)
        try RiskError.check(classes.count, "classes", atMost: limits.classes)
        for known in classes where known.weight < 0 || known.weight > limits.weight {
            throw RiskError(.invalid, "a weight of \(known.weight), 0 to \(limits.weight) are accepted")
        }
        for source in sources { try graph.demand(source) }
        let distinct = Set(sources).sorted()
        let condensation = try graph.withRows(direction) { rows throws(RiskError) in
            try Condensation(rows, from: distinct, kinds: kinds)
        }
        let weights = try graph.withNodeKinds { nodeKinds throws(RiskError) in
            try condensation.weights(nodeKinds, classes.map(\.kinds))
        }
        let wordCount = max(1, min((distinct.count + 63) / 64, limits.setBytes / 8 / max(1, condensation.count)))
        var entries: [Entry] = []
        entries.reserveCapacity(distinct.count)
        var begin = 0
        while begin < distinct.count {
            let block = Array(distinct[begin..<min(distinct.count, begin + wordCount * 64)])
            let counts = try condensation.count(block, weights, wordCount: (block.count + 63) / 64)
            for (index, node) in block.enumerated() {
                let kind = try graph.kind(of: node)
                let own = classes.map { $0.kinds.contains(kind) ? 1 : 0 }
                let fallen = zip(counts[index].dropLast(), own).map { $0 - $1 }
                let score = zip(fallen, classes).map { $0 * $1.weight }.reduce(0, +)
                entries.append(
                    Entry(node: node, counts: fallen, total: (counts[index].last ?? 1) - 1, score: score))
            }
            begin += block.count
        }
        entries.sort { ($1.score, $1.total, $0.node) < ($0.score, $0.total, $1.node) }
        return Array(entries.prefix(max(0, top)))
    }
}
