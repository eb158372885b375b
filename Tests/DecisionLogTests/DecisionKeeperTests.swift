import Core
import DecisionLog
import Policy
import TestDecisionLog
import Testing

@testable import Admission

/// What is kept of a decision, and when it may be answered (admission contract, "Policy and log").
@Suite("Decisions are kept") struct DecisionKeeperTests {
    @Test(arguments: [Sample.allow(), Sample()]) func aDryRunLeavesNothing(_ sample: Sample) async throws {
        let desk = Desk()
        #expect(try await desk.keeper.keep(sample.with { $0.isDryRun = true }) == .dryRun)
        #expect(desk.log.entries.isEmpty && desk.large.count == 0)
        try await desk.keeper.settle(at: Sample.now, all: true)
        #expect(desk.log.entries.isEmpty)
        // The twin that is none.
        #expect(try await desk.keeper.keep(sample) != .dryRun)
        #expect(desk.log.entries.count == 1)
    }

    @Test func whatIsLoggedIsTheDecisionWithItsFactsAndCaller() async throws {
        let desk = Desk()
        for caller in LogEntry.Caller.allCases {
            let sample = Sample.allow { $0.object.uid = caller.rawValue }
            guard case .logged(let place) = try await desk.keeper.keep(sample, caller: caller) else {
                Issue.record("an allow is always an entry")
                continue
            }
            let entry = try LogEntry(parsing: desk.log.entries[Int(place.index)])
            #expect(
                entry.decisionDigest == sample.document.digest && entry.decision?.canonical == sample.document.bytes)
            #expect(entry.facts?.canonical == sample.facts.recorded.canonical && entry.caller == caller)
            #expect(place.description == "log.example/test#\(place.index)")
        }
    }

    @Test(arguments: [Sample.allow(), Sample(), Sample().with { $0.outcome = .indeterminate }])
    func whatCannotBeLoggedIsNotKept(_ sample: Sample) async throws {
        let desk = Desk()
        desk.log.fail("the disk is full")
        await #expect(throws: MemoryLog.Failure.self) { try await desk.keeper.keep(sample) }
        let history = await desk.admissions.history(
            RecordQuery(images: [Sample.image], environments: ["prod"], templates: []))
        #expect(history.admitted.isEmpty)
        // A denial that is no entry stands for no other.
        desk.log.fail(nil)
        guard case .logged = try await desk.keeper.keep(sample) else {
            Issue.record("the first that can be logged is an entry")
            return
        }
    }

    @Test func anAllowIsKnownToTheIndexOnceItIsLogged() async throws {
        let desk = Desk()
        try await desk.keeper.keep(Sample.allow())
        let history = await desk.admissions.history(
            RecordQuery(images: [Sample.image], environments: ["prod"], templates: []))
        #expect(history.admitted.map(\.decision) == [Sample.allow().document.digest.description])
    }

    @Test func allowsAreNeverCountedInsteadOfLogged() async throws {
        let desk = Desk(quota: 1)
        for _ in 0..<5 { try await desk.keeper.keep(Sample.allow()) }
        #expect(try desk.records.count == 5)
    }

    @Test func anAuditedDenialIsLoggedEachTime() async throws {
        // It was let through, so something runs: each of them counts.
        let desk = Desk(quota: 1)
        let audited = Sample().with { $0.enforced = .allow }
        for _ in 0..<3 { try await desk.keeper.keep(audited) }
        #expect(desk.log.entries.count == 3)
    }

    @Test func aDecisionThatIsTooLargeIsKeptBesideTheLog() async throws {
        let desk = Desk()
        let fits = Sample.allow { $0.note = nil }
        try await desk.keeper.keep(fits)
        #expect(desk.large.count == 0)
        let big = Sample().with { $0.images = Sample.manyImages }
        try await desk.keeper.keep(big)
        let entry = try LogEntry(parsing: try #require(desk.log.entries.last))
        #expect(entry.decision == nil && entry.decisionDigest == big.document.digest)
        #expect(try await desk.large.document(entry.decisionDigest) == big.document.bytes)
    }
}
