/// One step of an attack: a node falls.
package struct AttackStep: Hashable, Sendable {
    /// A predecessor that has fallen, and what the step from it costs.
    package struct Support: Hashable, Sendable {
        package let node: Int
        package let cost: Int
    }

    package let node: Int
    /// What it costs to enter the node; `nil` when it falls with its predecessors.
    package let entryCost: Int?
    /// The predecessors with which it falls, in the order of their numbers.
    package let supports: [Support]

    /// What the step costs.
    package var cost: Int { (entryCost ?? 0) + supports.reduce(0) { $0 + $1.cost } }
}

extension Derivation {
    /// The steps of an attack on a node in an order in which they can be taken.
    func steps(to node: Int, in net: AttackNet) -> [AttackStep] {
        plan(to: node, in: net).filter { $0 < net.originals.count }.map { fallen in
            let ways = ways(of: fallen).map { Int($0) }
            let supports = ways.filter { $0 < net.arcCount }.map { way in
                AttackStep.Support(node: Int(net.originals[Int(net.sources[way])]), cost: net.costs[way])
            }
            return AttackStep(
                node: Int(net.originals[fallen]),
                entryCost: ways.first { $0 >= net.arcCount }.map { net.costs[$0] },
                supports: supports.sorted { ($0.node, $0.cost) < ($1.node, $1.cost) })
        }
    }
}
