import Core
import TestSupport
import Testing

@testable import Lineage

/// What ran where and when, as decisions tell it.
@Suite struct PlacesTests {
    static let old = Digest.of(Array("old".utf8))
    static let new = Digest.of(Array("new".utf8))

    static func decision(
        _ image: Digest?, _ seconds: Int64, operation: String = "CREATE", name: String = "checkout",
        kind: String = "Deployment", namespace: String = "payments", environment: String = "prod",
        outcome: String = "allow", mode: String = "Enforce", owner: String? = nil, note: String? = nil,
        dryRun: Bool = false
    ) throws -> DecisionRecord {
        guard
            var document = Story.document(
                outcome, mode: mode, at: Story.now + .seconds(seconds), environment: environment, dryRun: dryRun,
                image: image ?? old
            ).object
        else { throw Story.Problem(text: "no object") }
        document["operation"] = .string(operation)
        document["namespace"] = .string(namespace)
        document["note"] = note.map { .string($0) }
        document["object"] = [
            "kind": .string(kind), "name": .string(name), "uid": "uid-1",
            "ownerUid": owner.map { .string($0) } ?? .null,
        ]
        if image == nil { document["images"] = [] }
        return try DecisionRecord(.object(document))
    }

    private func store(_ decisions: [DecisionRecord]) async throws -> SQLiteStore {
        let store = try SQLiteStore.inMemory()
        try await store.record(decisions.map { .decision($0) }, at: Story.now)
        return store
    }

    private func running(_ store: SQLiteStore, _ seconds: Int64, _ environment: String? = "prod") async throws
        -> [String]
    {
        let found = try await store.history(
            environment: environment, at: Story.now + .seconds(seconds), limit: 100)
        return found.workloads.map { "\($0.name) \($0.images.compactMap(\.digest).map(\.description).joined())" }
    }

    /// The release, the next one, and its end; each instant shows what ran then, also at the very second.
    @Test(arguments: [false, true]) func historyShowsWhatRanThen(_ isReversed: Bool) async throws {
        let decisions = [
            try Self.decision(Self.old, 0), try Self.decision(Self.new, 100, operation: "UPDATE"),
            try Self.decision(nil, 200, operation: "DELETE", note: "always allowed: deletion"),
        ]
        let store = try await store(isReversed ? decisions.reversed() : decisions)
        let name = "eu-1/payments/Deployment/checkout"
        #expect(try await running(store, -1) == [])
        #expect(try await running(store, 0) == ["\(name) \(Self.old)"])
        #expect(try await running(store, 99) == ["\(name) \(Self.old)"])
        #expect(try await running(store, 100) == ["\(name) \(Self.new)"])
        #expect(try await running(store, 200) == [])
        #expect(try await running(store, 150, "staging") == [])
        #expect(try await running(store, 150, nil).count == 1)
    }

    /// What changed nothing that runs is no part of history: refusals, tries, labels, and what controllers make.
    @Test func whatStartedNothingIsLeftOut() async throws {
        let store = try await store([
            try Self.decision(Self.old, 0),
            try Self.decision(Self.new, 10, operation: "UPDATE", outcome: "deny"),
            try Self.decision(Self.new, 20, operation: "UPDATE", dryRun: true),
            try Self.decision(Self.new, 30, operation: "UPDATE", note: "always allowed: change of metadata"),
            try Self.decision(Self.new, 40, name: "checkout-abc", kind: "ReplicaSet", owner: "uid-1"),
        ])
        #expect(try await running(store, 100) == ["eu-1/payments/Deployment/checkout \(Self.old)"])
    }

    /// Attack: a forged deletion, dated far ahead, hides what runs. A document that is handed in tells nothing until what
    /// decided it records it.
    @Test func aDocumentThatIsHandedInPlacesNothing() async throws {
        let store = try await store([try Self.decision(Self.old, 0)])
        let ahead = try Self.decision(nil, 1_000, operation: "DELETE", note: "always allowed: deletion")
        let next = try Self.decision(Self.new, 100, operation: "UPDATE", outcome: "deny", mode: "Audit")
        let handedIn = try [ahead, next].map { try DecisionRecord(parsing: $0.document.canonical) }
        try await store.record(handedIn.map { .decision($0) }, at: Story.now)
        let name = "eu-1/payments/Deployment/checkout"
        #expect(try await running(store, 2_000) == ["\(name) \(Self.old)"])
        try await store.record([.decision(next)], at: Story.now)
        #expect(try await running(store, 2_000) == ["\(name) \(Self.new)"])
    }

    /// More workloads than were asked for are not kept quiet.
    @Test func moreWorkloadsThanAskedForAreSaid() async throws {
        let store = try await store(try (0..<25).map { try Self.decision(Self.old, $0, name: "web-\($0)") })
        let package = ContentsTests.package("log", "2.14.0")
        try await store.record(
            [.bill(try ContentsTests.bill("1", [package], images: [Self.old]))], at: Story.now)
        let all = try await store.whereabouts(of: .package(package.key), limit: 25)
        #expect(all.workloads.count == 25 && !all.isCut)
        let some = try await store.whereabouts(of: .package(package.key), limit: 24)
        #expect(some.workloads.count == 24 && some.isCut)
    }

    /// In Audit a would-be denial runs all the same; it is no admission.
    @Test func whatAuditLetThroughRan() async throws {
        let store = try await store([try Self.decision(Self.old, 0, outcome: "deny", mode: "Audit")])
        let found = try await store.history(environment: "prod", at: Story.now, limit: 10).workloads
        #expect(found.map(\.isAdmission) == [false])
    }

    @Test func aPackageIsFollowedToWhatRunsIt() async throws {
        let store = try await store([
            try Self.decision(Self.old, 0), try Self.decision(Self.new, 100, operation: "UPDATE"),
            try Self.decision(Self.old, 50, name: "worker"),
        ])
        let package = ContentsTests.package("log", "2.14.0")
        try await store.record(
            [.bill(try ContentsTests.bill("1", [package], images: [Self.old]))], at: Story.now)
        let found = try await store.whereabouts(of: .package(package.key), limit: 10)
        // The checkout runs another image by now.
        #expect(found.workloads.map(\.description) == ["eu-1/payments/Deployment/worker"])
    }

    @Test func aCommitIsFollowedToWhatRunsIt() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record(
            [.evidence(try Story.provenance()), .decision(try Self.decision(Story.digest, 0))], at: Story.now)
        let builder = "https://github.com/actions/runner/github-hosted"
        for term in [SearchTerm.commit(Story.commit), .builder(builder)] {
            let found = try await store.whereabouts(of: term, limit: 10)
            #expect(found.images.map(\.digest) == [Story.digest.description])
            #expect(found.workloads.map(\.description) == ["eu-1/payments/Deployment/checkout"])
        }
        #expect(
            try await store.whereabouts(of: .commit(String(repeating: "0", count: 40)), limit: 10).images.isEmpty)
    }

    @Test func aWorkloadsReleasesAreNewestFirst() async throws {
        let store = try await store([
            try Self.decision(Self.old, 0), try Self.decision(Self.new, 100, operation: "UPDATE"),
            try Self.decision(nil, 200, operation: "DELETE", note: "always allowed: deletion"),
        ])
        let name = try #require(WorkloadName("eu-1/payments/Deployment/checkout"))
        let found = try await store.placements(of: name, limit: 10)
        #expect(found.flatMap(\.images).compactMap(\.digest) == [Self.new, Self.old])
        #expect(try await store.placements(of: name, limit: 1).count == 1)
        let unknown = WorkloadName(cluster: "eu-1", namespace: "payments", kind: "Deployment", name: "other")
        #expect(try await store.placements(of: unknown, limit: 10).isEmpty)
    }

    @Test func aWorkloadsNameHasFourParts() {
        #expect(WorkloadName("eu-1/payments/Deployment/checkout")?.kind == "Deployment")
        for text in ["", "a/b/c", "a/b/c/d/e", "a//c/d", "a/b/c/"] { #expect(WorkloadName(text) == nil) }
    }

    /// A store of the first version learns places from the decisions that it has.
    @Test func anOlderStoreLearnsPlaces() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        var schema = SQLiteSchema.current
        schema.migrations.removeLast()
        let first = try SQLiteStore(path: path, schema: schema)
        try await first.execute(
            """
            INSERT INTO source(id, kind, digest, about, signed, seen, seen_ns, document)
            VALUES (1, 'decision', 'sha256:00', '', 0, 0, 0, '\(
                String(decoding: try Self.decision(Self.old, 0).document.canonical, as: UTF8.self))')
            """)
        try await first.execute(
            """
            INSERT INTO decision(source, at, at_ns, admission, dry_run, mode, cluster, environment, tenant, owner, template)
            VALUES (1, \(Story.now.seconds), 0, 1, 0, 'Enforce', 'eu-1', 'prod', 'tenant-a', 'uid-1', NULL)
            """)
        try first.close()
        let second = try SQLiteStore(path: path)
        #expect(try await running(second, 0) == ["eu-1/payments/Deployment/checkout \(Self.old)"])
    }
}
