import Core
import Foundation
import Glibc

/// Writes files so that a reader sees the old content or the new one, never a part.
enum OutputFile {
    /// Replaces a file, or makes it.
    ///
    /// - Throws: ``InputError`` when it cannot be written.
    static func write(_ bytes: [UInt8], to path: String) throws(InputError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let draft = "\(folder)/.\(UUID().uuidString).tmp"
        do {
            let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw InputError(path, "cannot be written: \(Self.reason)") }
            defer { close(descriptor) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
            try handle.write(contentsOf: Data(bytes))
            // What was told to be written must outlive a crash of the machine.
            guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
                throw InputError(path, "cannot be written: \(Self.reason)")
            }
            Self.settle(folder)
        } catch {
            unlink(draft)
            throw (error as? InputError) ?? InputError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Makes a folder with files at once; there must be none of that name, or an empty one.
    ///
    /// - Throws: ``InputError`` when it is there already or cannot be written.
    static func write(_ files: [String: [UInt8]], toFolder path: String) throws(InputError) {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let manager = FileManager.default
        if InputFile.exists(trimmed) {
            guard (try? manager.contentsOfDirectory(atPath: trimmed))?.isEmpty == true else {
                throw InputError(path, "is there already and not an empty folder; remove it or choose another")
            }
        }
        let draft = "\(trimmed).\(UUID().uuidString).tmp"
        do {
            for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
                let file = URL(filePath: "\(draft)/\(name)")
                try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try write(bytes, to: file.path)
            }
            // Takes the place of an empty folder, and of nothing else.
            guard rename(draft, trimmed) == 0 else { throw InputError(path, "cannot be written: \(Self.reason)") }
            Self.settle(URL(filePath: trimmed).deletingLastPathComponent().path)
        } catch {
            try? manager.removeItem(atPath: draft)
            throw (error as? InputError) ?? InputError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Makes a renaming outlive a crash of the machine, where the file system can.
    private static func settle(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
