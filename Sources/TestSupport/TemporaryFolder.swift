internal import Foundation
internal import Synchronization

/// A folder of its own for one test; it is removed with the value, or at the latest when the process ends.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// The folders that stay until the process ends.
    private static let kept = Mutex<[String]>([])
    private static let cleanup: Void = {
        atexit {
            for path in TemporaryFolder.kept.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }()
    private let isKept: Bool

    /// - Parameter isKept: whether it stays until the process ends, for what is named after the value is gone.
    /// - Throws: when the folder cannot be made.
    package init(isKept: Bool = false) throws {
        let root = NSTemporaryDirectory()
        path = (root.hasSuffix("/") ? root : root + "/") + "mc-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.isKept = isKept
        if isKept {
            Self.cleanup
            Self.kept.withLock { $0.append(path) }
        }
    }

    deinit { if !isKept { try? FileManager.default.removeItem(atPath: path) } }

    /// Writes a file below the folder, with the folders it needs.
    ///
    /// - Returns: the file's path.
    @discardableResult
    package func write(_ name: String, _ bytes: some Sequence<UInt8>, executable: Bool = false) throws -> String {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        if executable {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        return file.path
    }

    /// Writes a text file below the folder.
    @discardableResult
    package func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
        try write(name, Array(text.utf8), executable: executable)
    }
}
