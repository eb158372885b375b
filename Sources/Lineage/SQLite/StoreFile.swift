internal import Core
internal import Foundation

/// A store's file as the file system has it.
struct StoreFile {
    let path: String

    /// Which state of the file this is; another one after every change.
    struct Stamp: Hashable, Sendable {
        fileprivate let number: UInt64?
        fileprivate let size: UInt64?
        fileprivate let modified: Date?
        let hasLog: Bool
    }

    /// Whether there is a write-ahead log: the store is in use, or its process was killed.
    var hasLog: Bool { access(path + "-wal", F_OK) == 0 }

    /// Whether this user may write to the file and its folder, as SQLite must even for reading beside a writer.
    var isWritable: Bool {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        return access(path, W_OK) == 0 && access(folder, W_OK | X_OK) == 0
    }

    /// Which state of the file this is now; `nil` when there is none.
    var stamp: Stamp? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Stamp(
            number: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value,
            size: (attributes[.size] as? NSNumber)?.uint64Value, modified: attributes[.modificationDate] as? Date,
            hasLog: hasLog)
    }

    /// The file's name for SQLite, which will then neither lock it nor put anything beside it (SQLite, "URI Filenames").
    var immutableName: String {
        let plain = URL(filePath: path).path.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + Hex.encode([byte])
            }
        }
        return "file:\(plain.joined())?immutable=1"
    }

    /// Makes an empty file that is its owner's alone: decisions name people and places.
    ///
    /// - Throws: ``LineageError`` when there is something at its place already, or it cannot be made.
    func create() throws(LineageError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LineageError(
                .storage,
                "the file cannot be made (\(String(cString: strerror(errno)))); expected a free name in a folder that "
                    + "this user may write to", at: path)
        }
        close(descriptor)
    }
}
