import Core
import DecisionLog
import Policy
import TestDecisionLog
import Testing

/// Identical retried denials are coalesced with a count, and nothing else is (admission contract, "Policy and log").
@Suite("Repeated denials") struct RepeatTests {
    private static let window = Duration.seconds(600)

    @Test func aRepeatIsCountedAndTheCountIsLogged() async throws {
        let desk = Desk()
        let first = Sample()
        guard case .logged(let place) = try await desk.keeper.keep(first) else {
            Issue.record("the first is an entry")
            return
        }
        for second in 1...4 {
            let again = first.with {
                $0.at = Sample.now + .seconds(second)
                $0.object.uid = "u-\(second + 1)"
                $0.object.name = "web-\(second + 1)"
            }
            #expect(try await desk.keeper.keep(again) == .counted(place))
        }
        try await desk.keeper.settle(at: Sample.now + Self.window - .seconds(1))
        #expect(desk.log.entries.count == 1)
        try await desk.keeper.settle(at: Sample.now + Self.window)
        let repeats = try desk.repeats
        #expect(repeats.map(\.count) == [4])
        #expect(repeats.first?.first == 0 && repeats.first?.decisionDigest == first.document.digest)
        #expect(repeats.first?.from == Sample.now && repeats.first?.to == Sample.now + .seconds(4))
        // What was written is not written again.
        try await desk.keeper.settle(at: Sample.now + .seconds(10_000), all: true)
        #expect(desk.log.entries.count == 2)
    }

    @Test func aDenialThatCameOnceLeavesNoCount() async throws {
        let desk = Desk()
        try await desk.keeper.keep(Sample())
        try await desk.keeper.settle(at: Sample.now, all: true)
        #expect(desk.log.entries.count == 1)
    }

    @Test func theEndOfTheProcessWritesWhatWasCounted() async throws {
        let desk = Desk()
        for _ in 0..<3 { try await desk.keeper.keep(Sample()) }
        try await desk.keeper.settle(at: Sample.now, all: true)
        #expect(try desk.repeats.map(\.count) == [2])
    }

    @Test func afterTheWindowTheNextIsAnEntryOfItsOwn() async throws {
        let desk = Desk()
        for _ in 0..<3 { try await desk.keeper.keep(Sample()) }
        let later = Sample().with { $0.at = Sample.now + Self.window }
        guard case .logged(let place) = try await desk.keeper.keep(later) else {
            Issue.record("expected a new entry")
            return
        }
        #expect(place.index == 1)
        // The count of the one before is not lost though nobody settled it.
        #expect(try desk.repeats.map { [$0.first, $0.count] } == [[0, 2]])
    }

    @Test func aClockThatGoesBackEndsTheWindow() async throws {
        let desk = Desk()
        for _ in 0..<2 { try await desk.keeper.keep(Sample()) }
        let earlier = Sample().with { $0.at = Sample.now - .seconds(3_600) }
        guard case .logged = try await desk.keeper.keep(earlier) else {
            Issue.record("expected a new entry")
            return
        }
        #expect(try desk.repeats.map(\.count) == [1])
        try await desk.keeper.settle(at: Sample.now - .seconds(7_200))
        guard case .logged = try await desk.keeper.keep(earlier.with { $0.at = Sample.now - .seconds(7_200) }) else {
            Issue.record("nothing stands for what was before it")
            return
        }
    }

    @Test func aCountThatCannotBeWrittenIsWrittenLater() async throws {
        let desk = Desk()
        for _ in 0..<3 { try await desk.keeper.keep(Sample()) }
        desk.log.fail("the disk is full")
        await #expect(throws: MemoryLog.Failure.self) {
            try await desk.keeper.settle(at: Sample.now + Self.window)
        }
        await #expect(throws: MemoryLog.Failure.self) {
            try await desk.keeper.settle(at: Sample.now + Self.window, all: true)
        }
        desk.log.fail(nil)
        try await desk.keeper.settle(at: Sample.now + Self.window)
        #expect(try desk.repeats.map(\.count) == [2])
        try await desk.keeper.settle(at: Sample.now + Self.window, all: true)
        #expect(try desk.repeats.count == 1)
    }

    /// What makes a denial another one.
    static let twins: [(String, @Sendable (inout Sample) -> Void)] = [
        ("namespace", { $0.namespace = "payment" }), ("operation", { $0.operation = .update }),
        ("outcome", { $0.outcome = .indeterminate }),
        ("bundle", { $0.bundle = Digest.of(Array("next".utf8)) }), ("group", { $0.object.group = "apps.example" }),
        ("kind", { $0.object.kind = "Job" }), ("owner", { $0.ownerUID = "another" }),
        ("no owner", { $0.ownerUID = nil }),
        ("template", { $0.object.templateDigest = Digest.of(Array("other".utf8)) }),
        ("no template", { $0.object.templateDigest = nil }), ("requester", { $0.username = "alice" }),
        ("image's digest", { $0.images = [($0.images[0].reference, Digest.of([1]))] }),
        ("image's reference", { $0.images = [("ghcr.io/org/app:1@\(Sample.image)", Sample.image)] }),
        ("no image", { $0.images = [] }),
        ("another image", { $0.images.append(("ghcr.io/org/b@\(Sample.image)", Sample.image)) }),
        ("rule", { $0.rules = ["image-digest-missing"] }),
        ("another rule", { $0.rules.append("image-digest-missing") }), ("no rule", { $0.rules = [] }),
    ]

    @Test(arguments: twins.map(\.0)) func whatDiffersIsNotMerged(_ name: String) async throws {
        let change = try #require(Self.twins.first { $0.0 == name }).1
        let desk = Desk()
        try await desk.keeper.keep(Sample())
        guard case .logged(let place) = try await desk.keeper.keep(Sample().with(change)) else {
            Issue.record("\(name): merged")
            return
        }
        #expect(place.index == 1)
        // Each stands for its own repeats.
        #expect(try await desk.keeper.keep(Sample().with(change)) == .counted(place))
    }

    @Test func anUnauthenticatedDenialDoesNotStandForTheAPIServersOwn() async throws {
        let desk = Desk()
        try await desk.keeper.keep(Sample(), caller: .unauthenticated)
        guard case .logged = try await desk.keeper.keep(Sample(), caller: .authenticated) else {
            Issue.record("merged")
            return
        }
    }

    @Test func objectsWithoutOwnerAreToldApartByName() async throws {
        let desk = Desk()
        let bare = Sample().with {
            $0.ownerUID = nil
            $0.object.uid = nil
        }
        try await desk.keeper.keep(bare)
        guard case .logged = try await desk.keeper.keep(bare.with { $0.object.name = "web-2" }) else {
            Issue.record("merged")
            return
        }
    }

    @Test func partsThatRunIntoEachOtherAreKeptApart() async throws {
        let desk = Desk()
        let left = Sample().with {
            $0.object.group = "a"
            $0.object.kind = "bc"
        }
        let right = Sample().with {
            $0.object.group = "ab"
            $0.object.kind = "c"
        }
        try await desk.keeper.keep(left)
        guard case .logged = try await desk.keeper.keep(right) else {
            Issue.record("merged")
            return
        }
    }

    @Test func manyAtOnceAreAllAccountedFor() async throws {
        let desk = Desk()
        let total = 400
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<total {
                group.addTask {
                    try await desk.keeper.keep(Sample().with { $0.ownerUID = "owner-\(number % 7)" })
                    // Somebody settles in between, as the clock would have it.
                    if number % 50 == 0 { try await desk.keeper.settle(at: Sample.now + Self.window) }
                }
            }
            try await group.waitForAll()
        }
        try await desk.keeper.settle(at: Sample.now, all: true)
        let records = try desk.records
        let own = records.filter { if case .decision = $0 { true } else { false } }.count
        #expect(own + Int(try desk.repeats.map(\.count).reduce(0, +)) == total)
        #expect(own >= 7)
    }
}

/// A namespace's quota, so that a loop cannot fill the disk.
@Suite("Quota of denials") struct QuotaTests {
    private func denial(_ number: Int, _ namespace: String = "payments") -> Sample {
        Sample().with {
            $0.ownerUID = "owner-\(number)"
            $0.namespace = namespace
        }
    }

    @Test func beyondTheQuotaDenialsAreCounted() async throws {
        let desk = Desk(quota: 3)
        for number in 0..<3 {
            guard case .logged = try await desk.keeper.keep(denial(number)) else {
                Issue.record("within the quota")
                return
            }
        }
        for number in 3..<8 { #expect(try await desk.keeper.keep(denial(number)) == .overQuota) }
        #expect(desk.log.entries.count == 3)
        // Another namespace has its own.
        #expect(try await desk.keeper.keep(denial(9, "other")) != .overQuota)
        // Allows are no denials.
        guard case .logged = try await desk.keeper.keep(Sample.allow()) else {
            Issue.record("an allow is always logged")
            return
        }
        try await desk.keeper.settle(at: Sample.now + .seconds(3_599))
        #expect(try desk.suppressed.isEmpty)
        try await desk.keeper.settle(at: Sample.now + .seconds(3_600))
        let records = try desk.suppressed
        #expect(records.map(\.namespace) == ["payments"] && records.map(\.count) == [5])
        #expect(records.first?.from == Sample.now && records.first?.to == Sample.now + .seconds(3_600))
        // A new hour.
        #expect(try await desk.keeper.keep(denial(20).with { $0.at = Sample.now + .seconds(3_601) }) != .overQuota)
    }

    @Test func repeatsDoNotUseUpTheQuota() async throws {
        let desk = Desk(quota: 2)
        for _ in 0..<10 { try await desk.keeper.keep(denial(1)) }
        #expect(try await desk.keeper.keep(denial(2)) != .overQuota)
        #expect(try await desk.keeper.keep(denial(3)) == .overQuota)
    }

    @Test func theEndOfTheProcessWritesWhatWasSuppressed() async throws {
        let desk = Desk(quota: 1)
        for number in 0..<4 { try await desk.keeper.keep(denial(number)) }
        try await desk.keeper.settle(at: Sample.now, all: true)
        #expect(try desk.suppressed.map(\.count) == [3])
    }

    @Test func namespacesThatOnlyLookAlikeHaveTheirOwnQuota() async throws {
        let desk = Desk(quota: 1)
        try await desk.keeper.keep(denial(1, "caf\u{e9}"))
        #expect(try await desk.keeper.keep(denial(2, "cafe\u{301}")) != .overQuota)
    }
}
