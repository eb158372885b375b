import Core
import Foundation
import Glibc
import ServingCertificates

/// A folder of certificates and keys that changes all at once, as a mounted Secret does.
///
/// The files lie in a folder of their own, `..data` links to it, and each name links through `..data`. A change writes
/// another folder and swaps the link: a server that reloads sees the old pair or the new one, never half of each.
struct CertificateFolder {
    let path: String

    private static let link = "..data"

    /// Whether files of a set lie there, or anything else of those names.
    func holds(anyOf names: [String]) -> Bool { names.contains { InputFile.exists("\(path)/\($0)") } }

    /// Reads a set of certificates.
    ///
    /// - Throws: ``InputError`` or ``CertificateError``.
    func read() throws -> CertificateSet {
        // Through one link: a swap in between must not give a key of one set and a certificate of another.
        let isLinked = (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(Self.link)")) != nil
        let folder = isLinked ? URL(filePath: "\(path)/\(Self.link)").resolvingSymlinksInPath().path : path
        var files: [String: [UInt8]] = [:]
        for name in CertificateSet.fileNames {
            files[name] = try InputFile.read("\(folder)/\(name)", cap: CertificateSet.maximumSize)
        }
        do {
            return try CertificateSet(files: files)
        } catch {
            throw InputError("\(path)/\(error.location)", error.message)
        }
    }

    /// Writes files in the place of whatever lies there, readable by their owner alone.
    ///
    /// - Throws: ``InputError`` when they cannot be written; then the old ones are in force.
    func write(_ files: [String: [UInt8]], at now: Instant) throws(InputError) {
        let manager = FileManager.default
        let stamp = String("\(Instant(seconds: now.seconds))".map { $0.isNumber ? $0 : "_" })
        let version = "..\(stamp).\(UUID().uuidString.prefix(8))"
        let owner: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        let draft = "\(path)/..draft.\(UUID().uuidString)"
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: owner)
            try manager.createDirectory(
                atPath: "\(path)/\(version)", withIntermediateDirectories: false, attributes: owner)
            for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
                try Self.write(bytes, to: "\(path)/\(version)/\(name)")
            }
            try Self.settle("\(path)/\(version)")
            let before = try? manager.destinationOfSymbolicLink(atPath: "\(path)/\(Self.link)")
            try manager.createSymbolicLink(atPath: draft, withDestinationPath: version)
            guard rename(draft, "\(path)/\(Self.link)") == 0 else { throw Self.failure(path) }
            for name in files.keys.sorted() { try link(name) }
            try Self.settle(path)
            if let before, before.hasPrefix(".."), !before.contains("/") {
                try? manager.removeItem(atPath: "\(path)/\(before)")
            }
        } catch {
            unlink(draft)
            if (try? manager.destinationOfSymbolicLink(atPath: "\(path)/\(Self.link)")) != version {
                try? manager.removeItem(atPath: "\(path)/\(version)")
            }
            throw (error as? InputError) ?? InputError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Has a name lead through `..data`; a plain file that lay there is replaced in one step.
    private func link(_ name: String) throws {
        let target = "\(Self.link)/\(name)"
        let file = "\(path)/\(name)"
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: file)) == target { return }
        let draft = "\(path)/..draft.\(UUID().uuidString)"
        try FileManager.default.createSymbolicLink(atPath: draft, withDestinationPath: target)
        guard rename(draft, file) == 0 else {
            let failure = Self.failure(file)
            unlink(draft)
            throw failure
        }
    }

    private static func write(_ bytes: [UInt8], to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(file) }
        defer { close(descriptor) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: Data(bytes))
        guard fsync(descriptor) == 0 else { throw failure(file) }
    }

    private static func settle(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        // Not every file system can; the swap is atomic all the same.
        _ = fsync(descriptor)
    }

    private static func failure(_ path: String) -> InputError {
        InputError(path, "cannot be written: \(String(cString: strerror(errno)))")
    }
}
