internal import Glibc

/// A file that cannot be opened or read, with the system's reason.
package struct FileSourceError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let message: String

    package var description: String { "\(path): \(message)" }
}

/// A file, read from its beginning; it is closed with the value.
package final class FileSource: ByteSource {
    private let descriptor: CInt
    private let path: String

    /// - Throws: ``FileSourceError`` when the file cannot be opened.
    package init(_ path: String) throws(FileSourceError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSourceError(path: path, message: String(cString: strerror(errno))) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    package func read(atMost count: Int) throws -> [UInt8] {
        var failure: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, filled in
            while true {
                let got = systemRead(descriptor, buffer.baseAddress, max(count, 1))
                if got >= 0 {
                    filled = got
                    return
                }
                guard errno == EINTR else {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else { throw FileSourceError(path: path, message: String(cString: strerror(failure))) }
        return bytes
    }
}

/// The system's `read`, which the method of that name hides.
private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
