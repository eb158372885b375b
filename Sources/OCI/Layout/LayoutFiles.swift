internal import Core
internal import Foundation

/// Reads and writes the files of one layout, and nothing outside of it.
struct LayoutFiles: Sendable {
    /// The layout's folder, without symbolic links.
    let root: String
    let place: RegistryError.Place

    /// - Throws: ``RegistryError`` when there is no such folder.
    init(_ path: String) throws(RegistryError) {
        place = .layout(path: path)
        guard let root = Self.realPath(path) else {
            throw RegistryError(.notFound, "no such folder; expected an OCI image layout", at: place)
        }
        self.root = root
    }

    static func name(of digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    /// Reads a regular file of the layout.
    ///
    /// - Throws: ``RegistryError``; `notFound` when there is none, `tooLarge` before anything is read when the file is
    ///   over the cap, `unreadable` for links that lead out of the layout and for what is not a regular file.
    func read(_ name: String, cap: Cap) throws(RegistryError) -> [UInt8] {
        guard let path = Self.realPath(root + "/" + name) else {
            if errno == ENOENT || errno == ENOTDIR {
                throw RegistryError(.notFound, "\(name) is not in the layout", at: place)
            }
            throw unreadable(name)
        }
        guard path.utf8.starts(with: (root == "/" ? root : root + "/").utf8) else {
            throw RegistryError(
                .unreadable, "\(name) is a link to \(path), outside of the layout; copy the file into it", at: place)
        }
        // O_NONBLOCK keeps a named pipe from blocking the open; it means nothing for regular files.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(name) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(name) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw RegistryError(.unreadable, "\(name) is not a regular file", at: place)
        }
        let size = Int(status.st_size)
        if size > cap.limit {
            throw RegistryError(.tooLarge, "\(name): \(CapExceeded(cap: cap, seen: size))", at: place)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { throw unreadable(name) }
            count += got
        }
        return bytes
    }

    /// Puts a file in place in one step, durably: readers see the old content or the new, never a part of it.
    func replace(_ name: String, with bytes: [UInt8]) throws(RegistryError) {
        let path = root + "/" + name
        let draft = path + ".\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unwritable(name) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        let complete = written == bytes.count && fsync(descriptor) == 0
        guard close(descriptor) == 0, complete, rename(draft, path) == 0 else {
            let error = unwritable(name)
            unlink(draft)
            throw error
        }
    }

    func makeFolder(_ name: String) throws(RegistryError) {
        guard mkdir(root + "/" + name, 0o755) == 0 || errno == EEXIST else { throw unwritable(name) }
    }

    func exists(_ name: String) -> Bool { access(root + "/" + name, F_OK) == 0 }

    private func unreadable(_ name: String) -> RegistryError {
        RegistryError(.unreadable, "\(name) could not be read: \(String(cString: strerror(errno)))", at: place)
    }

    private func unwritable(_ name: String) -> RegistryError {
        RegistryError(.unreadable, "\(name) could not be written: \(String(cString: strerror(errno)))", at: place)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
