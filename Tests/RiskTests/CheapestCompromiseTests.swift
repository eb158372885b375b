import Risk
import TestSupport
import Testing

/// The cheapest attack is the cheapest one there is, and can be carried out as it is told.
@Suite struct CheapestCompromiseTests {
    @Test func equalsTryingEverySetOnAThousandGraphs() throws {
        let seed: UInt64 = 31
        var random = SeededGenerator(seed: seed)
        var searched = 0
        var found = 0
        for turn in 0..<1_000 {
            let plain = PlainTrust.random(&random, nodes: random.below(9) + 1, isDense: turn.isMultiple(of: 2))
            let targets = (0..<(random.oneIn(4) ? 2 : 1)).map { _ in random.below(plain.nodes.count) }
            let expected = plain.cheapest(targets)
            let result = try CheapestCompromise.find(in: plain.build(), targets: targets)
            #expect(result?.cost == expected, "seed \(seed), graph \(turn): \(plain)")
            guard let result else { continue }
            found += 1
            if result.states > 1 { searched += 1 }
            #expect(result.isExact && result.lowerBound == result.cost)
            #expect(plain.fault(in: result.steps, on: targets, cost: result.cost) == nil, "seed \(seed), graph \(turn)")
            #expect(result.entries == result.steps.filter { $0.entryCost != nil }.map(\.node).sorted())
        }
        #expect(found > 400 && searched > 5)
    }

    /// With limits of nothing, what is said is still true.
    @Test func withoutTimeTheTruthLiesBetweenTheBounds() throws {
        var random = SeededGenerator(seed: 32)
        var limits = SearchLimits()
        limits.states = 1
        limits.work = 1
        var open = 0
        for turn in 0..<500 {
            let plain = PlainTrust.random(&random, nodes: random.below(5) + 4, isDense: true)
            guard let expected = plain.cheapest([0]) else { continue }
            let result = try #require(try CheapestCompromise.find(in: plain.build(), targets: [0], limits: limits))
            #expect(result.lowerBound <= expected && expected <= result.cost, "seed 32, graph \(turn)")
            #expect(!result.isExact || result.cost == expected)
            #expect(plain.fault(in: result.steps, on: [0], cost: result.cost) == nil)
            if !result.isExact { open += 1 }
        }
        #expect(open > 5)
    }

    @Test func anotherEdgeNeverMakesItDearer() throws {
        var random = SeededGenerator(seed: 33)
        for turn in 0..<300 {
            var plain = PlainTrust.random(&random, nodes: random.below(10) + 2, usesAll: false)
            let before = try CheapestCompromise.find(in: plain.build(), targets: [0])
            plain.edges.append((random.below(plain.nodes.count), random.below(plain.nodes.count), random.below(3)))
            let after = try CheapestCompromise.find(in: plain.build(), targets: [0])
            #expect((after?.cost ?? .max) <= (before?.cost ?? .max), "seed 33, graph \(turn)")
        }
    }

    /// A pull request from a fork runs a workflow whose run builds the image that is deployed.
    @Test func aForkPullRequestReachesProduction() throws {
        var graph = TrustGraph()
        let request = try graph.addNode(entryCost: 1)
        let workflow = try graph.addNode()
        let run = try graph.addNode()
        let image = try graph.addNode()
        let production = try graph.addNode()
        let identity = try graph.addNode(entryCost: 50)
        try graph.addEdge(from: request, to: workflow, cost: 2)
        try graph.addEdge(from: workflow, to: run)
        try graph.addEdge(from: run, to: image, cost: 1)
        try graph.addEdge(from: image, to: production)
        try graph.addEdge(from: identity, to: production)
        let result = try #require(try CheapestCompromise.find(in: graph, targets: [production]))
        #expect(result.cost == 4 && result.isExact && result.entries == [request])
        #expect(result.steps.map(\.node) == [request, workflow, run, image, production])
        #expect(result.steps.map(\.cost) == [1, 2, 0, 1, 0])
        #expect(result.steps.last?.supports.map { [$0.node, $0.cost] } == [[image, 0]])
    }

    /// An action at a tag that its owner can move is entered for less than the identity that may deploy.
    @Test func aMutableTagIsCheaperThanAPinnedOne() throws {
        func cost(tag: Int?) throws -> CheapestCompromise? {
            var graph = TrustGraph()
            let action = try graph.addNode(entryCost: tag)
            let run = try graph.addNode()
            let deployer = try graph.addNode(entryCost: 40)
            let production = try graph.addNode()
            try graph.addEdge(from: action, to: run)
            try graph.addEdge(from: run, to: production)
            try graph.addEdge(from: deployer, to: production, cost: 5)
            return try CheapestCompromise.find(in: graph, targets: [production])
        }
        #expect(try cost(tag: 3)?.cost == 3)
        #expect(try cost(tag: 3)?.entries == [0])
        #expect(try cost(tag: nil)?.cost == 45)
        #expect(try cost(tag: nil)?.entries == [2])
    }

    /// Two of three approvers are needed; where two accounts hang on one sign-on, that one is entered once.
    @Test func twoPersonsAreNeededAndOneSignOnServesBoth() throws {
        var graph = TrustGraph()
        let approvers = try [10, 12, 14].map { cost throws(RiskError) in try graph.addNode(entryCost: cost) }
        let approval = try graph.addNode(need: .atLeast(2))
        let production = try graph.addNode()
        for approver in approvers { try graph.addEdge(from: approver, to: approval) }
        try graph.addEdge(from: approval, to: production)
        let apart = try #require(try CheapestCompromise.find(in: graph, targets: [production]))
        #expect(apart.cost == 22 && apart.isExact && apart.entries == [0, 1])

        let signOn = try graph.addNode(entryCost: 15)
        try graph.addEdge(from: signOn, to: approvers[1], cost: 1)
        try graph.addEdge(from: signOn, to: approvers[2], cost: 1)
        let shared = try #require(try CheapestCompromise.find(in: graph, targets: [production]))
        #expect(shared.cost == 17 && shared.isExact && shared.entries == [signOn])
        #expect(shared.steps.map(\.node) == [signOn, approvers[1], approvers[2], approval, production])
        #expect(shared.steps[3].supports.map(\.node) == [approvers[1], approvers[2]])
    }

    @Test func allOfNothingAndTooFewNeverFall() throws {
        var graph = TrustGraph()
        let none = try graph.addNode(need: .all)
        let few = try graph.addNode(need: .atLeast(2))
        let entered = try graph.addNode(entryCost: 0, need: .all)
        try graph.addEdge(from: entered, to: few)
        try graph.addEdge(from: entered, to: few, cost: 3)
        #expect(try CheapestCompromise.find(in: graph, targets: [none]) == nil)
        #expect(try CheapestCompromise.find(in: graph, targets: [few]) == nil)
        #expect(try CheapestCompromise.find(in: graph, targets: [few, entered])?.cost == 0)
    }

    /// Sharing at each of many levels doubles the cost of the tree at each, past 64 bits.
    @Test func sharingAtEachLevelDoesNotOverflow() throws {
        var graph = TrustGraph()
        var last = try graph.addNode(entryCost: 1_000)
        for _ in 0..<100 {
            let left = try graph.addNode()
            let right = try graph.addNode()
            let both = try graph.addNode(need: .all)
            for side in [left, right] {
                try graph.addEdge(from: last, to: side, cost: 1)
                try graph.addEdge(from: side, to: both)
            }
            last = both
        }
        let result = try #require(try CheapestCompromise.find(in: graph, targets: [last]))
        #expect(result.cost == 1_200 && result.isExact)
    }

    @Test func argumentsWithoutMeaningAreRefused() throws {
        var limits = TrustGraph.Limits()
        limits.nodes = 2
        limits.edges = 1
        var graph = TrustGraph(limits: limits)
        func code(_ body: (inout TrustGraph) throws -> Void) -> RiskError.Code? {
            CompactGraphTests.code { try body(&graph) }
        }
        #expect(code { try $0.addNode(entryCost: -1) } == .invalid)
        #expect(code { try $0.addNode(entryCost: TrustGraph.Limits.cost + 1) } == .invalid)
        #expect(code { try $0.addNode(protectionCost: 0) } == .invalid)
        #expect(code { try $0.addNode(need: .atLeast(0)) } == .invalid)
        #expect(code { try $0.addNode(entryCost: TrustGraph.Limits.cost) } == nil)
        #expect(code { try $0.addEdge(from: 0, to: 1) } == .missing)
        #expect(code { try $0.addNode() } == nil)
        #expect(code { try $0.addNode() } == .tooLarge)
        #expect(code { try $0.addEdge(from: 0, to: 1, cost: -1) } == .invalid)
        #expect(code { try $0.addEdge(from: 0, to: 1) } == nil)
        #expect(code { try $0.addEdge(from: 1, to: 0) } == .tooLarge)
        #expect(code { _ = try CheapestCompromise.find(in: $0, targets: []) } == .invalid)
        #expect(code { _ = try CheapestCompromise.find(in: $0, targets: [2]) } == .missing)
        #expect(code { _ = try MinimumCut.find(in: $0, targets: [-1]) } == .missing)
    }
}
