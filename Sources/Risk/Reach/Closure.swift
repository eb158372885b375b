/// Everything that is reachable from some nodes, and how.
package struct Closure: Sendable {
    /// The nodes that were reached, those it began with among them.
    package let reached: NodeBitmap
    /// How many were reached.
    package let count: Int
    /// Whether that is all; false when the limit was met.
    package let isComplete: Bool
    /// How many edges the farthest node is away.
    package let depth: Int
    private let direction: Direction
    private let kinds: KindSet
    /// For each node the one before it on a shortest path; itself where the paths begin.
    private let parents: [UInt32]?

    /// Follows edges from some nodes.
    ///
    /// Level by level; once a level has many edges, the nodes not reached yet are asked for their predecessors instead,
    /// which looks at a fraction of the edges (Beamer, Asanović, Patterson: Direction-optimizing breadth-first search,
    /// 2012). Both ways find the same nodes, and the same path: the one whose nodes have the lowest numbers.
    ///
    /// - Parameters:
    ///   - sources: where to begin.
    ///   - kinds: the kinds of edges to follow.
    ///   - limit: how many nodes to find at most, those it begins with among them.
    ///   - keepsPaths: whether to remember how each node was reached, which takes four bytes a node of the graph.
    /// - Throws: ``RiskError`` `missing` when a source is no node, `malformed` when the graph's file is damaged,
    ///   `cancelled`.
    package init(
        from sources: [UInt32], in graph: CompactGraph, _ direction: Direction = .forward, kinds: KindSet = .all,
        limit: Int = .max, keepsPaths: Bool = false
    ) throws(RiskError) {
        for source in sources { try graph.demand(source) }
        let search = try graph.withRows(direction) { rows throws(RiskError) in
            var search = ClosureSearch(
                rows, kinds: kinds, limit: limit, keepsPaths: keepsPaths, edgeCount: graph.edgeCount)
            search.begin(sources)
            while !search.isDone {
                try RiskError.checkCancellation()
                if search.isBetterBackwards {
                    try graph.withRows(direction.opposite) { back throws(RiskError) in
                        try search.stepBackwards(back)
                    }
                } else {
                    try search.stepForwards()
                }
            }
            return search
        }
        var reached = NodeBitmap(capacity: graph.nodeCount)
        reached.words = search.visited
        self.reached = reached
        count = search.count
        isComplete = !search.isCut
        depth = search.depth
        parents = keepsPaths ? search.parents : nil
        self.direction = direction
        self.kinds = kinds
    }

    /// A step of a path: a node, and the kind of the edge that leads to it.
    package struct Step: Hashable, Sendable {
        package let node: UInt32
        /// `nil` where the path begins.
        package let edge: UInt8?
    }

    /// A shortest path to a node from one of those it began with.
    ///
    /// - Returns: `nil` when the node was not reached or paths were not kept.
    /// - Throws: ``RiskError`` `malformed` when the graph's file is damaged.
    package func path(to node: UInt32, in graph: CompactGraph) throws(RiskError) -> [Step]? {
        guard let parents, reached.contains(node), parents.count == graph.nodeCount else { return nil }
        var result: [Step] = []
        var current = node
        while parents[Int(current)] != current {
            let parent = parents[Int(current)]
            let edge = try graph.withRows(direction) { rows throws(RiskError) in
                rows.row(parent).first { rows.targets[$0] == current && kinds.contains(rows.kinds[$0]) }
                    .map { rows.kinds[$0] }
            }
            result.append(Step(node: current, edge: edge))
            current = parent
        }
        result.append(Step(node: current, edge: nil))
        return result.reversed()
    }
}
