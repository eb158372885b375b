import Risk
import TestSupport
import Testing

/// What is to be protected is enough, and less is not.
@Suite struct MinimumCutTests {
    @Test func equalsTryingEverySetOnAThousandGraphs() throws {
        let seed: UInt64 = 41
        var random = SeededGenerator(seed: seed)
        var (safe, cut, impossible, searched) = (0, 0, 0, 0)
        for turn in 0..<1_000 {
            var plain =
                turn.isMultiple(of: 3)
                ? PlainTrust.committees(&random)
                : PlainTrust.random(&random, nodes: random.below(8) + 1, isDense: turn.isMultiple(of: 2))
            let targets = (0..<(random.oneIn(4) ? 2 : 1)).map { _ in random.below(plain.nodes.count) }
            for target in targets where !random.oneIn(4) { plain.nodes[target].protectionCost = nil }
            let expected = plain.cheapestCut(targets)
            switch try MinimumCut.find(in: plain.build(), targets: targets) {
            case .alreadySafe:
                safe += 1
                #expect(expected == 0, "seed \(seed), graph \(turn)")
            case .cut(let found):
                cut += 1
                if found.states > 1 { searched += 1 }
                #expect(found.cost == expected, "seed \(seed), graph \(turn): \(plain)")
                #expect(found.isExact && found.lowerBound == found.cost)
                #expect(found.cost == found.nodes.reduce(0) { $0 + (plain.nodes[$1].protectionCost ?? 1_000) })
                #expect(!plain.falls(targets, protected: Set(found.nodes)))
                for node in found.nodes {
                    #expect(plain.falls(targets, protected: Set(found.nodes).subtracting([node])), "\(node) is idle")
                }
            case .impossible(let steps):
                impossible += 1
                #expect(expected == nil, "seed \(seed), graph \(turn)")
                let cost = steps.reduce(0) { $0 + $1.cost }
                #expect(plain.fault(in: steps, on: targets, cost: cost) == nil)
                #expect(steps.allSatisfy { plain.nodes[$0.node].protectionCost == nil })
            }
        }
        #expect(safe > 100 && cut > 100 && impossible > 50 && searched > 3, "\(safe) \(cut) \(impossible) \(searched)")
    }

    @Test func withoutTimeTheTruthLiesBetweenTheBounds() throws {
        var random = SeededGenerator(seed: 42)
        var limits = SearchLimits()
        limits.states = 1
        limits.work = 1
        var open = 0
        for turn in 0..<1_500 {
            var plain = PlainTrust.committees(&random)
            plain.nodes[0].protectionCost = nil
            guard case .cut(let found) = try MinimumCut.find(in: plain.build(), targets: [0], limits: limits) else {
                continue
            }
            let expected = try #require(plain.cheapestCut([0]))
            #expect(found.lowerBound <= expected && expected <= found.cost, "seed 42, graph \(turn)")
            #expect(!found.isExact || found.cost == expected)
            #expect(!plain.falls([0], protected: Set(found.nodes)))
            if !found.isExact { open += 1 }
        }
        #expect(open > 0)
    }

    /// Three ways lead to production, two of them through one runner.
    @Test func theRunnerOfTwoWaysIsProtectedOnce() throws {
        var graph = TrustGraph()
        let requests = try (0..<3).map { _ throws(RiskError) in try graph.addNode(entryCost: 1) }
        let runner = try graph.addNode(protectionCost: 1)
        let deployer = try graph.addNode(protectionCost: 1)
        let production = try graph.addNode()
        try graph.addEdge(from: requests[0], to: runner)
        try graph.addEdge(from: requests[1], to: runner)
        try graph.addEdge(from: requests[2], to: deployer)
        try graph.addEdge(from: runner, to: production)
        try graph.addEdge(from: deployer, to: production)
        guard case .cut(let cut) = try MinimumCut.find(in: graph, targets: [production]) else {
            Issue.record("a cut was expected")
            return
        }
        #expect(cut.nodes == [runner, deployer] && cut.cost == 2 && cut.isExact)
        try graph.addEdge(from: requests[0], to: production, cost: 9)
        guard case .impossible(let steps) = try MinimumCut.find(in: graph, targets: [production]) else {
            Issue.record("no cut was expected")
            return
        }
        #expect(steps.map(\.node) == [requests[0], production])
        let alone = try graph.addNode()
        #expect(try MinimumCut.find(in: graph, targets: [alone]) == .alreadySafe)
    }

    /// Where two approvals are needed, one protected approver of two is enough; of three, two.
    @Test(arguments: [(2, 1), (3, 2), (5, 4)])
    func approversAreProtectedUntilTooFewAreLeft(approvers: Int, protected: Int) throws {
        var graph = TrustGraph()
        let people = try (0..<approvers).map { _ throws(RiskError) in
            try graph.addNode(entryCost: 1, protectionCost: 1)
        }
        let approval = try graph.addNode(need: .atLeast(2))
        for person in people { try graph.addEdge(from: person, to: approval) }
        guard case .cut(let cut) = try MinimumCut.find(in: graph, targets: [approval]) else {
            Issue.record("a cut was expected")
            return
        }
        #expect(cut.cost == protected && cut.isExact && cut.nodes == Array(people[..<protected]))
    }
}
