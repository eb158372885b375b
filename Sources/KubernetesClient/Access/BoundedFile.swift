internal import Core
internal import Foundation

/// Reads small files within a cap.
enum BoundedFile {
    static let token = Cap("bytes of a token", 64 << 10)
    static let certificates = Cap("bytes of certificates", 1 << 20)

    /// - Throws: ``KubernetesError`` with code `configuration`; the message never quotes the file.
    static func read(_ path: String, _ cap: Cap) throws(KubernetesError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw KubernetesError(.configuration, "there is no such file, or it may not be read", at: path)
        }
        defer { try? handle.close() }
        do {
            let data = try handle.read(upToCount: cap.limit + 1) ?? Data()
            try cap.check(data.count)
            return Array(data)
        } catch let exceeded as CapExceeded {
            throw KubernetesError(.tooLarge, "\(exceeded)", at: path)
        } catch {
            throw KubernetesError(.configuration, "cannot be read: \(error.localizedDescription)", at: path)
        }
    }

    /// The text without white space around it.
    static func text(_ path: String, _ cap: Cap) throws(KubernetesError) -> String {
        let bytes = try read(path, cap)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw KubernetesError(.configuration, "is not UTF-8", at: path)
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { throw KubernetesError(.configuration, "is empty", at: path) }
        return trimmed
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
