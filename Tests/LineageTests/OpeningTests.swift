import Core
import Foundation
import TestSupport
import Testing

@testable import Lineage

/// Several processes may open one store at once, and who only reads leaves nothing behind.
@Suite struct OpeningTests {
    static func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    static func error(_ body: () throws -> SQLiteStore) -> LineageError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? LineageError
        }
    }

    static func opening(
        _ path: String, _ access: SQLiteStore.Access = .readOnly, isWritable: Bool? = nil
    ) -> SQLiteOpening {
        SQLiteOpening(
            path: path, access: access, schema: .current, patience: .milliseconds(60), isWritable: isWritable)
    }

    /// Each opener has its own descriptor, so threads exclude each other as processes do.
    @Test(arguments: [false, true])
    func manyOpenersOfANewStoreMakeItOnce(isOlder: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/sub/lineage.db"
        if isOlder { try SQLiteStore(path: path).close() }
        let schema = isOlder ? StoreTests.nextSchema : .current
        let events = try StoreTests.everything()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    let store = try SQLiteStore(path: path, schema: schema)
                    let new = try await store.record(events, at: Story.now).new
                    try store.close()
                    return new
                }
            }
            var new = 0
            for try await count in group { new += count }
            #expect(new == events.count)
        }
        let store = try SQLiteStore(path: path, access: .readOnly, schema: schema)
        #expect(try await store.why(Story.digest).isKnown)
        try store.close()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/sub").sorted()
        #expect(left == ["lineage.db"] + (isOlder ? ["lineage.db.v\(SQLiteSchema.current.version).backup"] : []))
    }

    @Test func anOpenerThatNeverEndsIsWaitedForAndNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        let lock = try StoreLock(store: path, wait: .zero)
        let error = Self.error { try SQLiteStore(Self.opening(path, .readWrite)) }
        #expect(error?.code == .busy)
        #expect(error?.location == path + ".lock")
        #expect(try Self.names(folder) == ["lineage.db.lock"])
        lock.release()
        try SQLiteStore(Self.opening(path, .readWrite)).close()
        #expect(try Self.names(folder) == ["lineage.db"])
    }

    /// A killed process leaves the lock's file and no lock; somebody else's file of that name is not removed.
    @Test(arguments: [("", false), ("somebody's", true)])
    func aLockFileWithoutALockHindersNobody(content: String, stays: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write("lineage.db.lock", content)
        try SQLiteStore(Self.opening(folder.path + "/lineage.db", .readWrite)).close()
        #expect(try Self.names(folder).contains("lineage.db.lock") == stays)
    }

    @Test func aNewStoreIsNotMadeThroughALink() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: folder.path + "/elsewhere.db")
        #expect(Self.error { try SQLiteStore(path: path) }?.code == .storage)
        #expect(try Self.names(folder) == ["lineage.db"])
    }

    /// With and without write access to the folder; names that mean something in a URI are only names.
    @Test(arguments: [true, false], ["lineage.db", "a b%20?mode=rwc#é.db"])
    func readingLeavesNothingBesideTheFile(isWritable: Bool, name: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + name
        let writer = try SQLiteStore(path: path)
        try await writer.record(StoreTests.everything(), at: Story.now)
        let report = try await writer.why(Story.digest)
        try writer.close()
        let bytes = try Data(contentsOf: URL(filePath: path))
        let reader = try SQLiteStore(Self.opening(path, isWritable: isWritable))
        #expect(try await reader.why(Story.digest) == report)
        if !isWritable { #expect(try Self.names(folder) == [name]) }
        try reader.close()
        #expect(try Self.names(folder) == [name])
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }

    @Test func whatIsInUseCannotBeReadWithoutWriteAccess() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        let writer = try SQLiteStore(path: path)
        let events = try StoreTests.everything()
        try await writer.record(events, at: Story.now)
        let error = Self.error { try SQLiteStore(Self.opening(path, isWritable: false)) }
        #expect(error?.code == .pendingLog)
        #expect(error?.message.contains("copy the store") == true)
        #expect(error?.message.contains("as its owner") == true)
        let reader = try SQLiteStore(Self.opening(path, isWritable: true))
        #expect(try await reader.why(Story.digest) == writer.why(Story.digest))
        try reader.close()
        // The reader took nothing away from the writer.
        #expect(try await writer.record(events, at: Story.now).known == events.count)
        try writer.close()
        #expect(try Self.names(folder) == ["lineage.db"])
    }

    /// Without locks nobody keeps a writer away: what is read while the file changes is not answered.
    @Test func aFileThatChangesWhileItIsReadIsNoticed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        try SQLiteStore(path: path).close()
        let reader = try SQLiteStore(Self.opening(path, isWritable: false))
        #expect(try await !reader.why(Story.digest).isKnown)
        let writer = try SQLiteStore(path: path)
        try await writer.record(StoreTests.everything(), at: Story.now)
        #expect(await StoreTests.code { try await reader.why(Story.digest) } == .busy)
        try writer.close()
        #expect(await StoreTests.code { try await reader.why(Story.digest) } == .busy)
        #expect(try await SQLiteStore(Self.opening(path, isWritable: false)).why(Story.digest).isKnown)
    }

    @Test(arguments: [true, false])
    func whatIsOpenForReadingRecordsNothing(isWritable: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        try SQLiteStore(path: path).close()
        let reader = try SQLiteStore(Self.opening(path, isWritable: isWritable))
        #expect(try await !reader.why(Story.digest).isKnown)
        #expect(await StoreTests.code { try await reader.record(StoreTests.everything(), at: Story.now) } == .storage)
    }

    @Test func aLookAtAnotherProgramsDatabaseLeavesNothingBesideIt() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lineage.db"
        let store = try SQLiteStore(path: path)
        try await store.execute("PRAGMA application_id = 1")
        try store.close()
        for access in [SQLiteStore.Access.readWrite, .readOnly] {
            #expect(Self.error { try SQLiteStore(path: path, access: access) }?.code == .foreign)
        }
        #expect(try Self.names(folder) == ["lineage.db"])
    }
}
