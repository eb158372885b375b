internal import Glibc

/// A stretch of memory of a graph: a file mapped read-only, or memory of its own. It is released with the value.
final class GraphMemory: Sendable {
    /// Where it begins: a number, since pointers are not Sendable. Nothing changes the bytes once a graph stands on
    /// them.
    private let address: UInt
    let count: Int

    private init(_ base: UnsafeMutableRawPointer, _ count: Int) {
        address = UInt(bitPattern: base)
        self.count = count
    }

    /// Memory of zeros.
    ///
    /// - Parameter count: in bytes, at least 1.
    convenience init(zeros count: Int) throws(RiskError) {
        guard count > 0, let base = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            base != MAP_FAILED
        else { throw RiskError(.tooLarge, "\(count) bytes of memory are not to be had; give the process more") }
        // Rows are filled in no order; with small pages each would cost a look-up of its page.
        madvise(base, count, MADV_HUGEPAGE)
        self.init(base, count)
    }

    /// A file, read-only.
    ///
    /// - Parameter limit: the largest accepted size in bytes.
    convenience init(mapping path: String, atMost limit: Int) throws(RiskError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(errno, path, "cannot be opened", reading: true) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw RiskError(.unreadable, "is no file", location: path)
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw RiskError(.malformed, "is empty and no graph; build it again", location: path) }
        guard size <= limit else {
            throw RiskError(.tooLarge, "has \(size) bytes, at most \(limit) are accepted", location: path)
        }
        guard let base = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
            throw Self.error(errno, path, "cannot be mapped", reading: true)
        }
        self.init(base, size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(bitPattern: address), count)
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }

    /// For the one that fills it, before a graph stands on it.
    var writableBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: address), count: count)
    }

    /// What an error number of the system means for a graph file.
    static func error(_ number: Int32, _ path: String, _ what: String, reading: Bool = false) -> RiskError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            return RiskError(.full, "\(what): \(reason); make room on the disk", location: path)
        case ENOENT, ENOTDIR: return RiskError(.missing, "\(what): \(reason)", location: path)
        default: return RiskError(reading ? .unreadable : .unwritable, "\(what): \(reason)", location: path)
        }
    }
}
