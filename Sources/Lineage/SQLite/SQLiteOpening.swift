internal import Core
internal import Foundation
internal import GRDB

/// Opens a file: looks at what it is without touching it, keeps a copy before it changes its shape.
struct SQLiteOpening {
    let path: String
    let access: SQLiteStore.Access
    let schema: SQLiteSchema
    /// How long another process may be opening the store.
    var patience = Duration.seconds(10)
    /// Whether this user may write to the file and its folder; the file system is asked when it is `nil`.
    var isWritable: Bool?

    private static let foreign = "expected a lineage store or no file at all; choose another path, nothing was changed"

    private var file: StoreFile { StoreFile(path: path) }

    struct Opened {
        let database: any DatabaseWriter
        /// The state of a file that is read without any lock; what is read counts only as long as it is in that state.
        let stamp: StoreFile.Stamp?
    }

    private enum State {
        case absent
        case store(version: Int64)
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // What a damaged or prepared file may do: nothing (SQLite, "Defense Against The Dark Arts").
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        return configuration
    }

    func open() throws -> Opened {
        switch access {
        case .readWrite: Opened(database: try openForWriting(), stamp: nil)
        case .readOnly: try openReadOnly()
        }
    }

    /// Several processes may start with one new store: who comes first makes and migrates it, the others wait.
    private func openForWriting() throws -> any DatabaseWriter {
        try refuseFolder()
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lock = try StoreLock(store: path, wait: patience)
        defer { lock.release() }
        let state = try state()
        if case .absent = state, !FileManager.default.fileExists(atPath: path) { try file.create() }
        let pool = try DatabasePool(path: path, configuration: Self.configuration)
        // Acknowledged is durable, also when the machine loses power. GRDB settles on NORMAL while it opens the pool.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        switch state {
        case .absent:
            // First of all, so that a store whose making was interrupted is still known as one.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA application_id = \(SQLiteSchema.applicationID)")
            }
        case .store(let version):
            if version > 0, version < schema.version { try backUp(pool, version: version) }
        }
        try schema.migrator.migrate(pool)
        return pool
    }

    /// Nothing stays beside the file: who may write there takes part in SQLite's locking and cleans up as the last one;
    /// who may not reads a file that nobody writes.
    private func openReadOnly() throws -> Opened {
        try refuseFolder()
        let isWritable = isWritable ?? file.isWritable
        let stamp = file.stamp
        if !isWritable, stamp?.hasLog == true {
            throw LineageError(
                .pendingLog,
                "the store is in use, or its process was killed: what was recorded last stands in \(path)-wal, which can "
                    + "be read only with write access to the file and its folder; copy the store with its -wal file to a "
                    + "folder of your own, or read it as its owner", at: path)
        }
        guard case .store(let version) = try state() else {
            throw LineageError(.missing, "there is no lineage store here; record something first", at: path)
        }
        guard version == schema.version else {
            throw LineageError(
                .older,
                "the store has version \(version), this program reads version \(schema.version); "
                    + "open it once for writing, which keeps a copy and migrates it", at: path)
        }
        var configuration = Self.configuration
        guard isWritable else {
            configuration.readonly = true
            let queue = try DatabaseQueue(path: file.immutableName, configuration: configuration)
            return Opened(database: queue, stamp: stamp)
        }
        // A connection that may only read could not remove the log that reading needs; the store lets nobody write.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON") }
        return Opened(database: try DatabaseQueue(path: path, configuration: configuration), stamp: nil)
    }

    private func refuseFolder() throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            return
        }
        throw LineageError(.foreign, "this is a folder; \(Self.foreign)", at: path)
    }

    /// What the file is, found out without writing to it.
    private func state() throws -> State {
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else { return .absent }
        let foreign = Self.foreign
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw LineageError(.storage, "the file cannot be read; check its owner and permissions", at: path)
        }
        defer { try? handle.close() }
        let header = try handle.read(upToCount: 16) ?? Data()
        if header.isEmpty { return .absent }
        guard header.elementsEqual("SQLite format 3\0".utf8) else {
            throw LineageError(.foreign, "the file is no SQLite database; \(foreign)", at: path)
        }
        var configuration = Self.configuration
        configuration.readonly = true
        // Without a log the file is whole, and even a look at it would leave one beside it.
        let queue = try DatabaseQueue(path: file.hasLog ? path : file.immutableName, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { database in
            let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            if application == 0, version == 0,
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_schema") == 0
            {
                return .absent
            }
            guard application == SQLiteSchema.applicationID else {
                throw LineageError(.foreign, "the file is another program's SQLite database; \(foreign)", at: path)
            }
            guard version >= 0, version <= schema.version, try !schema.migrator.hasBeenSuperseded(database) else {
                throw LineageError(
                    .newer,
                    "the store has version \(version), this program knows versions up to \(schema.version); "
                        + "use the newer program, or restore the copy that it kept beside the file before it "
                        + "migrated", at: path)
            }
            return .store(version: version)
        }
    }

    /// Copies the file as it is; the copy appears under its name only when it is whole.
    private func backUp(_ pool: DatabasePool, version: Int64) throws {
        let backup = "\(path).v\(version).backup"
        let partial = backup + ".partial"
        try? FileManager.default.removeItem(atPath: partial)
        try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: partial)
        let handle = try FileHandle(forUpdating: URL(filePath: partial))
        try handle.synchronize()
        try handle.close()
        if FileManager.default.fileExists(atPath: backup) { try FileManager.default.removeItem(atPath: backup) }
        try FileManager.default.moveItem(atPath: partial, toPath: backup)
    }
}

extension LineageError {
    /// What an error of SQLite or of the file system means to whoever uses the store.
    init(_ error: any Error, path: String?) {
        if let error = error as? LineageError {
            self = error
            return
        }
        if error is CancellationError {
            self.init(.cancelled, "the task was cancelled; nothing of the batch was recorded", at: path)
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.storage, "\(error)", at: path)
            return
        }
        let message = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "another process holds the store (\(message)); try again", at: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_ERROR:
            self.init(
                .corrupt, "the store contradicts itself (\(message)); restore a backup, or record into a new file",
                at: path)
        case .SQLITE_FULL:
            self.init(.storage, "the disk is full (\(message)); make room, nothing of the batch was recorded", at: path)
        default:
            self.init(.storage, "\(message) (SQLite \(error.extendedResultCode.rawValue))", at: path)
        }
    }
}
