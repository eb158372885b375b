package import Core
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A folder of decisions that are too large for an entry, each a file named by its digest.
package final class LargeDecisionFolder: LargeDecisions {
    /// Why a decision could not be kept or given.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The most bytes of one decision.
    package static let maximumSize = Cap("bytes of a decision", 4 << 20)

    private let folder: String
    private let room: Mutex<Room>
    private let disk = DispatchQueue(label: "mc.log.large")

    /// What the folder may take, and what it takes.
    private struct Room {
        let maximum: Int
        var used: Int?
    }

    /// What the folder may take when nobody says otherwise.
    package static let defaultMaximum = 256 << 20

    /// - Parameters:
    ///   - folder: it is made when there is none.
    ///   - maximumBytes: what it may take; beyond it nothing more is kept, and what would be is undecided.
    package init(_ folder: String, maximumBytes: Int = LargeDecisionFolder.defaultMaximum) {
        self.folder = folder
        room = Mutex(Room(maximum: maximumBytes, used: nil))
    }

    package func keep(_ document: [UInt8], digest: Digest) async throws {
        // Waits for the disk on a thread that nobody else waits for.
        try await withCheckedThrowingContinuation { continuation in
            disk.async { continuation.resume(with: Result { try self.write(document, digest) }) }
        }
    }

    private func write(_ document: [UInt8], _ digest: Digest) throws {
        guard document.count <= Self.maximumSize.limit else {
            throw Failure(description: "\(CapExceeded(cap: Self.maximumSize, seen: document.count))")
        }
        let path = path(digest)
        // What is there already takes no more room.
        let taken = access(path, F_OK) == 0 ? 0 : document.count
        try take(taken)
        var isKept = false
        defer { if !isKept { give(taken) } }
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure("cannot be made", folder) }
        // Two who keep the same at once must not write into each other's draft.
        let draft = "\(folder)/.\(digest.hex).\(UInt64.random(in: .min ... .max)).tmp"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written", draft) }
        defer {
            close(file)
            // Nothing to remove once it has its name.
            unlink(draft)
        }
        var rest = document[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard written > 0 else {
                if written < 0, errno == EINTR { continue }
                throw failure("cannot be written", draft)
            }
            rest = rest.dropFirst(written)
        }
        guard fsync(file) == 0, rename(draft, path) == 0 else { throw failure("cannot be written", path) }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("cannot be opened", folder) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("cannot be made durable", folder) }
        isKept = true
    }

    /// Takes room, and finds out at the first time how much is used already.
    private func take(_ bytes: Int) throws(Failure) {
        let isFull = room.withLock { room in
            let used = room.used ?? Self.size(of: folder)
            room.used = used
            guard used + bytes <= room.maximum else { return true }
            room.used = used + bytes
            return false
        }
        if isFull {
            throw Failure(description: "\(folder): full; move old decisions elsewhere, or raise log.maximumBytes")
        }
    }

    private func give(_ bytes: Int) { room.withLock { $0.used = $0.used.map { $0 - bytes } } }

    private static func size(of folder: String) -> Int {
        guard let directory = opendir(folder) else { return 0 }
        defer { closedir(directory) }
        var total = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var info = stat()
            guard stat("\(folder)/\(name)", &info) == 0, info.st_mode & S_IFMT == S_IFREG else { continue }
            total += Int(info.st_size)
        }
        return total
    }

    package func document(_ digest: Digest) async throws -> [UInt8]? {
        let file = open(path(digest), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened", path(digest))
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure("cannot be read", path(digest))
            }
            bytes += piece.prefix(count)
            guard bytes.count <= Self.maximumSize.limit else {
                throw Failure(description: "\(path(digest)): \(CapExceeded(cap: Self.maximumSize, seen: bytes.count))")
            }
        }
        guard Digest.of(bytes) == digest else {
            throw Failure(description: "\(path(digest)): its content is not what its name says; restore it")
        }
        return bytes
    }

    private func path(_ digest: Digest) -> String { "\(folder)/\(digest.hex).json" }

    private func failure(_ what: String, _ path: String) -> Failure {
        Failure(description: "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
