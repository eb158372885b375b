/// Who can be taken over from where: what an attacker can enter, what falls with it, and what needs several to fall.
///
/// A node falls when it is entered, at its entry cost, or when as many of its predecessors have fallen as it needs, at
/// the cost of the edges from them. Each cost is paid once, however many nodes it serves.
package struct TrustGraph: Sendable {
    /// How many different predecessors of a node have to fall until it falls.
    package enum Need: Hashable, Sendable {
        /// One, whichever.
        case any
        /// All it has; a node without predecessors can then only be entered.
        case all
        /// So many, such as two of those who may approve.
        case atLeast(Int)
    }

    /// The caps of a graph.
    package struct Limits: Hashable, Sendable {
        package var nodes = 1_000_000
        package var edges = 5_000_000
        /// The largest cost of a node or edge; sums over a whole graph then fit in 64 bits.
        package static let cost = 1_000_000_000_000

        package init() {}
    }

    struct Node: Hashable, Sendable {
        var entryCost: Int?
        var need: Need
        var protectionCost: Int?
    }

    struct Edge: Hashable, Sendable {
        var source: UInt32
        var target: UInt32
        var cost: Int
    }

    private let limits: Limits
    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []

    package init(limits: Limits = Limits()) { self.limits = limits }

    package var nodeCount: Int { nodes.count }
    package var edgeCount: Int { edges.count }

    /// Adds a node.
    ///
    /// - Parameters:
    ///   - entryCost: what it costs an attacker to begin here, from 0; `nil` when that is impossible.
    ///   - need: how many predecessors have to fall until it falls.
    ///   - protectionCost: what it costs to protect it so that it neither is entered nor falls, from 1; `nil` when that
    ///     is impossible.
    /// - Returns: its number; nodes are numbered from 0, and ties are broken in that order.
    /// - Throws: ``RiskError`` `invalid` when a cost or need has no meaning, `tooLarge` over the limits.
    @discardableResult
    package mutating func addNode(
        entryCost: Int? = nil, need: Need = .any, protectionCost: Int? = nil
    ) throws(RiskError) -> Int {
        guard nodes.count < min(limits.nodes, Int(Int32.max) / 4) else {
            throw RiskError(.tooLarge, "more than \(limits.nodes) nodes, which is the most that is accepted")
        }
        if let entryCost { try Self.check(entryCost, "an entry cost", from: 0) }
        if let protectionCost { try Self.check(protectionCost, "a protection cost", from: 1) }
        if case .atLeast(let count) = need, count < 1 {
            throw RiskError(.invalid, "a node that needs \(count) predecessors; at least 1 was expected")
        }
        nodes.append(Node(entryCost: entryCost, need: need, protectionCost: protectionCost))
        return nodes.count - 1
    }

    /// Adds an edge: with the source fallen, the target falls or comes nearer to it.
    ///
    /// - Parameter cost: what that step costs the attacker, from 0. Of several edges between the same nodes the
    ///   cheapest counts.
    /// - Throws: ``RiskError`` `missing` when an end is no node, `invalid` for a cost without meaning, `tooLarge` over
    ///   the limits.
    package mutating func addEdge(from source: Int, to target: Int, cost: Int = 0) throws(RiskError) {
        try demand(source)
        try demand(target)
        guard edges.count < min(limits.edges, Int(Int32.max) / 4) else {
            throw RiskError(.tooLarge, "more than \(limits.edges) edges, which is the most that is accepted")
        }
        try Self.check(cost, "an edge's cost", from: 0)
        edges.append(Edge(source: UInt32(source), target: UInt32(target), cost: cost))
    }

    /// - Throws: ``RiskError`` `missing` when there is no such node.
    func demand(_ node: Int) throws(RiskError) {
        guard nodes.indices.contains(node) else {
            throw RiskError(.missing, "there is no node \(node) among \(nodes.count)")
        }
    }

    private static func check(_ cost: Int, _ name: String, from least: Int) throws(RiskError) {
        guard cost >= least, cost <= Limits.cost else {
            throw RiskError(.invalid, "\(name) of \(cost); \(least) to \(Limits.cost) are accepted")
        }
    }
}
