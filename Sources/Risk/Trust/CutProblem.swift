/// The cheapest protection as a hitting problem: the elements are nodes, and a set is the nodes of one attack.
struct CutProblem: HittingProblem {
    let net: AttackNet

    func evaluate(chosen: [Int32], excluded: [Int32], work: inout Int) throws(RiskError) -> HittingEvaluation? {
        var rest = net.protections
        var isProtected = [Bool](repeating: false, count: net.nodeCount)
        var bound = 0
        for node in excluded { rest[Int(node)] = AttackNet.never }
        for node in chosen {
            bound += net.protections[Int(node)]
            isProtected[Int(node)] = true
        }
        var branch: [Int32] = []
        var isFirst = true
        while let attack = attack(isProtected, rest) {
            try RiskError.checkCancellation()
            work -= net.size * 2
            let nodes = attack.filter { rest[$0] != AttackNet.never }
            // An attack by nodes that cannot be protected, or are not to be.
            guard let least = nodes.map({ rest[$0] }).min() else { return nil }
            if isFirst || nodes.count < branch.count { branch = nodes.map { Int32($0) } }
            isFirst = false
            // Who protects against this attack pays at least the least of its nodes' costs; that much is taken off all.
            bound += least
            for node in nodes {
                rest[node] -= least
                if rest[node] == 0 { isProtected[node] = true }
            }
            guard work > 0 else {
                // No time to find out what is enough: all that can be protected is, if anything.
                for node in isProtected.indices where rest[node] != AttackNet.never { isProtected[node] = true }
                if net.fallen({ isProtected[$0] })[net.goal] { return nil }
                break
            }
        }
        branch.sort { (net.protections[Int($0)], $0) < (net.protections[Int($1)], $1) }
        let nodes = isProtected.indices.filter { isProtected[$0] }.map { Int32($0) }
        return HittingEvaluation(bound: bound, branch: branch, solution: pruned(nodes, &work))
    }

    /// The nodes of an attack that takes few nodes with protection left to pay; `nil` when there is no attack.
    private func attack(_ isProtected: [Bool], _ rest: [Int]) -> [Int]? {
        func cost(_ node: Int) -> Int {
            isProtected[node] ? AttackNet.never : rest[node] == AttackNet.never ? 0 : 1
        }
        var costs: [Int] = []
        costs.reserveCapacity(net.costs.count)
        for head in net.heads { costs.append(cost(Int(head))) }
        for node in 0..<net.nodeCount {
            costs.append(net.costs[net.entry(of: node)] == AttackNet.never ? AttackNet.never : cost(node))
        }
        let derivation = Derivation(net, costs: costs, .sum)
        guard derivation.values[net.goal] != AttackNet.never else { return nil }
        return derivation.plan(to: net.goal, in: net)
    }

    /// Leaves out nodes without which the goal is protected still, the dearest first, while there is work left.
    func pruned(_ nodes: [Int32], _ work: inout Int) -> HittingSolution {
        var kept = Set(nodes)
        for node in nodes.sorted(by: {
            (net.protections[Int($1)], $1) < (net.protections[Int($0)], $0)
        }) where work > 0 {
            work -= net.size
            kept.remove(node)
            if net.fallen({ kept.contains(Int32($0)) })[net.goal] { kept.insert(node) }
        }
        return HittingSolution(
            cost: kept.reduce(0) { $0 + net.protections[Int($1)] }, elements: kept.sorted())
    }
}
