/// The least an attacker needs to make a target fall.
package struct CheapestCompromise: Hashable, Sendable {
    /// What the attack costs.
    package let cost: Int
    /// Whether no attack costs less; otherwise the search met its limits, and the truth lies between the bounds.
    package let isExact: Bool
    /// No attack costs less.
    package let lowerBound: Int
    /// The nodes that are entered, in the order of their numbers.
    package let entries: [Int]
    /// The attack, each step after those it rests on; the last one is the target.
    package let steps: [AttackStep]
    /// How many states were looked at.
    package let states: Int

    /// Finds the cheapest attack on any of some targets.
    ///
    /// Without nodes that need several predecessors it is a shortest path. With them it is exact by Knuth's algorithm
    /// when that meets the lower bound, and otherwise by branch and bound within the limits.
    ///
    /// - Returns: `nil` when none of the targets can fall.
    /// - Throws: ``RiskError`` `missing` or `invalid` when a target is no node or there is none, `cancelled`.
    package static func find(
        in graph: TrustGraph, targets: [Int], limits: SearchLimits = SearchLimits()
    ) throws(RiskError) -> CheapestCompromise? {
        guard let net = try AttackNet(graph, targets: targets) else { return nil }
        guard net.hasThresholds else {
            let derivation = Derivation(net, costs: net.costs, .sum)
            return CheapestCompromise(net, derivation, lowerBound: derivation.values[net.goal], states: 1)
        }
        guard let search = try HittingSearch(CompromiseProblem(net: net), limits: limits) else { return nil }
        // Only what the solution takes, so that the derivation is the solution, in order.
        var costs = [Int](repeating: AttackNet.never, count: net.costs.count)
        for way in search.best.elements { costs[Int(way)] = net.costs[Int(way)] }
        let derivation = Derivation(net, costs: costs, .sum)
        return CheapestCompromise(net, derivation, lowerBound: search.lowerBound, states: search.states)
    }

    private init(_ net: AttackNet, _ derivation: Derivation, lowerBound: Int, states: Int) {
        steps = derivation.steps(to: net.goal, in: net)
        cost = steps.reduce(0) { $0 + $1.cost }
        self.lowerBound = min(lowerBound, cost)
        isExact = lowerBound >= cost
        entries = steps.filter { $0.entryCost != nil }.map(\.node).sorted()
        self.states = states
    }
}
