import Core
import Foundation

/// Reads files within a cap, and hashes those of any size.
enum InputFile {
    /// Reads a whole file.
    ///
    /// - Throws: ``InputError`` when there is no such file, it cannot be read or is larger than the cap.
    static func read(_ path: String, cap: Cap) throws(InputError) -> [UInt8] {
        let handle = try open(path)
        defer { try? handle.close() }
        do {
            // One byte more than allowed tells a file that is too large, whatever its size was said to be.
            let data = try handle.read(upToCount: cap.limit + 1) ?? Data()
            guard data.count <= cap.limit else {
                let size = max((try? handle.seekToEnd()).map(Int.init(clamping:)) ?? 0, data.count)
                throw InputError(path, "\(CapExceeded(cap: cap, seen: size))")
            }
            return Array(data)
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(path, "cannot be read: \(error.localizedDescription)")
        }
    }

    /// Hashes a file piece by piece by several algorithms at once.
    ///
    /// - Throws: ``InputError`` when there is no such file or it cannot be read.
    static func digests(_ path: String, _ algorithms: Set<DigestAlgorithm>) throws(InputError) -> [Digest] {
        let handle = try open(path)
        defer { try? handle.close() }
        var hashers = DigestAlgorithm.allCases.filter(algorithms.contains).map { DigestHasher($0) }
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                piece.withUnsafeBytes { bytes in
                    for index in hashers.indices { hashers[index].update(bytes) }
                }
            }
        } catch {
            throw InputError(path, "cannot be read: \(error.localizedDescription)")
        }
        return hashers.map { $0.finalize() }
    }

    /// Whether there is a file or folder of that name.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether there is a folder of that name.
    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    private static func open(_ path: String) throws(InputError) -> FileHandle {
        guard exists(path) else { throw InputError(path, "there is no such file") }
        guard !isDirectory(path) else { throw InputError(path, "is a folder; expected a file") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw InputError(path, "cannot be opened; check its permissions")
        }
        return handle
    }
}

/// A file that cannot be used, and why.
struct InputError: Error, CustomStringConvertible {
    let path: String
    let message: String

    init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    var description: String { "\(path.printable): \(message)" }
}
