internal import Core
internal import Foundation

/// One process at a time opens a store for writing: held from looking at what the file is until it is migrated.
///
/// The lock is the kernel's (`flock` on PATH.lock), so that a process which is killed leaves none behind.
struct StoreLock {
    private let descriptor: Int32
    private let path: String

    static let pause = 0.02

    /// Waits for the lock.
    ///
    /// - Parameters:
    ///   - store: the store's path.
    ///   - wait: how long others may hold it.
    /// - Throws: ``LineageError``: `busy` when others held it longer, `storage` when there can be no lock file.
    init(store: String, wait: Duration) throws(LineageError) {
        let path = store + ".lock"
        let clock = ContinuousClock()
        let deadline = clock.now + wait
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw Self.refused(path, errno) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                // Whoever held it before took the file away: the lock that counts is on the file that has the name.
                if Self.isFile(descriptor, at: path) {
                    self.descriptor = descriptor
                    self.path = path
                    return
                }
                close(descriptor)
                continue
            }
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK || reason == EINTR else { throw Self.refused(path, reason) }
            guard clock.now < deadline else {
                throw LineageError(
                    .busy, "another process was opening the store for more than \(wait); try again", at: path)
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    /// Gives the lock back; once.
    func release() {
        // Taken away before it is released, so that nobody locks a file that is about to lose its name. A file that holds
        // something is not ours to remove.
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_size == 0 { unlink(path) }
        close(descriptor)
    }

    private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (held, named) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && lstat(path, &named) == 0 && held.st_ino == named.st_ino
            && held.st_dev == named.st_dev
    }

    private static func refused(_ path: String, _ reason: Int32) -> LineageError {
        LineageError(
            .storage,
            "the lock file cannot be used (\(String(cString: strerror(reason)))); "
                + "expected a folder and a file that this user may write to", at: path)
    }
}
