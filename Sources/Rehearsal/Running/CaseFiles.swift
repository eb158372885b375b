package import Core
internal import Foundation

/// The files that cases name, relative to the folder of the file they stand in.
package struct CaseFiles: Sendable {
    private let folder: String
    private let data: String?

    package static let maximumSize = Cap("bytes of a case's file", 16 << 20)

    /// - Parameters:
    ///   - folder: the folder that names are relative to.
    ///   - data: the folder that names that begin with `data:` are relative to.
    package init(folder: String, data: String? = nil) {
        self.folder = folder
        self.data = data
    }

    /// The path a name stands for.
    ///
    /// - Throws: ``RehearsalError`` when it begins with `data:` and no such folder was given.
    package func path(_ name: String) throws(RehearsalError) -> String {
        if name.utf8.starts(with: "data:".utf8) {
            guard let data else {
                throw RehearsalError(.file, "\(name): no data folder was given; give one by --data")
            }
            return data + "/" + String(name.dropFirst(5))
        }
        return name.utf8.first == UInt8(ascii: "/") ? name : folder + "/" + name
    }

    /// Reads a file.
    ///
    /// - Throws: ``RehearsalError`` when there is none or it is too large.
    package func read(_ name: String) throws(RehearsalError) -> [UInt8] {
        let path = try path(name)
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw RehearsalError(.file, "\(path): there is no such file, or it cannot be opened")
        }
        defer { try? handle.close() }
        let bytes: [UInt8]
        do {
            bytes = Array(try handle.read(upToCount: Self.maximumSize.limit + 1) ?? Data())
        } catch {
            throw RehearsalError(.file, "\(path): cannot be read: \(error.localizedDescription)")
        }
        guard bytes.count <= Self.maximumSize.limit else {
            throw RehearsalError(.file, "\(path): \(CapExceeded(cap: Self.maximumSize, seen: bytes.count))")
        }
        return bytes
    }
}
