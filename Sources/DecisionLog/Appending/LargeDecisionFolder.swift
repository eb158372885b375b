package import Core
internal import Glibc

/// A folder of decisions that are too large for an entry, each a file named by its digest.
package struct LargeDecisionFolder: LargeDecisions {
    /// Why a decision could not be kept or given.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The most bytes of one decision.
    package static let maximumSize = Cap("bytes of a decision", 4 << 20)

    private let folder: String

    /// - Parameter folder: it is made when there is none.
    package init(_ folder: String) { self.folder = folder }

    package func keep(_ document: [UInt8], digest: Digest) async throws {
        guard document.count <= Self.maximumSize.limit else {
            throw Failure(description: "\(CapExceeded(cap: Self.maximumSize, seen: document.count))")
        }
        let path = path(digest)
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
            let written = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
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
