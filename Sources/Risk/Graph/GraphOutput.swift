internal import Core
internal import Glibc

/// Where a graph is written to while it is built: a draft that becomes the file at once, or memory.
final class GraphOutput {
    private enum Place {
        case memory(GraphMemory)
        case file(descriptor: Int32, path: String)
    }

    private let place: Place
    private var end = GraphHeader.byteCount
    private var isPublished = false

    /// Memory for a graph of at most so many bytes.
    init(memory count: Int) throws(RiskError) {
        place = .memory(try GraphMemory(zeros: count))
    }

    /// A draft beside a file; one at a time for each file.
    ///
    /// - Throws: ``RiskError`` `busy` while another builder holds the draft, `unwritable` or `full`.
    init(path: String) throws(RiskError) {
        let draft = Self.draft(of: path)
        while true {
            let descriptor = open(draft, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw GraphMemory.error(errno, draft, "cannot be made") }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw RiskError(.busy, "is being built by another process; wait for it", location: path)
            }
            // The draft may have become the file between opening and locking it: then it is no draft any more.
            var mine = stat()
            var named = stat()
            if fstat(descriptor, &mine) == 0, stat(draft, &named) == 0, mine.st_ino == named.st_ino {
                guard ftruncate(descriptor, 0) == 0 else {
                    let number = errno
                    close(descriptor)
                    throw GraphMemory.error(number, draft, "cannot be emptied")
                }
                place = .file(descriptor: descriptor, path: path)
                return
            }
            close(descriptor)
        }
    }

    deinit {
        guard case .file(let descriptor, let path) = place else { return }
        if !isPublished { unlink(Self.draft(of: path)) }
        close(descriptor)
    }

    private static func draft(of path: String) -> String { path + ".draft" }

    /// Writes a section behind the last one.
    func append(_ bytes: UnsafeRawBufferPointer) throws(RiskError) -> GraphHeader.Section {
        let offset = GraphHeader.aligned(end)
        try write(bytes, at: offset)
        end = offset + bytes.count
        var hasher = DigestHasher()
        hasher.update(bytes)
        return GraphHeader.Section(offset: offset, count: bytes.count, digest: hasher.finalize().bytes)
    }

    /// Writes the header and makes the draft the file.
    func publish(_ header: GraphHeader, limits: GraphLimits) throws(RiskError) -> CompactGraph {
        let result = header.bytes.withUnsafeBytes { bytes -> Result<Void, RiskError> in
            do throws(RiskError) { return .success(try write(bytes, at: 0)) } catch { return .failure(error) }
        }
        try result.get()
        switch place {
        case .memory(let memory): return CompactGraph(built: memory, header)
        case .file(let descriptor, let path):
            // An empty last section leaves no bytes behind its padding.
            guard ftruncate(descriptor, off_t(end)) == 0, fsync(descriptor) == 0,
                rename(Self.draft(of: path), path) == 0
            else { throw GraphMemory.error(errno, path, "cannot be written") }
            isPublished = true
            Self.syncFolder(of: path)
            return try CompactGraph(mapping: path, limits: limits)
        }
    }

    /// A file that is lost after a power cut is built again, so that a folder that cannot be flushed is no error.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(RiskError) {
        switch place {
        case .memory(let memory):
            guard offset + bytes.count <= memory.count else {
                throw RiskError(.tooLarge, "the graph needs more than the \(memory.count) bytes that were reserved")
            }
            UnsafeMutableRawBufferPointer(rebasing: memory.writableBytes[offset..<offset + bytes.count])
                .copyMemory(from: bytes)
        case .file(let descriptor, let path):
            var written = 0
            while written < bytes.count, let base = bytes.baseAddress {
                let got = pwrite(descriptor, base + written, bytes.count - written, off_t(offset + written))
                if got < 0, errno == EINTR { continue }
                if got < 0 { throw GraphMemory.error(errno, path, "cannot be written") }
                written += got
            }
        }
    }
}
