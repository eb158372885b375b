internal import Core
internal import Glibc

/// The few calls on files that a log makes; a test can make any of them fail.
package struct Disk: Sendable {
    /// What is about to be done.
    package enum Operation: Sendable, Hashable {
        case create, write, sync, rename, truncate, remove
    }

    /// Told before each call; answers the error number (such as `ENOSPC`) to fail with instead, or 0.
    package var fault: (@Sendable (Operation, _ path: String) -> Int32)?

    package init(fault: (@Sendable (Operation, String) -> Int32)? = nil) { self.fault = fault }

    func check(_ operation: Operation, _ path: String) throws(LogError) {
        guard let number = fault?(operation, path), number != 0 else { return }
        throw Self.error(number, path, "cannot be written")
    }

    /// What an error number of the system means for a log.
    static func error(_ number: Int32, _ path: String, _ what: String) -> LogError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            return LogError(
                .full, "\(what): \(reason); make room on the disk or give the log a larger volume", location: path)
        case ENOENT, ENOTDIR: return LogError(.missing, "\(what): \(reason)", location: path)
        case EROFS, EACCES, EPERM:
            return LogError(.unwritable, "\(what): \(reason); check the volume's mount and owner", location: path)
        default: return LogError(.unwritable, "\(what): \(reason)", location: path)
        }
    }

    /// Reads a whole file.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: ``LogError`` `tooLarge` over the limit, `unreadable` otherwise.
    static func read(_ path: String, atMost limit: Int) throws(LogError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw LogError(.unreadable, "cannot be read: \(String(cString: strerror(errno)))", location: path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw LogError(.unreadable, "is no file", location: path)
        }
        guard status.st_size <= limit else {
            throw LogError(.tooLarge, "has \(status.st_size) bytes, at most \(limit) are expected", location: path)
        }
        let size = Int(status.st_size)
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + count, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failed = true }
                if got <= 0 { return }
                count += got
            }
        }
        guard !failed else {
            throw LogError(.unreadable, "cannot be read: \(String(cString: strerror(errno)))", location: path)
        }
        return bytes
    }

    /// The names in a folder in no order; none when there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether there is a file or folder of that name.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// The bytes of all files below a folder.
    static func bytes(below folder: String) -> UInt64 {
        var total: UInt64 = 0
        var folders = [folder]
        while let next = folders.popLast() {
            for name in names(in: next) {
                var status = stat()
                guard lstat("\(next)/\(name)", &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    folders.append("\(next)/\(name)")
                } else {
                    total += UInt64(max(0, status.st_size))
                }
            }
        }
        return total
    }

    /// How many bytes the file system has left for this user; `nil` when it does not say.
    static func available(_ folder: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// Makes a folder and those above it.
    func makeFolders(_ path: String) throws(LogError) {
        if Self.exists(path) { return }
        try check(.create, path)
        var missing: [Substring] = []
        var parent = path[...]
        while !parent.isEmpty, !Self.exists(String(parent)) {
            missing.append(parent)
            guard let slash = parent.lastIndex(of: "/") else { break }
            parent = parent[..<slash]
        }
        for folder in missing.reversed() where mkdir(String(folder), 0o755) != 0 && errno != EEXIST {
            throw Self.error(errno, path, "cannot be made")
        }
    }

    /// Flushes a folder's list of names, so that what was created or renamed in it outlives a power cut.
    func syncFolder(_ path: String) throws(LogError) {
        try check(.sync, path)
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(errno, path, "cannot be opened") }
        defer { close(descriptor) }
        // Some file systems cannot flush folders and say EINVAL; they keep names in order by themselves.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw Self.error(errno, path, "cannot be flushed") }
    }

    /// Flushes a file that was written earlier.
    func syncFile(_ path: String) throws(LogError) {
        try check(.sync, path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(errno, path, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.error(errno, path, "cannot be flushed") }
    }

    /// Puts a file in the place of another at once: a reader sees the old content or the new.
    ///
    /// - Parameters:
    ///   - draft: a name in the same file system that nobody else uses.
    ///   - isDurable: whether it is on the disk when this returns.
    func replace(
        _ path: String, _ bytes: [UInt8], draft: String, isDurable: Bool, mode: UInt32 = 0o644
    ) throws(LogError) {
        do throws(LogError) {
            let file = try DiskFile(creating: draft, disk: self, mode: mode)
            try file.write(bytes, at: 0)
            if isDurable { try file.sync() }
            try check(.rename, path)
            guard rename(draft, path) == 0 else { throw Self.error(errno, path, "cannot be written") }
        } catch {
            unlink(draft)
            throw error
        }
        if isDurable, let slash = path.lastIndex(of: "/") { try syncFolder(String(path[..<slash])) }
    }

    /// Gives a file another name; a file of that name is replaced.
    func move(_ path: String, to other: String) throws(LogError) {
        try check(.rename, other)
        guard rename(path, other) == 0 else { throw Self.error(errno, other, "cannot be renamed") }
    }

    /// Makes a file of zeros that are on the disk when this returns.
    ///
    /// - Parameter isPatient: whether somebody else waits for the disk meanwhile: then it is flushed piece by piece, so
    ///   that nobody queues behind all of it.
    func makeZeros(_ path: String, count: UInt64, isPatient: Bool) throws(LogError) {
        let file = try DiskFile(creating: path, disk: self)
        var offset: UInt64 = 0
        let piece = [UInt8](repeating: 0, count: Int(min(count, isPatient ? 256 << 10 : 1 << 20)))
        while offset < count {
            try file.write(Array(piece.prefix(Int(min(count - offset, UInt64(piece.count))))), at: offset)
            offset += UInt64(piece.count)
            if isPatient {
                try file.sync()
                usleep(1_000)
            }
        }
        try file.sync()
    }

    /// Removes a file; one that is not there is removed already.
    func remove(_ path: String) throws(LogError) {
        try check(.remove, path)
        guard unlink(path) == 0 || errno == ENOENT else { throw Self.error(errno, path, "cannot be removed") }
    }

    /// Removes a folder of files; a leftover does no harm.
    func removeFolder(_ path: String) {
        for name in Self.names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}
