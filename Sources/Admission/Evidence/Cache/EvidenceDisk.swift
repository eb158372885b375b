internal import Core
internal import Dispatch
internal import Glibc
internal import Synchronization

/// The cache's files: one a key, written in one step, the longest unused removed first.
///
/// Nothing of it is relied on: what is not as it should be is ignored and counted.
package final class EvidenceDisk: Sendable {
    private struct State {
        /// The size of each file, and when it was last used.
        var files: [String: (size: Int, used: UInt64)] = [:]
        var bytes = 0
        var clock: UInt64 = 0
        var drafts = 0
        /// How many files are still to be written.
        var waiting = 0
    }

    private static let maximumWaiting = 64

    private let folder: String
    private let limits: EvidenceCacheLimits
    private let seal: EvidenceSeal?
    private let metrics: EvidenceMetrics
    private let state = Mutex(State())
    // A disk that hangs must hold up none of the threads that decide.
    private let queue = DispatchQueue(label: "mc.evidence-cache")

    /// Opens a folder, which is made when it is not there, and removes what does not fit in.
    ///
    /// - Parameters:
    ///   - folder: the folder's path; nothing but the cache's own files is touched in it.
    ///   - seal: what tells this installation's files from others'; without it, what may have been taken out of a file
    ///     counts as unheard.
    package init(
        folder: String, limits: EvidenceCacheLimits = EvidenceCacheLimits(), seal: EvidenceSeal? = nil,
        metrics: EvidenceMetrics = EvidenceMetrics()
    ) {
        self.folder = folder
        self.limits = limits
        self.seal = seal
        self.metrics = metrics
        mkdir(folder, 0o700)
        let found = Self.list(folder)
        state.withLock { state in
            for file in found {
                state.clock += 1
                state.files[file.name] = (file.size, state.clock)
                state.bytes += file.size
            }
        }
        removeExcess()
    }

    /// Reads a key's file.
    func load(_ key: EvidenceKey) async -> StoredEvidence? {
        await onQueue { self.read(key) }
    }

    /// Writes a key's file, some time soon; when the disk is too slow for what is to be written, not at all.
    func save(_ evidence: StoredEvidence, _ key: EvidenceKey) {
        let isTaken = state.withLock { state in
            guard state.waiting < Self.maximumWaiting else { return false }
            state.waiting += 1
            return true
        }
        guard isTaken else { return metrics.unwritable() }
        queue.async {
            self.write(evidence, key)
            self.state.withLock { $0.waiting -= 1 }
        }
    }

    /// Removes a key's file, some time soon.
    func remove(_ key: EvidenceKey) {
        let name = key.fileName
        if state.withLock({ $0.files[name] != nil }) { queue.async { self.forget(name) } }
    }

    /// Waits until everything is written.
    func flush() async { await onQueue {} }

    private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func read(_ key: EvidenceKey) -> StoredEvidence? {
        let name = key.fileName
        guard state.withLock({ $0.files[name] != nil }) else { return nil }
        guard let bytes = Self.contents(of: path(name), maximum: limits.fileBytes),
            let stored = StoredEvidence(bytes, key: key, seal: seal)
        else {
            metrics.corrupt()
            forget(name)
            return nil
        }
        state.withLock { state in
            state.clock += 1
            state.files[name]?.used = state.clock
        }
        return stored
    }

    private func write(_ evidence: StoredEvidence, _ key: EvidenceKey) {
        let bytes = evidence.encoded(key, seal: seal)
        let name = key.fileName
        guard bytes.count <= limits.fileBytes else { return forget(name) }
        let draft = state.withLock { state in
            state.drafts += 1
            return path("\(name).\(getpid())-\(state.drafts).tmp")
        }
        guard Self.write(bytes, to: draft), rename(draft, path(name)) == 0 else {
            unlink(draft)
            return metrics.unwritable()
        }
        state.withLock { state in
            state.bytes += bytes.count - (state.files[name]?.size ?? 0)
            state.clock += 1
            state.files[name] = (bytes.count, state.clock)
        }
        removeExcess()
    }

    private func forget(_ name: String) {
        let isKnown = state.withLock { state in
            guard let file = state.files.removeValue(forKey: name) else { return false }
            state.bytes -= file.size
            return true
        }
        if isKnown { unlink(path(name)) }
    }

    private func removeExcess() {
        let names = state.withLock { state -> [String] in
            guard state.files.count > limits.diskFiles || state.bytes > limits.diskBytes else { return [] }
            var count = state.files.count
            var bytes = state.bytes
            return state.files.sorted { $0.value.used < $1.value.used }.prefix { file in
                guard count > limits.diskFiles - limits.diskFiles / 16 || bytes > limits.diskBytes else { return false }
                count -= 1
                bytes -= file.value.size
                return true
            }.map(\.key)
        }
        for name in names { forget(name) }
    }

    /// The cache's files in a folder, the oldest first; drafts that a killed process left are removed.
    private static func list(_ folder: String) -> [(name: String, size: Int)] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [(name: String, size: Int, modified: Int)] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let stem = name.prefix { $0 != "." }
            guard stem.utf8.count == 64, Hex.decode(stem) != nil else { continue }
            let suffix = name.dropFirst(64)
            if suffix.hasPrefix(".evidence."), suffix.hasSuffix(".tmp") {
                unlink("\(folder)/\(name)")
                continue
            }
            var status = stat()
            guard suffix == ".evidence", lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG
            else { continue }
            found.append((name, Int(status.st_size), status.st_mtim.tv_sec))
        }
        return found.sorted { ($0.modified, $0.name) < ($1.modified, $1.name) }.map { ($0.name, $0.size) }
    }

    private static func contents(of path: String, maximum: Int) -> [UInt8]? {
        // O_NONBLOCK keeps a named pipe from blocking the open; it means nothing for regular files.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximum else {
            return nil
        }
        let size = Int(status.st_size)
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { return nil }
            count += got
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        return close(descriptor) == 0 && written == bytes.count
    }
}
