import Core
import Foundation
import TestSupport
import Testing

@testable import Lineage

/// A store keeps what it acknowledged, touches nothing that is not its own, and scans no table.
@Suite struct StoreTests {
    static func everything() throws -> [LineageEvent] {
        let provenance = try Story.provenance()
        return [
            .evidence(provenance), .evidence(try Story.billOfMaterials()), .evidence(try Story.testResult()),
            .evidence(try Story.claims()), .pullRequest(try Story.pullRequest()),
            .decision(try Story.decision(evidence: [provenance.digest])), .decision(try Story.decision("deny")),
        ]
    }

    static func code<Value>(_ body: () async throws -> Value) async -> LineageError.Code? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? LineageError)?.code
        }
    }

    @Test func recordingTwiceChangesNothing() async throws {
        let store = try SQLiteStore.inMemory()
        let events = try Self.everything()
        #expect(try await store.record(events, at: Story.now) == Recording(new: 7, known: 0))
        let before = try await store.contents()
        #expect(try await store.record(events + events, at: Story.now + .seconds(60)) == Recording(new: 0, known: 14))
        #expect(try await store.contents() == before)
        #expect(before.count > 40)
    }

    @Test func orderOfRecordingDoesNotMatter() async throws {
        let events = try Self.everything()
        let forwards = try SQLiteStore.inMemory()
        let backwards = try SQLiteStore.inMemory()
        try await forwards.record(events, at: Story.now)
        for event in events.reversed() { try await backwards.record([event], at: Story.now) }
        let report = try await forwards.why(Story.digest)
        #expect(try await backwards.why(Story.digest).json == report.json)
    }

    @Test func whatWasAcknowledgedIsThereAfterReopening() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/sub/lineage.db"
        let events = try Self.everything()
        let first = try SQLiteStore(path: path)
        for event in events { try await first.record([event], at: Story.now) }
        let report = try await first.why(Story.digest)
        // The first store is still open, as that of a process that will be killed: its log was never folded in.
        let second = try SQLiteStore(path: path)
        #expect(try await second.why(Story.digest) == report)
        try first.close()
        try second.close()
        let third = try SQLiteStore(path: path, access: .readOnly)
        #expect(try await third.why(Story.digest) == report)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    /// A batch is on the disk before it is acknowledged; a process that is killed, or a machine, loses none.
    @Test func theLogIsFlushedWithEveryBatch() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/lineage.db")
        #expect(try await store.setting("journal_mode") == "wal")
        #expect(try await store.setting("synchronous") == "2")
        #expect(try await store.setting("foreign_keys") == "1")
        #expect(try await store.setting("trusted_schema") == "0")
    }

    /// The file as a killed process leaves it: the copied log was never folded into the database.
    @Test func aStoreIsWholeAfterItsProcessWasKilled() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/lineage.db")
        for event in try Self.everything() { try await store.record([event], at: Story.now) }
        let killed = try TemporaryFolder()
        for name in ["lineage.db", "lineage.db-wal"] {
            try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(killed.path)/\(name)")
        }
        let log = try FileManager.default.attributesOfItem(atPath: killed.path + "/lineage.db-wal")[.size] as? Int
        #expect((log ?? 0) > 0)
        let report = try await store.why(Story.digest)
        #expect(try await SQLiteStore(path: killed.path + "/lineage.db").why(Story.digest) == report)
    }

    @Test func aBatchIsRecordedAsAWholeOrNotAtAll() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.execute(
            """
            CREATE TRIGGER full BEFORE INSERT ON decision WHEN NEW.admission = 0
            BEGIN SELECT RAISE(ABORT, 'no more'); END
            """)
        let before = try await store.contents()
        #expect(await Self.code { try await store.record(try Self.everything(), at: Story.now) } == .corrupt)
        #expect(try await store.contents() == before)
        #expect(try await store.record(try Array(Self.everything().dropLast()), at: Story.now).new == 6)
    }

    @Test func aBatchHasACap() async throws {
        let store = try SQLiteStore.inMemory()
        let event = LineageEvent.pullRequest(try Story.pullRequest())
        let cap = SQLiteStore.maximumBatch.limit
        #expect(
            await Self.code {
                try await store.record(Array(repeating: event, count: cap + 1), at: Story.now)
            } == .tooLarge)
        #expect(try await store.record(Array(repeating: event, count: cap), at: Story.now).new == 1)
    }

    @Test func evidenceVerifiedAgainstAnotherTrustRootAddsOnlyThat() async throws {
        let store = try SQLiteStore.inMemory()
        let record = try Story.claims()
        try await store.record([.evidence(record)], at: Story.now)
        let rows = try await store.contents().count
        let other = EvidenceRecord(
            digest: record.digest, artifact: record.artifact, signer: record.signer,
            predicateType: record.predicateType, facts: record.facts, times: record.times,
            logEntries: record.logEntries, trustRoot: Digest.of([1]))
        #expect(try await store.record([.evidence(other)], at: Story.now).known == 1)
        #expect(try await store.contents().count == rows + 1)
        #expect(try await store.why(Story.digest).evidence.map(\.trustRoots.count) == [2])
    }

    @Test(arguments: ["no database at all", "SQLite format 3", "\u{0}\u{0}\u{0}\u{0}"])
    func anotherFileIsRefusedAndStaysAsItIs(content: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", content)
        for access in [SQLiteStore.Access.readWrite, .readOnly] {
            #expect(await Self.code { try SQLiteStore(path: path, access: access) } == .foreign)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test func anotherProgramsDatabaseIsRefusedAndStaysAsItIs() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        let store = try SQLiteStore(path: path)
        try await store.execute("PRAGMA application_id = 1")
        try store.close()
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(await Self.code { try SQLiteStore(path: path) } == .foreign)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func aFolderIsRefused() async throws {
        let folder = try TemporaryFolder()
        #expect(await Self.code { try SQLiteStore(path: folder.path) } == .foreign)
    }

    @Test func aMissingFileIsMadeOnlyForWriting() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        #expect(await Self.code { try SQLiteStore(path: path, access: .readOnly) } == .missing)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        try SQLiteStore(path: path).close()
        try SQLiteStore(path: path, access: .readOnly).close()
    }

    @Test func anEmptyFileBecomesAStore() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("lineage.db", "")
        try await SQLiteStore(path: path).record([.pullRequest(try Story.pullRequest())], at: Story.now)
    }

    static var nextSchema: SQLiteSchema {
        var schema = SQLiteSchema.current
        schema.migrations.append(
            SQLiteSchema.Migration(name: "test", sql: "CREATE TABLE later(id INTEGER) STRICT"))
        return schema
    }

    @Test func anOlderStoreIsCopiedAndMigratedAndANewerOneRefused() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        let old = try SQLiteStore(path: path)
        try await old.record(try Self.everything(), at: Story.now)
        let report = try await old.why(Story.digest)
        try old.close()

        #expect(
            await Self.code { try SQLiteStore(path: path, access: .readOnly, schema: Self.nextSchema) } == .older)
        let new = try SQLiteStore(path: path, schema: Self.nextSchema)
        #expect(try await new.why(Story.digest) == report)
        try new.close()
        #expect(await Self.code { try SQLiteStore(path: path) } == .newer)
        #expect(await Self.code { try SQLiteStore(path: path, access: .readOnly) } == .newer)

        let backup = try SQLiteStore(path: path + ".v\(SQLiteSchema.current.version).backup", access: .readOnly)
        #expect(try await backup.why(Story.digest) == report)
        // Opened again, nothing is migrated and no further copy is made.
        try SQLiteStore(path: path, schema: Self.nextSchema).close()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.filter { $0.hasSuffix(".backup") } == ["lineage.db.v\(SQLiteSchema.current.version).backup"])
    }

    @Test func aMigrationThatFailsChangesNothing() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        let old = try SQLiteStore(path: path)
        try await old.record(try Self.everything(), at: Story.now)
        let before = try await old.contents()
        try old.close()
        var schema = SQLiteSchema.current
        schema.migrations.append(
            SQLiteSchema.Migration(name: "2 broken", sql: "DELETE FROM edge; CREATE TABLE node(id INTEGER)"))
        #expect(await Self.code { try SQLiteStore(path: path, schema: schema) } != nil)
        #expect(try await SQLiteStore(path: path).contents() == before)
    }

    /// A full scan of a table of ten million rows would be seconds; every statement must search an index.
    @Test func noQuestionScansATable() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record(try Self.everything(), at: Story.now)
        let plans = try await store.queryPlans()
        #expect(plans.count == SQLiteQuery.all.count)
        for (sql, plan) in plans {
            #expect(!plan.isEmpty)
            #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(sql)\n\(plan)")
        }
        let used = plans.flatMap(\.plan).joined(separator: "\n")
        for index in ["edge_reverse", "decision_allow", "decision_template"] {
            #expect(used.contains(index), "\(index) is not used")
        }
    }

    @Test func codesOfKindsAreUnique() {
        #expect(Set(NodeKind.allCases.map(\.code)).count == NodeKind.allCases.count)
        #expect(Set(EdgeKind.allCases.map(\.code)).count == EdgeKind.allCases.count)
    }
}
