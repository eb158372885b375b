internal import Foundation

/// A folder of its own for one test; it is removed with the value.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Throws: when the folder cannot be made.
    package init() throws {
        let root = NSTemporaryDirectory()
        path = (root.hasSuffix("/") ? root : root + "/") + "mc-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

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
