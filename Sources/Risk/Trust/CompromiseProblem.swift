/// The cheapest attack as a hitting problem: the elements are ways to fall, a set is a cut that each attack crosses.
///
/// Cuts are found as in LM-cut (Helmert, Domshlak: Landmarks, critical paths and abstractions, 2009), extended to nodes
/// that need several predecessors: such a node does not fall when all but those that came before its last needed one
/// are cut off.
struct CompromiseProblem: HittingProblem {
    let net: AttackNet

    func evaluate(chosen: [Int32], excluded: [Int32], work: inout Int) throws(RiskError) -> HittingEvaluation? {
        var costs = net.costs
        var bound = 0
        for way in excluded { costs[Int(way)] = AttackNet.never }
        for way in chosen {
            bound += net.costs[Int(way)]
            costs[Int(way)] = 0
        }
        let cheapest = Derivation(net, costs: costs, .sum)
        work -= net.size
        guard cheapest.values[net.goal] != AttackNet.never else { return nil }
        var branch: [Int32] = []
        while true {
            try RiskError.checkCancellation()
            let farthest = Derivation(net, costs: costs, .maximum)
            work -= net.size * 2
            if farthest.values[net.goal] == 0 { break }
            let cut = cut(farthest, costs)
            // Each attack pays at least the least of the cut's costs there; that much is counted and taken off.
            let least = cut.reduce(AttackNet.never) { min($0, costs[Int($1)]) }
            guard least > 0, least != AttackNet.never else { break }
            if branch.isEmpty || cut.count < branch.count { branch = cut }
            bound += least
            for way in cut { costs[Int(way)] -= least }
            if work <= 0 { break }
        }
        branch.sort { (net.costs[Int($0)], $0) < (net.costs[Int($1)], $1) }
        return HittingEvaluation(bound: bound, branch: branch, solution: solution(cheapest))
    }

    /// What an attack costs when what is shared is paid once.
    private func solution(_ derivation: Derivation) -> HittingSolution {
        let ways = derivation.plan(to: net.goal, in: net).flatMap { derivation.ways(of: $0) }
        return HittingSolution(cost: ways.reduce(0) { $0 + net.costs[Int($1)] }, elements: ways)
    }

    /// Ways of which each attack on the goal takes at least one, all with a cost above 0.
    private func cut(_ farthest: Derivation, _ costs: [Int]) -> [Int32] {
        var isBehind = [Bool](repeating: false, count: net.nodeCount)
        isBehind[net.goal] = true
        var behind = [net.goal]
        var crossing: [Int32] = []
        var next = 0
        while next < behind.count {
            let node = behind[next]
            next += 1
            let entry = net.entry(of: node)
            if costs[entry] != AttackNet.never { crossing.append(Int32(entry)) }
            for arc in criticalArcs(into: node, farthest, costs) {
                let source = Int(net.sources[Int(arc)])
                if costs[Int(arc)] > 0 {
                    crossing.append(arc)
                } else if !isBehind[source] {
                    isBehind[source] = true
                    behind.append(source)
                }
            }
        }
        // An arc from a node that falls only through those behind the cut crosses it later than another does.
        let before = net.fallen(costs) { isBehind[$0] }
        return crossing.filter { Int($0) >= net.arcCount || before[Int(net.sources[Int($0)])] }
    }

    /// The arcs into a node without all of which it does not fall: all but the cheapest ones, one fewer than it needs.
    private func criticalArcs(into node: Int, _ farthest: Derivation, _ costs: [Int]) -> [Int32] {
        let need = net.needs[node]
        if need == .max { return [] }
        var arcs: [Int32] = []
        for arc in net.arcs(into: node) {
            guard costs[arc] != AttackNet.never, farthest.values[Int(net.sources[arc])] != AttackNet.never else {
                continue
            }
            arcs.append(Int32(arc))
        }
        if need == 1 { return arcs }
        func reach(_ arc: Int32) -> Int { farthest.values[Int(net.sources[Int(arc)])] + costs[Int(arc)] }
        arcs.sort { (reach($0), $0) < (reach($1), $1) }
        return Array(arcs.dropFirst(need - 1))
    }
}
