internal import Glibc

/// An open file; it is closed with the value.
final class DiskFile: Sendable {
    let path: String
    private let descriptor: Int32
    private let disk: Disk
    private let isLock: Bool

    /// Makes a file, or empties the one of that name.
    init(creating path: String, disk: Disk, mode: UInt32 = 0o644) throws(LogError) {
        try disk.check(.create, path)
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode))
        guard descriptor >= 0 else { throw Disk.error(errno, path, "cannot be made") }
        self.path = path
        self.disk = disk
        isLock = false
    }

    /// Opens a file that is there.
    init(opening path: String, disk: Disk, forWriting: Bool = false) throws(LogError) {
        descriptor = open(path, (forWriting ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        guard descriptor >= 0 else { throw Disk.error(errno, path, "cannot be opened") }
        self.path = path
        self.disk = disk
        isLock = false
    }

    /// Opens or makes a file and locks it until it is closed; `nil` when another process holds it.
    init?(locking path: String, disk: Disk) throws(LogError) {
        try disk.check(.create, path)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Disk.error(errno, path, "cannot be opened") }
        self.path = path
        self.disk = disk
        isLock = true
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw Disk.error(errno, path, "cannot be locked")
        }
    }

    deinit {
        // A child process that is just being started holds copies of all descriptors, and with them the lock.
        if isLock { flock(descriptor, LOCK_UN) }
        close(descriptor)
    }

    var size: UInt64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
    }

    /// Writes all bytes at a place.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(LogError) {
        try disk.check(.write, path)
        let number = bytes.withUnsafeBytes { buffer -> Int32 in
            var written = 0
            while written < buffer.count, let base = buffer.baseAddress {
                let got = pwrite(descriptor, base + written, buffer.count - written, off_t(offset) + written)
                if got < 0, errno == EINTR { continue }
                if got < 0 { return errno }
                written += got
            }
            return 0
        }
        guard number == 0 else { throw Disk.error(number, path, "cannot be written") }
    }

    /// Reads up to so many bytes from a place; fewer only at the end of the file.
    func read(_ count: Int, at offset: UInt64) throws(LogError) -> [UInt8] {
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, got in
            got = 0
            while got < count, let base = buffer.baseAddress {
                let read = pread(descriptor, base + got, count - got, off_t(offset) + got)
                if read < 0, errno == EINTR { continue }
                if read < 0 { number = errno }
                if read <= 0 { return }
                got += read
            }
        }
        guard number == 0 else {
            throw LogError(.unreadable, "cannot be read: \(String(cString: strerror(number)))", location: path)
        }
        return bytes
    }

    /// Waits until what was written is on the disk, with the file's size.
    func sync() throws(LogError) {
        try disk.check(.sync, path)
        guard fdatasync(descriptor) == 0 else { throw Disk.error(errno, path, "cannot be flushed") }
    }

    func truncate(to size: UInt64) throws(LogError) {
        try disk.check(.truncate, path)
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Disk.error(errno, path, "cannot be cut") }
    }
}
