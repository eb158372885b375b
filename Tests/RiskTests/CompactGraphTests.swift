import Risk
import TestSupport
import Testing

/// A compact graph answers as the list of edges it was built from.
@Suite struct CompactGraphTests {
    static func expectEqual(_ graph: CompactGraph, _ plain: PlainGraph) throws {
        #expect(graph.nodeCount == plain.nodes.count)
        #expect(graph.edgeCount == Set(plain.edges).count)
        let edges = plain.numbered()
        for (number, node) in plain.nodes.enumerated() {
            let number = UInt32(number)
            #expect(try graph.node(of: node.identifier) == number)
            #expect(try graph.identifier(of: number) == node.identifier)
            #expect(try graph.kind(of: number) == node.kind)
            let forward = edges.filter { $0.source == number }.map { [$0.target, UInt32($0.kind)] }
            let reverse = edges.filter { $0.target == number }.map { [$0.source, UInt32($0.kind)] }
            for (direction, expected) in [(Direction.forward, forward), (.reverse, reverse)] {
                let seen = try graph.neighbours(of: number, direction).map { [$0.node, UInt32($0.kind)] }
                #expect(seen == expected.sorted { $0.lexicographicallyPrecedes($1) })
                #expect(try graph.degree(of: number, direction) == seen.count)
            }
        }
    }

    @Test(arguments: [(0, 0), (1, 0), (1, 3), (2, 5), (40, 200), (300, 900)], [Int64(1), 3, 1_000_000_007])
    func equalsItsEdges(size: (nodes: Int, edges: Int), spread: Int64) throws {
        var random = SeededGenerator(seed: UInt64(size.nodes + size.edges) + UInt64(spread))
        let plain = PlainGraph.random(&random, nodes: size.nodes, edges: size.edges, spread: spread)
        try Self.expectEqual(plain.build(), plain)
        let folder = try TemporaryFolder()
        let built = try plain.build(path: folder.path + "/graph", stamp: 77)
        try Self.expectEqual(built, plain)
        let opened = try CompactGraph(mapping: folder.path + "/graph")
        #expect(opened.stamp == 77)
        try Self.expectEqual(opened, plain)
    }

    @Test func edgesMoreThanOnePieceOfTheSpool() throws {
        let folder = try TemporaryFolder()
        let builder = try GraphBuilder(path: folder.path + "/graph")
        for node in 0..<1_000 { try builder.addNode(Int64(node)) }
        for edge in 0..<300_000 { try builder.addEdge(Int64(edge / 300), kind: 7, Int64(edge % 300)) }
        let graph = try builder.finish()
        #expect(graph.edgeCount == 300_000)
        for node in [UInt32(0), 500, 999] {
            #expect(try graph.neighbours(of: node, .forward).map(\.node) == Array(0..<300))
        }
        #expect(try graph.degree(of: 299, .reverse) == 1_000)
        #expect(try graph.degree(of: 300, .reverse) == 0)
    }

    @Test func nodesInAnyOrderAreNumberedByIdentifier() throws {
        let builder = try GraphBuilder(path: nil)
        for (identifier, kind) in [(Int64.max, UInt8(1)), (-5, 2), (Int64.min, 3), (9, 4)] {
            try builder.addNode(identifier, kind: kind)
        }
        try builder.addEdge(.max, kind: 255, .min)
        let graph = try builder.finish()
        #expect(try (0..<4).map { try graph.identifier(of: $0) } == [.min, -5, 9, .max])
        #expect(try (0..<4).map { try graph.kind(of: $0) } == [3, 2, 4, 1])
        #expect(try graph.neighbours(of: 3, .forward).map(\.node) == [0])
        #expect(try graph.neighbours(of: 3, .forward, kinds: [254]).isEmpty)
    }

    @Test func whatIsNotThereIsSaid() throws {
        let graph = try PlainGraph(nodes: [(1, 0), (5, 0)], edges: []).build()
        for identifier in [Int64.min, 0, 2, 6, .max] { #expect(try graph.node(of: identifier) == nil) }
        #expect(throws: RiskError.self) { try graph.identifier(of: 2) }
        #expect(throws: RiskError.self) { try graph.neighbours(of: .max, .forward) }
        #expect(throws: RiskError.self) { try Closure(from: [2], in: graph) }
    }

    static func code(_ body: () throws -> Void) -> RiskError.Code? {
        do {
            try body()
            return nil
        } catch { return (error as? RiskError)?.code }
    }

    @Test func aNodeTwiceAnUnknownEndAndALateNodeAreRefused() throws {
        let twice = try GraphBuilder(path: nil)
        try twice.addNode(4)
        try twice.addNode(4)
        #expect(Self.code { _ = try twice.finish() } == .invalid)
        let builder = try GraphBuilder(path: nil)
        try builder.addNode(4)
        #expect(Self.code { try builder.addEdge(4, kind: 0, 5) } == .invalid)
        #expect(Self.code { try builder.addEdge(3, kind: 0, 4) } == .invalid)
        #expect(Self.code { try builder.addNode(6) } == .invalid)
        #expect(Self.code { try builder.addEdge(4, kind: 0, 4) } == nil)
    }

    @Test func capsHold() throws {
        let builder = try GraphBuilder(path: nil, limits: GraphLimits(nodes: 2, edges: 1))
        try builder.addNode(1)
        try builder.addNode(2)
        #expect(Self.code { try builder.addNode(3) } == .tooLarge)
        try builder.addEdge(1, kind: 0, 2)
        #expect(Self.code { try builder.addEdge(2, kind: 0, 1) } == .tooLarge)
        let folder = try TemporaryFolder()
        let path = folder.path + "/graph"
        _ = try PlainGraph(nodes: [(1, 0), (5, 0)], edges: []).build(path: path)
        #expect(Self.code { _ = try CompactGraph(mapping: path, limits: GraphLimits(nodes: 1)) } == .tooLarge)
        #expect(Self.code { _ = try CompactGraph(mapping: path, limits: GraphLimits(nodes: 2, edges: 0)) } == nil)
    }

    @Test func kindsAreASet() {
        let set: KindSet = [0, 63, 64, 255]
        #expect((0...255).filter { set.contains(UInt8($0)) } == [0, 63, 64, 255])
        #expect(KindSet(UInt8.min...UInt8.max).isAll)
        #expect(!set.isAll && !set.isEmpty && KindSet().isEmpty)
    }
}
