/// The cheapest nodes to protect so that no attack reaches any of some targets.
///
/// A protected node neither is entered nor falls. Where nodes need several predecessors, protecting some of them is
/// enough: what is sought is the least set of nodes that every attack contains one of.
package enum MinimumCut {
    /// What there is to protect.
    package enum Verdict: Hashable, Sendable {
        /// None of the targets can fall.
        case alreadySafe
        case cut(Cut)
        /// This attack takes only nodes that cannot be protected.
        case impossible([AttackStep])
    }

    /// Nodes that protect the targets; when it is exact, without any one of them an attack is possible.
    package struct Cut: Hashable, Sendable {
        /// The nodes in the order of their numbers.
        package let nodes: [Int]
        package let cost: Int
        /// Whether no protection costs less; otherwise the search met its limits.
        package let isExact: Bool
        /// No protection costs less.
        package let lowerBound: Int
        /// How many states were looked at.
        package let states: Int
    }

    /// Finds the cheapest nodes to protect; the fewest when each costs 1.
    ///
    /// Without nodes that need several predecessors it is a minimum vertex cut; of several, the one nearest to the
    /// entries. With them a vertex cut that takes one for several is an upper bound, and branch and bound goes on from
    /// there within the limits.
    ///
    /// - Throws: ``RiskError`` `missing` or `invalid` when a target is no node or there is none, `cancelled`.
    package static func find(
        in graph: TrustGraph, targets: [Int], limits: SearchLimits = SearchLimits()
    ) throws(RiskError) -> Verdict {
        guard let net = try AttackNet(graph, targets: targets) else { return .alreadySafe }
        // Ways that end in a node that can be protected are no ways of an attack that nothing stops.
        var costs = net.costs
        for arc in 0..<net.arcCount where net.protections[Int(net.heads[arc])] != AttackNet.never {
            costs[arc] = AttackNet.never
        }
        for node in 0..<net.nodeCount where net.protections[node] != AttackNet.never {
            costs[net.entry(of: node)] = AttackNet.never
        }
        let unstoppable = Derivation(net, costs: costs, .sum)
        if unstoppable.values[net.goal] != AttackNet.never {
            return .impossible(unstoppable.steps(to: net.goal, in: net))
        }
        let single = try Dinic.separator(of: net, protections: net.protections) { net.needs[$0] != .max }
        guard net.hasThresholds else {
            guard let single else { return .impossible([]) }
            return .cut(Cut(net, single, bound: single.cost, states: 1))
        }
        // Without the nodes that need several, each attack that is left is one: no protection costs less than theirs.
        let bound = try Dinic.separator(of: net, protections: net.protections) { net.needs[$0] == 1 }
        let problem = CutProblem(net: net)
        var work = limits.work
        let solution = single.map { problem.pruned($0.elements, &work) }
        guard let search = try HittingSearch(problem, solution: solution, bound: bound?.cost ?? 0, limits: limits)
        else { return .impossible([]) }
        return .cut(Cut(net, search.best, bound: search.lowerBound, states: search.states))
    }
}

extension MinimumCut.Cut {
    fileprivate init(_ net: AttackNet, _ solution: HittingSolution, bound: Int, states: Int) {
        nodes = solution.elements.map { Int(net.originals[Int($0)]) }.sorted()
        cost = solution.cost
        lowerBound = min(bound, solution.cost)
        isExact = bound >= solution.cost
        self.states = states
    }
}
