import Attestation
import Core
import OCI
import Policy
import Rehearsal
import Synchronization
import TestSupport
import Testing

@testable import Admission

/// Fetching side by side: bounded, shared, in time, and without a say in what comes out.
@Suite("Concurrent fetch") struct ConcurrentFetchTests {
    /// With or without a cache, cold or warm, one after the other or all at once, however slow which answer is: the same
    /// bytes.
    @Test(arguments: 0..<6) func timingDecidesNothing(seed: Int) async throws {
        let harbour = try Harbour(gates: ["unit"], elsewhere: true)
        for name in ["a", "b"] {
            try harbour.attach(.signature, to: Harbour.image(name), workflow: "mallory.yml")
            try harbour.attach(
                .billOfMaterials(BillContent()), to: Harbour.image(name), in: "registry.example/org/evidence")
        }
        // An index with a platform that has evidence and one that has none.
        let platforms = try harbour.registry.images.withLock {
            try $0.setPlatforms(["linux/amd64", "linux/arm64"], of: Harbour.image("b"), in: Harbour.repository)
        }
        if let amd64 = platforms["linux/amd64"] { try harbour.attach(.signature, to: amd64) }
        harbour.registry.behaviour.withLock { behaviour in
            // Some pieces are broken, whenever they are asked for.
            behaviour.fails = { $0.hasPrefix("blob") && $0.utf8.reduce(seed, { $0 &+ Int($1) }) % 7 == 0 }
        }
        let folder = try TemporaryFolder()
        let images = ["a", "b", "nothing"]
        func decide(_ cache: EvidenceCache?) async throws -> [UInt8] {
            try await harbour.admitter(cache).decide(Harbour.request(images), at: Harbour.opening).json.canonical
        }
        let expected = try await decide(nil)
        harbour.registry.behaviour.withLock { behaviour in
            behaviour.delay = { question, number in
                .milliseconds((question.utf8.reduce(number &* 31 &+ seed, { $0 &* 31 &+ Int($1) }) & 0xFFFF) % 12)
            }
        }
        #expect(try await decide(nil) == expected)
        let cache = EvidenceCache(disk: EvidenceDisk(folder: folder.path))
        let found = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try await decide(cache) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.count == 8 && found.allSatisfy { $0 == expected })
        #expect(try await decide(cache) == expected)
        await cache.flush()
        #expect(try await decide(EvidenceCache(disk: EvidenceDisk(folder: folder.path))) == expected)
    }

    @Test func oneFetchServesAll() async throws {
        let harbour = try Harbour()
        harbour.registry.behaviour.withLock { $0.delay = { _, _ in .milliseconds(20) } }
        let admitter = try harbour.admitter(EvidenceCache())
        let outcomes = try await withThrowingTaskGroup(of: Decision.Outcome.self) { group in
            for _ in 0..<50 {
                group.addTask { try await admitter.decide(Harbour.request(), at: Harbour.opening).outcome }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 50 && outcomes.allSatisfy { $0 == .allow })
        let asked = harbour.registry.asked
        #expect(Set(asked).count == asked.count, "something was asked twice")
    }

    @Test(.timeLimit(.minutes(3))) func whoLeavesDisturbsNobody() async throws {
        let harbour = try Harbour()
        harbour.registry.behaviour.withLock { $0.holds = { _ in true } }
        let admitter = try harbour.admitter(EvidenceCache())
        let first = Task { try await admitter.decide(Harbour.request(), at: Harbour.opening) }
        #expect(await eventually { harbour.registry.asked.count == 3 })
        let second = Task { try await admitter.decide(Harbour.request(), at: Harbour.opening) }
        try await Task.sleep(for: .milliseconds(20))
        first.cancel()
        // It leaves while nothing is answered yet.
        #expect(try await first.value.outcome == .indeterminate)
        #expect(harbour.registry.open >= 3)
        harbour.registry.behaviour.withLock { $0.holds = { _ in false } }
        #expect(try await second.value.outcome == .allow)
        let asked = harbour.registry.asked.filter { !$0.hasPrefix("manifest \(Harbour.image("a"))") }
        #expect(Set(asked).count == asked.count)
    }

    @Test func aFailedFetchIsNoSuccessForTheNext() async throws {
        let harbour = try Harbour()
        let admitter = try harbour.admitter(EvidenceCache())
        harbour.registry.isDown(true)
        #expect(try await admitter.decide(Harbour.request(), at: Harbour.opening).outcome == .indeterminate)
        harbour.registry.isDown(false)
        #expect(try await admitter.decide(Harbour.request(), at: Harbour.opening + .seconds(6)).outcome == .allow)
    }

    /// A deadline that comes when everything but what hangs was answered.
    private static func deadline(_ harbour: Harbour, questions: Int, hanging: Int) -> EvidenceDeadline {
        let registry = harbour.registry
        return EvidenceDeadline {
            _ = await eventually {
                Task.isCancelled || registry.asked.count >= questions && registry.open == hanging
            }
            // What was answered is still to be verified.
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// What hangs is named when the time is over; what answered counts.
    @Test(.timeLimit(.minutes(3)), arguments: [true, false])
    func whatDoesNotAnswerInTimeIsNamed(hasCache: Bool) async throws {
        for (gates, outcome) in [([], Decision.Outcome.allow), (["unit"], .indeterminate)] {
            let twin = try Harbour(gates: gates)
            #expect(try await twin.admitter(nil).decide(Harbour.request(), at: Harbour.opening).outcome == .allow)
            let questions = twin.registry.asked.filter { $0 != "manifest \(Harbour.image("a"))" }.count
            // Evidence that suffices is there: a list that hangs matters only where a gate may have said something in it.
            let harbour = try Harbour(gates: gates)
            harbour.registry.behaviour.withLock { $0.hangs = { $0.hasPrefix("att of") } }
            let decision = try await harbour.admitter(hasCache ? EvidenceCache() : nil).decide(
                Harbour.request(), at: Harbour.opening,
                deadline: Self.deadline(harbour, questions: questions, hanging: 1))
            #expect(decision.outcome == outcome, "\(decision.words)")
            #expect(harbour.registry.open >= 1)
            harbour.registry.behaviour.withLock { $0.hangs = { _ in false } }
        }
    }

    /// Nothing answers: nobody knows, and every place is named.
    @Test(.timeLimit(.minutes(3)), arguments: [true, false])
    func aRegistryThatHangsIsNoDenial(hasCache: Bool) async throws {
        let harbour = try Harbour(elsewhere: true)
        harbour.registry.behaviour.withLock { $0.hangs = { _ in true } }
        let decision = try await harbour.admitter(hasCache ? EvidenceCache() : nil).decide(
            Harbour.request(), at: Harbour.opening,
            deadline: Self.deadline(harbour, questions: 6, hanging: 6))
        #expect(decision.outcome == .indeterminate)
        #expect(decision.words.contains("no answer within the time of the request"), "\(decision.words)")
        #expect(decision.words.contains("registry.example/org/evidence"))
        #expect(harbour.registry.open >= 1)
        harbour.registry.behaviour.withLock { $0.hangs = { _ in false } }
    }

    @Test(arguments: [1, 3, 64]) func noMoreIsFetchedAtOnceThanIsAllowed(_ bound: Int) async throws {
        let harbour = try Harbour(gates: ["unit"], elsewhere: true)
        harbour.registry.behaviour.withLock { $0.delay = { _, _ in .milliseconds(2) } }
        let admitter = try harbour.admitter(nil, fetching: EvidenceFetching(fetches: bound))
        let outcomes = try await withThrowingTaskGroup(of: Decision.Outcome.self) { group in
            for name in ["a", "b"] {
                group.addTask {
                    try await admitter.decide(Harbour.request([name, "none-\(name)"]), at: Harbour.opening).outcome
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == [.deny, .deny])
        // Two requests, each within 16 of its own; what platforms are is asked beside them.
        #expect(harbour.registry.most <= min(bound, 32), "\(harbour.registry.most)")
        if bound == 64 { #expect(harbour.registry.most > 3) }
    }

    @Test func theGateCountsBytes() async {
        let gate = FetchGate(fetches: 8, bytes: 100)
        let registry = Registry()
        await withTaskGroup(of: Void.self) { group in
            for size in [60, 60, 1_000, 10, 10] {
                group.addTask {
                    await gate.run(bytes: size) {
                        registry.images.withLock { _ in }
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
        }
        // Everybody had their turn, the one that is too large for the gate alone among them.
        #expect(await gate.run(bytes: 100) { true } == true)
        // Who is cancelled while waiting leaves, and the next gets the turn.
        await gate.run(bytes: 100) {
            let waiting = Task { await gate.run(bytes: 1) { true } }
            try? await Task.sleep(for: .milliseconds(10))
            waiting.cancel()
            #expect(await waiting.value == nil)
        }
        #expect(await gate.run(bytes: 100) { true } == true)
    }

    /// As much junk as is looked at, in front of what is genuine: it ends, soon, and not in a denial.
    @Test(.timeLimit(.minutes(3))) func junkIsLookedAtSideBySide() async throws {
        let harbour = try Harbour()
        let image = Harbour.image("spam")
        let cap = ImageVerification.maximumFetched.limit
        try harbour.registry.images.withLock {
            try $0.spam(Array("{}".utf8), times: cap, to: image, in: Harbour.repository)
        }
        try harbour.attach(.provenance(ProvenanceContent()), to: image)
        let decision = try await harbour.admitter(nil).decide(Harbour.request(["spam"]), at: Harbour.opening)
        #expect(decision.outcome == .indeterminate && decision.words.contains("pieces of evidence fetched"))
        #expect(harbour.registry.most <= 17)
        // In front of the junk it counts; the cap is no way to hide it.
        let other = try Harbour()
        try other.registry.images.withLock {
            try $0.spam(Array("{}".utf8), times: cap, to: Harbour.image("a"), in: Harbour.repository)
        }
        #expect(try await other.admitter(nil).decide(Harbour.request(), at: Harbour.opening).outcome == .allow)
    }

    /// The same bytes listed as a bundle must not stand in front of a cosign signature.
    @Test func oneFormDoesNotHideAnother() {
        let blob = Descriptor(of: [1, 2, 3], mediaType: "text/plain", annotations: ["a": "b"])
        let keys = EvidenceCandidate.Form.allCases.map { EvidenceCandidate(form: $0, blob: blob, origin: "x").key }
        #expect(Set(keys).count == 3)
    }
}
