import Core
import Lineage
import Testing

/// What promotion and rescheduling are told: only what was really allowed.
@Suite struct PromotionTests {
    @Test(arguments: [
        ("allow", "Enforce", false, 1), ("allow", "Audit", false, 1),
        ("allow", "Enforce", true, 0), ("deny", "Enforce", false, 0), ("indeterminate", "Enforce", false, 0),
        // In Audit the API server was told to allow it.
        ("deny", "Audit", false, 0), ("indeterminate", "Audit", false, 0),
    ])
    func onlyAnAllowThatIsNoDryRunCounts(outcome: String, mode: String, dryRun: Bool, count: Int) async throws {
        let store = try SQLiteStore.inMemory()
        let record = try Story.decision(outcome, mode: mode, dryRun: dryRun)
        try await store.record([.decision(record)], at: Story.now)
        let allows = try await store.allows(of: Story.digest, environment: "prod")
        let admissions = try await store.admissions(ownerUID: "uid-1", templateDigest: "sha256:aa")
        #expect(allows.count == count)
        #expect(admissions == allows)
        if count == 1 {
            #expect(
                allows == [
                    RecordedAllow(
                        at: Story.now, decision: record.id, cluster: "eu-1", environment: "prod", mode: mode)
                ])
        }
    }

    /// A change of labels is always allowed, also of a workload that no policy would let in.
    @Test(arguments: [
        ("operation", "CREATE", 1), ("operation", "UPDATE", 1), ("operation", "DELETE", 0),
        ("operation", "CONNECT", 0), ("operation", "update", 0),
        ("note", "always allowed: change of metadata", 0), ("note", "", 1),
    ])
    func whatIsAlwaysAllowedPromotesNothing(field: String, value: String, count: Int) async throws {
        let store = try SQLiteStore.inMemory()
        var document = try #require(Story.document().object)
        document[field] = .string(value)
        try await store.record([.decision(try DecisionRecord(.object(document)))], at: Story.now)
        #expect(try await store.allows(of: Story.digest, environment: "prod").count == count)
        #expect(try await store.admissions(ownerUID: "uid-1", templateDigest: "sha256:aa").count == count)
        #expect(try await store.why(Story.digest).decisionCount == 1)
    }

    @Test(arguments: [
        ("prod", 1), ("Prod", 0), ("staging", 0), ("prod\u{0}", 0), ("", 0), ("prod' OR '1'='1", 0), ("%", 0),
    ])
    func environmentsAreComparedByteForByte(environment: String, count: Int) async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.decision(try Story.decision())], at: Story.now)
        #expect(try await store.allows(of: Story.digest, environment: environment).count == count)
    }

    /// SQLite's interfaces end a text at a NUL: "prod\0x" must not be kept as "prod".
    @Test func aNulDoesNotMakeAnEnvironmentAnother() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.decision(try Story.decision(environment: "prod\u{0}x"))], at: Story.now)
        #expect(try await store.allows(of: Story.digest, environment: "prod").isEmpty)
        #expect(try await store.allows(of: Story.digest, environment: "prod\u{0}x").count == 1)
    }

    @Test func anotherImageIsNotPromoted() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.decision(try Story.decision())], at: Story.now)
        #expect(try await store.allows(of: Digest.of([1]), environment: "prod").isEmpty)
    }

    @Test func adecisionWithoutEnvironmentCountsNowhere() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.decision(try Story.decision(environment: nil))], at: Story.now)
        #expect(try await store.allows(of: Story.digest, environment: "").isEmpty)
    }

    @Test func timelinesAreAskedFromEitherEnd() async throws {
        let store = try SQLiteStore.inMemory()
        let times = [3, 1, 2].map { Story.now + .seconds($0) }
        try await store.record(try times.map { .decision(try Story.decision(at: $0)) }, at: Story.now)
        let newest = try await store.allows(of: Story.digest, environment: "prod", order: .newestFirst, limit: 2)
        let oldest = try await store.allows(of: Story.digest, environment: "prod", order: .oldestFirst, limit: 2)
        #expect(newest.map { $0.at.seconds - Story.now.seconds } == [3, 2])
        #expect(oldest.map { $0.at.seconds - Story.now.seconds } == [1, 2])
        let first = try await store.admissions(
            ownerUID: "uid-1", templateDigest: "sha256:aa", order: .oldestFirst, limit: 1)
        #expect(first.map { $0.at.seconds - Story.now.seconds } == [1])
    }

    @Test(arguments: [
        // What the object says of its own owner is no admission of that owner.
        ("owner-1", "sha256:aa"), ("uid-2", "sha256:aa"), ("uid-1", "sha256:ab"), ("", ""),
    ])
    func anotherOwnerOrTemplateWasNotAdmitted(owner: String, template: String) async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.decision(try Story.decision())], at: Story.now)
        #expect(try await store.admissions(ownerUID: owner, templateDigest: template).isEmpty)
    }

    /// How often the decision on the story's image counts, as promotion and as rescheduling see it.
    private static func count(_ store: SQLiteStore) async throws -> [Int] {
        [
            try await store.allows(of: Story.digest, environment: "prod").count,
            try await store.admissions(ownerUID: "uid-1", templateDigest: "sha256:aa").count,
        ]
    }

    @Test(arguments: [(true as Bool?, 1), (false, 0), (nil, 0)])
    func onlyASignedBundleAdmits(signed: Bool?, count: Int) async throws {
        let store = try SQLiteStore.inMemory()
        let record = try DecisionRecord(Story.document(signed: signed))
        try await store.record([.decision(record)], at: Story.now)
        #expect(try await Self.count(store) == [count, count])
        #expect(try await store.why(Story.digest).decisionCount == 1)
    }

    /// What somebody hands in explains, and admits nothing; what was decided counts, whichever came first.
    @Test(arguments: [
        ([true], 0), ([false], 1), ([true, false], 1), ([false, true], 1), ([true, false, true], 1), ([true, true], 0),
    ])
    func onlyWhatTheDeciderRecordsCounts(imported: [Bool], count: Int) async throws {
        let document = Story.document()
        let store = try SQLiteStore.inMemory()
        let batch = try SQLiteStore.inMemory()
        let events = try imported.map { isImported -> LineageEvent in
            .decision(try isImported ? DecisionRecord(parsing: document.canonical) : DecisionRecord(document))
        }
        for event in events { try await store.record([event], at: Story.now) }
        #expect(try await batch.record(events, at: Story.now).known == imported.count - 1)
        for store in [store, batch] {
            #expect(try await Self.count(store) == [count, count])
            #expect(try await store.why(Story.digest).decisionCount == 1)
        }
    }

    /// Raising a decision that was handed in raises that decision alone, and all its images.
    @Test func raisingADecisionLeavesOthersAsTheyAre() async throws {
        let store = try SQLiteStore.inMemory()
        let other = Digest.of(Array("sidecar".utf8))
        var document = try #require(Story.document().object)
        let images = try #require(document["images"]?.array)
        document["images"] = .array(
            images + [["reference": .string("ghcr.io/example/sidecar@\(other)"), "digest": .string(other.description)]])
        let decided = JSONValue.object(document)
        let stranger = Story.document(at: Story.now + .seconds(1))
        try await store.record(
            [decided, stranger].map { .decision(try DecisionRecord(parsing: $0.canonical)) }, at: Story.now)
        #expect(try await Self.count(store) == [0, 0])
        try await store.record([.decision(try DecisionRecord(decided))], at: Story.now)
        #expect(try await Self.count(store) == [1, 1])
        #expect(try await store.allows(of: other, environment: "prod").map(\.at) == [Story.now])
    }

    /// The environment that the decider knows is the one that counts.
    @Test func raisingADecisionTakesTheDecidersEnvironment() async throws {
        let store = try SQLiteStore.inMemory()
        let document = Story.document(environment: nil)
        try await store.record([.decision(try DecisionRecord(parsing: document.canonical))], at: Story.now)
        try await store.record([.decision(try DecisionRecord(document, environment: "prod"))], at: Story.now)
        #expect(try await Self.count(store) == [1, 1])
    }
}
