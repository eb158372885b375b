import Attestation
import Core
import OCI
import Policy
import Rehearsal
import Synchronization
import Testing

@testable import Admission

/// What is remembered, for how long, and what an outage makes of it (admission contract, "Caches").
@Suite("Evidence cache") struct EvidenceCacheTests {
    private static func at(_ seconds: Int) -> Instant { Harbour.opening + .seconds(seconds) }

    @Test func aSecondDecisionAsksNobody() async throws {
        let harbour = try Harbour(gates: ["unit"])
        let counters = Counters()
        let admitter = try harbour.admitter(EvidenceCache(metrics: counters.metrics))
        let first = try await admitter.decide(Harbour.request(), at: Self.at(0))
        #expect(first.outcome == .allow, "\(first.words)")
        let asked = harbour.registry.asked.count
        // The very same instant, so that the very same bytes come out.
        let second = try await admitter.decide(Harbour.request(), at: Self.at(0))
        #expect(second.json.canonical == first.json.canonical)
        #expect(harbour.registry.asked.count == asked && counters["memory"] == 1 && counters["miss"] == 1)
        // Another image is another matter.
        #expect(try await admitter.decide(Harbour.request(["b"]), at: Self.at(1)).outcome == .allow)
        #expect(harbour.registry.asked.count > asked)
    }

    @Test(
        .timeLimit(.minutes(3)),
        arguments: [(299, false, false), (301, true, false), (3_599, true, false), (3_601, true, true)])
    func whatAgesIsReadAgain(seconds: Int, isReadAgain: Bool, isWaitedFor: Bool) async throws {
        let harbour = try Harbour()
        let admitter = try harbour.admitter(EvidenceCache())
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(0)).outcome == .allow)
        let asked = harbour.registry.asked.count
        harbour.registry.behaviour.withLock { $0.holds = { _ in true } }
        let decision = Task { try await admitter.decide(Harbour.request(), at: Self.at(seconds)) }
        if isWaitedFor {
            #expect(await eventually { harbour.registry.asked.count > asked })
            harbour.registry.behaviour.withLock { $0.holds = { _ in false } }
        }
        // Who is not waited for cannot hold it up.
        #expect(try await decision.value.outcome == .allow)
        if isReadAgain { #expect(await eventually { harbour.registry.asked.count > asked }) }
        #expect((harbour.registry.asked.count > asked) == isReadAgain)
        harbour.registry.behaviour.withLock { $0.holds = { _ in false } }
    }

    /// Within the hour an allow may rest on what was read before; after it, what a gate says since is heard.
    @Test func aGatesNewerWordIsHeard() async throws {
        let harbour = try Harbour(gates: ["unit"])
        let admitter = try harbour.admitter(EvidenceCache())
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(0)).outcome == .allow)
        try harbour.attach(
            .testResult(TestContent(gate: "unit", result: .failed)), to: Harbour.image("a"), at: Self.at(10))
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(60)).outcome == .allow)
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(3_601)).outcome == .deny)
        // In the background it is heard sooner.
        let other = try harbour.admitter(EvidenceCache())
        #expect(try await other.decide(Harbour.request(["b"]), at: Self.at(0)).outcome == .allow)
        try harbour.attach(
            .testResult(TestContent(gate: "unit", result: .failed)), to: Harbour.image("b"), at: Self.at(10))
        let asked = harbour.registry.asked.count
        _ = try await other.decide(Harbour.request(["b"]), at: Self.at(400))
        #expect(await eventually { harbour.registry.asked.count >= asked + 7 })
        var outcome = Decision.Outcome.allow
        for _ in 0..<200 where outcome == .allow {
            outcome = try await other.decide(Harbour.request(["b"]), at: Self.at(401)).outcome
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(outcome == .deny)
    }

    @Test func evidenceThatIsGoneIsGone() async throws {
        let harbour = try Harbour()
        let admitter = try harbour.admitter(EvidenceCache(), wasAdmitted: true)
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(0)).outcome == .allow)
        harbour.registry.images.withLock { $0 = MemoryImages() }
        let late = try await admitter.decide(Harbour.request(scalesUp: true), at: Self.at(3_601))
        #expect(late.outcome == .deny, "\(late.words)")
    }

    @Test(arguments: [("nothing", 29, 31), ("outage", 4, 6)])
    func negativeResultsAreShort(kind: String, within: Int, after: Int) async throws {
        let harbour = try Harbour()
        let counters = Counters()
        let admitter = try harbour.admitter(EvidenceCache(metrics: counters.metrics))
        let image = ["c"]
        if kind == "outage" { harbour.registry.isDown(true) }
        let expected = kind == "outage" ? Decision.Outcome.indeterminate : .deny
        #expect(try await admitter.decide(Harbour.request(image), at: Self.at(0)).outcome == expected)
        harbour.registry.isDown(false)
        for content in [EvidencePiece.Content.signature, .provenance(ProvenanceContent())] {
            try harbour.attach(content, to: Harbour.image("c"))
        }
        #expect(try await admitter.decide(Harbour.request(image), at: Self.at(within)).outcome == expected)
        #expect(counters[kind] == 1)
        #expect(try await admitter.decide(Harbour.request(image), at: Self.at(after)).outcome == .allow)
    }

    @Test func refusedEvidenceIsReadAgainSoon() async throws {
        let harbour = try Harbour()
        let counters = Counters()
        let admitter = try harbour.admitter(EvidenceCache(metrics: counters.metrics))
        let image = Harbour.image("c")
        try harbour.attach(.signature, to: image, workflow: "mallory.yml")
        #expect(try await admitter.decide(Harbour.request(["c"]), at: Self.at(0)).outcome == .deny)
        for content in [EvidencePiece.Content.signature, .provenance(ProvenanceContent())] {
            try harbour.attach(content, to: image)
        }
        #expect(try await admitter.decide(Harbour.request(["c"]), at: Self.at(29)).outcome == .deny)
        #expect(counters["refused"] == 1)
        #expect(try await admitter.decide(Harbour.request(["c"]), at: Self.at(31)).outcome == .allow)
    }

    /// An outage stops nothing within the hour; later it stops what is new, and after a day everything.
    @Test(
        arguments: [
            (1_800, false, .allow, []), (1_800, true, .allow, []), (7_200, false, .indeterminate, [.undetermined]),
            (7_200, true, .allow, [.warns]), (86_000, true, .allow, [.warns]),
            (86_401, true, .indeterminate, [.undetermined]),
        ] as [(Int, Bool, Decision.Outcome, Set<Decision.Disposition>)])
    func anOutageDoesNotStopWhatWasAdmitted(
        seconds: Int, wasAdmitted: Bool, outcome: Decision.Outcome, dispositions: Set<Decision.Disposition>
    ) async throws {
        let harbour = try Harbour(gates: ["unit"])
        let admitter = try harbour.admitter(EvidenceCache(), wasAdmitted: wasAdmitted)
        #expect(try await admitter.decide(Harbour.request(scalesUp: true), at: Self.at(0)).outcome == .allow)
        harbour.registry.isDown(true)
        for _ in 0..<2 {
            let decision = try await admitter.decide(Harbour.request(scalesUp: true), at: Self.at(seconds))
            #expect(decision.outcome == outcome, "\(decision.words)")
            #expect(decision.dispositions == dispositions, "\(decision.words)")
        }
        let (decision, facts) = try await admitter.resolve(Harbour.request(scalesUp: true), at: Self.at(seconds))
        let isStale = (3_600..<86_400).contains(seconds)
        #expect((facts.images.first?.evidence.stale != nil) == isStale)
        if outcome == .indeterminate { #expect("\(decision.words)".contains("the registry is down")) }
        // A template that is new rests on nothing that is out of date, whatever was admitted before.
        let new = try await admitter.decide(Harbour.request(), at: Self.at(seconds))
        #expect(new.outcome == (seconds < 3_600 ? .allow : .indeterminate), "\(new.words)")
    }

    /// What was heard before the outage is not forgotten in it.
    @Test func anOutageDoesNotHideWhatWasSaidAgainst() async throws {
        let harbour = try Harbour(gates: ["unit"])
        try harbour.attach(
            .testResult(TestContent(gate: "unit", result: .failed)), to: Harbour.image("a"),
            at: Harbour.opening - .seconds(60))
        let admitter = try harbour.admitter(EvidenceCache(), wasAdmitted: true)
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(0)).outcome == .deny)
        harbour.registry.isDown(true)
        for seconds in [1_800, 7_200] {
            let decision = try await admitter.decide(Harbour.request(scalesUp: true), at: Self.at(seconds))
            #expect(decision.outcome != .allow, "\(decision.words)")
        }
    }

    /// A clock that goes back to before a signature must not find it verified.
    @Test func anEarlierPresentIsVerifiedAnew() async throws {
        let harbour = try Harbour()
        let admitter = try harbour.admitter(EvidenceCache())
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(0)).outcome == .allow)
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(-86_400)).outcome == .deny)
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(1)).outcome == .allow)
    }

    /// What one bundle's signers verified says nothing under another's.
    @Test func anotherPlanSharesNothing() async throws {
        let (first, second) = (try Harbour(), try Harbour())
        let cache = EvidenceCache()
        #expect(try await first.admitter(cache).decide(Harbour.request(), at: Self.at(0)).outcome == .allow)
        // The same digests, the same places, another authority.
        second.registry.images.withLock { $0 = first.registry.images.withLock { $0 } }
        #expect(try await second.admitter(cache).decide(Harbour.request(), at: Self.at(0)).outcome == .deny)
        #expect(try await first.admitter(cache).decide(Harbour.request(), at: Self.at(1)).outcome == .allow)
    }

    @Test func memoryIsBounded() async throws {
        let harbour = try Harbour()
        let counters = Counters()
        var limits = EvidenceCacheLimits()
        limits.memoryEntries = 16
        limits.memoryBytes = 1 << 20
        let cache = EvidenceCache(limits: limits, metrics: counters.metrics)
        let admitter = try harbour.admitter(cache)
        for number in 0..<100 {
            _ = try await admitter.decide(Harbour.request(["x\(number)"]), at: Self.at(number))
            #expect(cache.size.entries <= 16 && cache.size.bytes <= 1 << 20)
        }
        #expect(counters["evicted"] >= 84)
        // What is used stays.
        #expect(try await admitter.decide(Harbour.request(), at: Self.at(101)).outcome == .allow)
        for number in 0..<10 {
            _ = try await admitter.decide(Harbour.request(["y\(number)"]), at: Self.at(102))
            let hits = counters["memory"]
            _ = try await admitter.decide(Harbour.request(), at: Self.at(102))
            #expect(counters["memory"] == hits + 1)
        }
    }
}
