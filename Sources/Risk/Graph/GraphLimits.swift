/// How large a graph is accepted.
package struct GraphLimits: Hashable, Sendable {
    /// The most nodes; more than 2^28 − 1 are never accepted.
    package let nodes: Int
    /// The most edges; more than 2^32 − 1 are never accepted.
    package let edges: Int

    /// What a node number must fit in while a graph is built: an edge is then one word.
    static let nodeBits: UInt64 = 28

    package init(nodes: Int = 100_000_000, edges: Int = 1_000_000_000) {
        self.nodes = min(nodes, 1 << Self.nodeBits - 1)
        self.edges = min(edges, Int(UInt32.max))
    }

    /// The most bytes a file of a graph within the limits has.
    var fileBytes: Int { 1_024 + nodes * 17 + edges * 10 + GraphHeader.alignment * 8 }
}
