package import Core
internal import Foundation
internal import GRDB

/// Lineage in an SQLite file, or in memory for tests.
///
/// One writer at a time, readers beside it (write-ahead log). A batch is one transaction, and the log is flushed to the
/// disk before `record` returns.
package struct SQLiteStore: LineageQuestions {
    /// What a store is opened for.
    package enum Access: Sendable, Hashable {
        /// The file is made when it is missing, and migrated when it is older.
        case readWrite
        /// What is recorded stays as it is, and nothing new stays beside the file.
        case readOnly
    }

    private let database: any DatabaseWriter
    /// The file's path; `nil` in memory.
    package let path: String?
    private let access: Access
    /// The state of the file when it was opened, if it is read without any lock.
    private let stamp: StoreFile.Stamp?

    static let maximumBatch = Cap("events of a batch", 10_000)

    /// Opens a store.
    ///
    /// A file of an older version is copied to `PATH.v<version>.backup` before it is migrated.
    ///
    /// - Throws: ``LineageError`` when the file is no lineage store, is newer than this program, or cannot be used.
    package init(path: String, access: Access = .readWrite) throws(LineageError) {
        try self.init(path: path, access: access, schema: .current)
    }

    init(path: String, access: Access = .readWrite, schema: SQLiteSchema) throws(LineageError) {
        try self.init(SQLiteOpening(path: path, access: access, schema: schema))
    }

    init(_ opening: SQLiteOpening) throws(LineageError) {
        path = opening.path
        access = opening.access
        do {
            let opened = try opening.open()
            database = opened.database
            stamp = opened.stamp
        } catch {
            throw LineageError(error, path: opening.path)
        }
    }

    private init(memory: DatabaseQueue) {
        database = memory
        path = nil
        access = .readWrite
        stamp = nil
    }

    /// An empty store that ends with the value.
    ///
    /// - Throws: ``LineageError`` when there is no memory for it.
    package static func inMemory() throws(LineageError) -> SQLiteStore {
        do {
            let queue = try DatabaseQueue(configuration: SQLiteOpening.configuration)
            try SQLiteSchema.current.migrator.migrate(queue)
            return SQLiteStore(memory: queue)
        } catch {
            throw LineageError(error, path: nil)
        }
    }

    /// Closes the file; the store answers nothing afterwards.
    ///
    /// - Throws: ``LineageError`` when it is still in use.
    package func close() throws(LineageError) {
        // SQLite folds the log into the file when its last connection closes, if that one may write.
        (database as? DatabasePool)?.invalidateReadOnlyConnections()
        do { try database.close() } catch { throw LineageError(error, path: path) }
    }

    @discardableResult
    package func record(_ events: [LineageEvent], at now: Instant) async throws(LineageError) -> Recording {
        if events.count > Self.maximumBatch.limit {
            throw LineageError(CapExceeded(cap: Self.maximumBatch, seen: events.count))
        }
        guard access == .readWrite else {
            throw LineageError(
                .storage, "the store was opened for reading only; open it for writing to record", at: path)
        }
        let changes = events.map { GraphChange($0) }
        return try await perform { store in
            try await store.write { database in
                var writer = SQLiteWriter(database, now: now)
                var recording = Recording()
                for change in changes {
                    if try writer.write(change) { recording.new += 1 } else { recording.known += 1 }
                }
                return recording
            }
        }
    }

    package func why(_ image: Digest, limits: WhyLimits) async throws(LineageError) -> WhyReport {
        try await perform { store in
            try await store.read { try SQLiteReader($0, limits: limits).report(on: image) }
        }
    }

    package func allows(
        of image: Digest, environment: String, order: TimeOrder, limit: Int
    ) async throws(LineageError) -> [RecordedAllow] {
        try await perform { store in
            try await store.read { database in
                let reader = SQLiteReader(database)
                guard let node = try reader.id(of: .image(image)) else { return [] }
                return try reader.allows(
                    SQLiteQuery.allows(order), [node, environment.column, SQLiteReader.bounded(limit)])
            }
        }
    }

    package func admissions(
        ownerUID: String, templateDigest: String, order: TimeOrder, limit: Int
    ) async throws(LineageError) -> [RecordedAllow] {
        try await perform { store in
            try await store.read { database in
                try SQLiteReader(database).allows(
                    SQLiteQuery.admissions(order),
                    [ownerUID.column, templateDigest.column, SQLiteReader.bounded(limit)])
            }
        }
    }

    package func contents(of image: Digest) async throws(LineageError) -> ImageContents? {
        try await perform { store in try await store.read { try SQLiteReader($0).contents(of: image) } }
    }

    package func troubles(limit: Int) async throws(LineageError) -> [LineageTrouble] {
        try await perform { store in try await store.read { try SQLiteReader($0).troubles(limit: limit) } }
    }

    package func whereabouts(of term: SearchTerm, limit: Int) async throws(LineageError) -> Whereabouts {
        try await perform { store in
            try await store.read { try SQLiteReader($0).whereabouts(of: term, limit: limit) }
        }
    }

    package func history(
        environment: String?, at instant: Instant, limit: Int
    ) async throws(LineageError) -> (workloads: [RunningWorkload], isCut: Bool) {
        try await perform { store in
            try await store.read {
                try SQLiteReader($0).history(environment: environment, at: instant, limit: limit)
            }
        }
    }

    package func placements(
        of workload: WorkloadName, limit: Int
    ) async throws(LineageError) -> [RunningWorkload] {
        try await perform { store in
            try await store.read { try SQLiteReader($0).placements(of: workload, limit: limit) }
        }
    }

    private func perform<Result>(
        _ body: (any DatabaseWriter) async throws -> Result
    ) async throws(LineageError) -> Result {
        do {
            let result = try await body(database)
            try refuseChange()
            return result
        } catch {
            try refuseChange()
            throw LineageError(error, path: path)
        }
    }

    /// Nothing keeps others from writing to a file that is read without a lock: what was read beside that may be wrong.
    private func refuseChange() throws(LineageError) {
        guard let stamp, let path, StoreFile(path: path).stamp != stamp else { return }
        throw LineageError(.busy, "the store was changed while it was being read; open it again", at: path)
    }

    /// How SQLite would run every statement that answers a question.
    func queryPlans() async throws(LineageError) -> [(sql: String, plan: [String])] {
        try await perform { store in
            try await store.read { database in
                try SQLiteQuery.all.map { sql in
                    let count = sql.utf8.count { $0 == UInt8(ascii: "?") }
                    let arguments = StatementArguments(Array(repeating: 1, count: count))
                    let rows = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
                    return (sql, rows.map { $0["detail"] as String })
                }
            }
        }
    }

    /// Every row of every table as text, to compare two states of a store.
    func contents() async throws(LineageError) -> [String] {
        try await perform { store in
            try await store.read { database in
                try [
                    "node", "source", "verification", "edge", "decision", "decision_image", "bill", "containment",
                    "package_version", "image_bill", "quarantine", "placement", "commit_sha",
                ].flatMap { table in
                    try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
                }.sorted()
            }
        }
    }

    /// A setting of the connection that writes.
    func setting(_ name: String) async throws(LineageError) -> String? {
        try await perform { store in
            try await store.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
    }

    /// Runs a statement of a test, such as one that damages the store.
    func execute(_ sql: String) async throws(LineageError) {
        try await perform { store in try await store.write { try $0.execute(sql: sql) } }
    }
}
