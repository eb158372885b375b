import TestSupport
import Testing

@testable import Risk

/// Closures and blast radius equal a search that cannot be wrong.
@Suite struct ReachTests {
    @Test func closuresEqualRepeatingUntilNothingIsAdded() throws {
        var random = SeededGenerator(seed: 21)
        for _ in 0..<150 {
            let nodes = random.below(60) + 1
            let plain = PlainGraph.random(&random, nodes: nodes, edges: random.below(150))
            let graph = try plain.build()
            let sources = (0..<random.below(4)).map { _ in UInt32(random.below(nodes)) }
            let kinds = random.oneIn(3) ? KindSet.all : KindSet(random.some(of: [0, 1, 2, 3]))
            for direction in Direction.allCases {
                let closure = try Closure(from: sources, in: graph, direction, kinds: kinds, keepsPaths: true)
                let expected = plain.reached(from: sources, direction, kinds)
                #expect(closure.reached.nodes() == expected.sorted())
                #expect(closure.count == expected.count && closure.isComplete)
                for node in expected {
                    let path = try #require(try closure.path(to: node, in: graph))
                    #expect(path.first.map { sources.contains($0.node) && $0.edge == nil } == true)
                    #expect(path.last?.node == node && path.count <= closure.depth + 1)
                    for (from, to) in zip(path, path.dropFirst()) {
                        let neighbours = try graph.neighbours(of: from.node, direction, kinds: kinds)
                        #expect(neighbours.contains { $0.node == to.node && $0.kind == to.edge })
                    }
                }
            }
        }
    }

    /// Large enough that the search goes backwards in between; the paths must not tell.
    @Test func bothWaysOfSearchingFindTheSame() throws {
        var random = SeededGenerator(seed: 22)
        let plain = PlainGraph.random(&random, nodes: 5_000, edges: 30_000)
        let graph = try plain.build()
        let closure = try Closure(from: [7, 3], in: graph, keepsPaths: true)
        let forwards = try graph.withRows(.forward) { rows throws(RiskError) in
            var search = ClosureSearch(rows, kinds: .all, limit: .max, keepsPaths: true, edgeCount: graph.edgeCount)
            search.begin([7, 3])
            var wantedBackwards = false
            while !search.isDone {
                if search.isBetterBackwards { wantedBackwards = true }
                try search.stepForwards()
            }
            #expect(wantedBackwards)
            return search
        }
        #expect(closure.reached.words == forwards.visited)
        #expect(closure.count == forwards.count && closure.depth == forwards.depth)
        for node in closure.reached.nodes() {
            let parent = forwards.parents[Int(node)]
            let path = try #require(try closure.path(to: node, in: graph))
            #expect((path.dropLast().last?.node ?? node) == parent)
        }
        #expect(closure.reached.nodes() == plain.reached(from: [3, 7], .forward, .all).sorted())
    }

    @Test func aLimitCutsAndSaysSo() throws {
        let plain = PlainGraph(
            nodes: (0..<10).map { ($0, 0) }, edges: (0..<9).map { .init(source: $0, kind: 0, target: $0 + 1) })
        let graph = try plain.build()
        let cut = try Closure(from: [0], in: graph, limit: 4, keepsPaths: true)
        #expect(cut.reached.nodes() == [0, 1, 2, 3] && cut.count == 4 && !cut.isComplete)
        let whole = try Closure(from: [0], in: graph, limit: 10)
        #expect(whole.count == 10 && whole.isComplete && whole.depth == 9)
        #expect(try cut.path(to: 9, in: graph) == nil)
        #expect(try whole.path(to: 9, in: graph) == nil)
        #expect(try Closure(from: [], in: graph).count == 0)
    }

    @Test func aCacheAnswersAsTheGraphAndForgetsTheOldest() throws {
        var random = SeededGenerator(seed: 24)
        let graph = try PlainGraph.random(&random, nodes: 400, edges: 700).build()
        // Room for two without paths: 50 bytes of bits, 4 of the source, 256 of the rest.
        let cache = ClosureCache(graph, atMost: 700)
        for source in [UInt32(1), 2, 1, 3, 1, 2] {
            let closure = try cache.closure(from: [source, source], .reverse, kinds: [0, 1])
            #expect(closure.reached == (try Closure(from: [source], in: graph, .reverse, kinds: [0, 1])).reached)
            #expect(cache.count <= 2)
        }
        #expect(cache.count == 2)
        let path = try cache.closure(from: [1], keepsPaths: true).path(to: 1, in: graph)
        #expect(path?.map(\.node) == [1] && cache.count == 2)
        #expect(CompactGraphTests.code { _ = try cache.closure(from: [400]) } == .missing)
    }

    @Test func aCancelledTaskStops() async throws {
        let graph = try PlainGraph(nodes: [(0, 0), (1, 0)], edges: [.init(source: 0, kind: 0, target: 1)]).build()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return CompactGraphTests.code { _ = try Closure(from: [0], in: graph) }
        }
        #expect(await task.value == .cancelled)
    }

    @Test func blastRadiusCountsWhatEachClosureHas() throws {
        var random = SeededGenerator(seed: 23)
        let classes = [
            BlastRadius.Class(kinds: [1], weight: 10), .init(kinds: [2, 3], weight: 1), .init(kinds: [3], weight: 0),
        ]
        var limits = BlastRadius.Limits()
        for turn in 0..<60 {
            // Small sets make several blocks.
            limits.setBytes = turn.isMultiple(of: 2) ? 1 : 64 << 20
            let nodes = random.below(120) + 1
            let plain = PlainGraph.random(&random, nodes: nodes, edges: random.below(nodes * 3))
            let graph = try plain.build()
            let kinds = random.oneIn(3) ? KindSet.all : KindSet(random.some(of: [0, 1, 2, 3]))
            let sources = (0..<random.below(200)).map { _ in UInt32(random.below(nodes)) }
            let entries = try BlastRadius.rank(
                sources, in: graph, .reverse, kinds: kinds, classes: classes, limits: limits)
            #expect(Set(entries.map(\.node)) == Set(sources) && entries.count == Set(sources).count)
            for entry in entries {
                let fallen = plain.reached(from: [entry.node], .reverse, kinds).subtracting([entry.node])
                let counts = classes.map { known in
                    fallen.filter { known.kinds.contains(plain.nodes[Int($0)].kind) }.count
                }
                #expect(entry.counts == counts && entry.total == fallen.count)
                #expect(entry.score == counts[0] * 10 + counts[1])
            }
            let keys = entries.map { [-$0.score, -$0.total, Int($0.node)] }
            #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
            let top = try BlastRadius.rank(
                sources, in: graph, .reverse, kinds: kinds, classes: classes, top: 3, limits: limits)
            #expect(top == Array(entries.prefix(3)))
        }
    }

    /// A mutable action tag reaches every image whose workflow uses it; the pinned one reaches one.
    @Test func theActionThatMostDependsOnIsFirst() throws {
        let (action, image, workload) = (UInt8(1), UInt8(2), UInt8(3))
        var plain = PlainGraph(nodes: [(0, action), (1, action)], edges: [])
        for number in Int64(0)..<5 {
            plain.nodes += [(10 + number * 2, image), (11 + number * 2, workload)]
            plain.edges += [
                .init(source: number == 4 ? 1 : 0, kind: 0, target: 10 + number * 2),
                .init(source: 10 + number * 2, kind: 0, target: 11 + number * 2),
            ]
        }
        let entries = try BlastRadius.rank(
            [1, 0], in: plain.build(), .forward,
            classes: [.init(kinds: [image], weight: 1), .init(kinds: [workload], weight: 100)])
        #expect(entries.map(\.node) == [0, 1])
        #expect(entries.map(\.counts) == [[4, 4], [1, 1]])
        #expect(entries.map(\.score) == [404, 101])
    }

    @Test func capsHold() throws {
        let graph = try PlainGraph(nodes: [(0, 0), (1, 0)], edges: []).build()
        var limits = BlastRadius.Limits()
        limits.sources = 1
        limits.classes = 1
        func code(_ sources: [UInt32], _ weights: [Int]) -> RiskError.Code? {
            CompactGraphTests.code {
                _ = try BlastRadius.rank(
                    sources, in: graph, .forward, classes: weights.map { .init(kinds: .all, weight: $0) },
                    limits: limits)
            }
        }
        #expect(code([0], [1]) == nil)
        #expect(code([0, 1], [1]) == .tooLarge)
        #expect(code([0], [1, 1]) == .tooLarge)
        #expect(code([0], [-1]) == .invalid)
        #expect(code([0], [.max]) == .invalid)
        #expect(code([2], [1]) == .missing)
    }
}
