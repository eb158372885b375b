import Risk
import TestSupport

/// A trust graph as lists, and searches of it that cannot be wrong.
struct PlainTrust {
    struct Node {
        var entryCost: Int?
        var need: TrustGraph.Need
        var protectionCost: Int?
    }

    var nodes: [Node] = []
    var edges: [(source: Int, target: Int, cost: Int)] = []

    /// - Parameter isDense: whether most nodes need several predecessors and have them, so that much is shared.
    static func random(
        _ random: inout SeededGenerator, nodes count: Int, usesAll: Bool = true, isDense: Bool = false
    ) -> PlainTrust {
        var plain = PlainTrust()
        for _ in 0..<count {
            let need: TrustGraph.Need =
                switch random.below(isDense ? 5 : 8) {
                case 0, 1: .atLeast(2)
                case 2: .atLeast(3)
                case 3 where usesAll: .all
                case 4: .atLeast(1)
                default: .any
                }
            plain.nodes.append(
                Node(
                    entryCost: random.oneIn(isDense ? 2 : 3) ? random.below(8) + (isDense ? 3 : 0) : nil, need: need,
                    protectionCost: random.oneIn(5) ? nil : random.below(4) + 1))
        }
        for _ in 0..<(isDense ? count * 3 : random.below(count * 3)) {
            plain.edges.append((random.below(count), random.below(count), random.oneIn(3) ? 0 : random.below(5)))
        }
        return plain
    }

    /// A target that falls with some of several committees, whose members sit on more than one.
    static func committees(_ random: inout SeededGenerator) -> PlainTrust {
        var plain = PlainTrust()
        plain.nodes.append(Node(entryCost: nil, need: .atLeast(random.below(2) + 1), protectionCost: nil))
        for committee in 1...3 {
            plain.nodes.append(
                Node(entryCost: nil, need: .atLeast(2), protectionCost: random.oneIn(3) ? 3 : nil))
            plain.edges.append((committee, 0, random.below(2)))
        }
        for member in 4..<9 {
            plain.nodes.append(Node(entryCost: random.below(5) + 1, need: .any, protectionCost: random.below(3) + 1))
            for committee in random.some(of: [1, 2, 3]) { plain.edges.append((member, committee, 0)) }
        }
        return plain
    }

    func build() throws -> TrustGraph {
        var graph = TrustGraph()
        for node in nodes {
            try graph.addNode(entryCost: node.entryCost, need: node.need, protectionCost: node.protectionCost)
        }
        for edge in edges { try graph.addEdge(from: edge.source, to: edge.target, cost: edge.cost) }
        return graph
    }

    /// For each node the cheapest edge from each predecessor.
    private func predecessors() -> [[Int: Int]] {
        var result = [[Int: Int]](repeating: [:], count: nodes.count)
        for edge in edges where edge.source != edge.target {
            result[edge.target][edge.source] = min(result[edge.target][edge.source] ?? .max, edge.cost)
        }
        return result
    }

    private func need(_ node: Int, _ predecessors: [[Int: Int]]) -> Int {
        switch nodes[node].need {
        case .any: 1
        case .all: predecessors[node].isEmpty ? .max : predecessors[node].count
        case .atLeast(let count): count
        }
    }

    /// The least cost, by all sets of fallen nodes: each is made from a smaller one by one more node that falls.
    func cheapest(_ targets: [Int]) -> Int? {
        let predecessors = predecessors()
        var best = [Int?](repeating: nil, count: 1 << nodes.count)
        best[0] = 0
        var least: Int?
        for fallen in best.indices {
            guard let cost = best[fallen] else { continue }
            if targets.contains(where: { fallen >> $0 & 1 == 1 }) { least = min(least ?? .max, cost) }
            for node in nodes.indices where fallen >> node & 1 == 0 {
                let arriving = predecessors[node].filter { fallen >> $0.key & 1 == 1 }.map(\.value).sorted()
                let need = need(node, predecessors)
                let byEdges = arriving.count >= need ? arriving.prefix(need).reduce(0, +) : nil
                guard let step = [nodes[node].entryCost, byEdges].compactMap({ $0 }).min() else { continue }
                let next = fallen | 1 << node
                best[next] = min(best[next] ?? .max, cost + step)
            }
        }
        return least
    }

    /// Whether a target falls when everything that can be entered is, by repeating until nothing is added.
    func falls(_ targets: [Int], protected: Set<Int>) -> Bool {
        let predecessors = predecessors()
        var fallen = Set(nodes.indices.filter { nodes[$0].entryCost != nil && !protected.contains($0) })
        var before = -1
        while fallen.count != before {
            before = fallen.count
            for node in nodes.indices where !protected.contains(node) {
                if predecessors[node].keys.filter(fallen.contains).count >= need(node, predecessors) {
                    fallen.insert(node)
                }
            }
        }
        return targets.contains(where: fallen.contains)
    }

    /// The least cost of nodes to protect, by all sets of them; `nil` when none is enough.
    func cheapestCut(_ targets: [Int]) -> Int? {
        let candidates = nodes.indices.filter { nodes[$0].protectionCost != nil }
        var least: Int?
        for bits in 0..<(1 << candidates.count) {
            let chosen = candidates.indices.filter { bits >> $0 & 1 == 1 }.map { candidates[$0] }
            let cost = chosen.reduce(0) { $0 + (nodes[$1].protectionCost ?? 0) }
            if let least, least <= cost { continue }
            if !falls(targets, protected: Set(chosen)) { least = cost }
        }
        return least
    }

    /// What is wrong with an attack, if anything.
    func fault(in steps: [AttackStep], on targets: [Int], cost: Int) -> String? {
        let predecessors = predecessors()
        var fallen: Set<Int> = []
        for step in steps {
            if let entry = step.entryCost {
                if entry != nodes[step.node].entryCost { return "\(step.node) cannot be entered so" }
                if !step.supports.isEmpty { return "\(step.node) is entered and derived" }
            } else {
                if step.supports.count != need(step.node, predecessors) { return "\(step.node) needs others" }
                if Set(step.supports.map(\.node)).count != step.supports.count { return "a support counts twice" }
                for support in step.supports {
                    if !fallen.contains(support.node) { return "\(support.node) has not fallen" }
                    if predecessors[step.node][support.node] != support.cost { return "an edge costs otherwise" }
                }
            }
            if !fallen.insert(step.node).inserted { return "\(step.node) falls twice" }
        }
        if steps.last.map({ targets.contains($0.node) }) != true { return "it ends elsewhere" }
        return steps.reduce(0) { $0 + $1.cost } == cost ? nil : "it costs otherwise"
    }
}
