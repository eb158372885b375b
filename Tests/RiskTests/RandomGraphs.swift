import Risk
import TestSupport

/// A directed graph as a list, to compare with.
struct PlainGraph {
    struct Edge: Hashable {
        let source: Int64
        let kind: UInt8
        let target: Int64
    }

    /// Identifier and kind, ascending.
    var nodes: [(identifier: Int64, kind: UInt8)] = []
    var edges: [Edge] = []

    static func random(
        _ random: inout SeededGenerator, nodes: Int, edges: Int, kinds: Int = 4, spread: Int64 = 3
    ) -> PlainGraph {
        var graph = PlainGraph()
        var identifier = Int64.random(in: -1_000...1_000, using: &random)
        for _ in 0..<nodes {
            graph.nodes.append((identifier, UInt8(random.below(kinds))))
            identifier += Int64.random(in: 1...spread, using: &random)
        }
        for _ in 0..<edges where nodes > 0 {
            graph.edges.append(
                Edge(
                    source: graph.nodes[random.below(nodes)].identifier, kind: UInt8(random.below(kinds)),
                    target: graph.nodes[random.below(nodes)].identifier))
        }
        return graph
    }

    func build(path: String? = nil, stamp: UInt64 = 0) throws -> CompactGraph {
        let builder = try GraphBuilder(path: path, stamp: stamp)
        for node in nodes { try builder.addNode(node.identifier, kind: node.kind) }
        for edge in edges { try builder.addEdge(edge.source, kind: edge.kind, edge.target) }
        return try builder.finish()
    }

    /// Edges by node numbers, each once.
    func numbered() -> [(source: UInt32, kind: UInt8, target: UInt32)] {
        let numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.identifier, UInt32($0)) })
        return Set(edges).compactMap { edge in
            guard let source = numbers[edge.source], let target = numbers[edge.target] else { return nil }
            return (source, edge.kind, target)
        }
    }

    /// What is reached, by repeating until nothing is added.
    func reached(from sources: [UInt32], _ direction: Direction, _ kinds: KindSet) -> Set<UInt32> {
        let edges = numbered().filter { kinds.contains($0.kind) }
        var result = Set(sources)
        var before = -1
        while result.count != before {
            before = result.count
            for edge in edges {
                let (from, to) = direction == .forward ? (edge.source, edge.target) : (edge.target, edge.source)
                if result.contains(from) { result.insert(to) }
            }
        }
        return result
    }
}
