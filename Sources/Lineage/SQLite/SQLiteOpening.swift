internal import Core
internal import Foundation
internal import GRDB

/// Opens a file: looks at what it is without touching it, keeps a copy before it changes its shape.
struct SQLiteOpening {
    let path: String
    let access: SQLiteStore.Access
    let schema: SQLiteSchema

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

    func open() throws -> any DatabaseWriter {
        let state = try state()
        if access == .readOnly { return try openReadOnly(state) }
        if case .absent = state {
            // Decisions name people and places: the file is its owner's alone.
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
        }
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

    private func openReadOnly(_ state: State) throws -> any DatabaseWriter {
        guard case .store(let version) = state else {
            throw LineageError(.missing, "there is no lineage store here; record something first", at: path)
        }
        guard version == schema.version else {
            throw LineageError(
                .older,
                "the store has version \(version), this program reads version \(schema.version); "
                    + "open it once for writing, which keeps a copy and migrates it", at: path)
        }
        var configuration = Self.configuration
        configuration.readonly = true
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// What the file is, found out without writing to it.
    private func state() throws -> State {
        let manager = FileManager.default
        var isDirectory: ObjCBool = false
        guard manager.fileExists(atPath: path, isDirectory: &isDirectory) else { return .absent }
        let foreign = "expected a lineage store or no file at all; choose another path, nothing was changed"
        if isDirectory.boolValue { throw LineageError(.foreign, "this is a folder; \(foreign)", at: path) }
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
        let queue = try DatabaseQueue(path: path, configuration: configuration)
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
