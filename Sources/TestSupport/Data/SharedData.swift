package import Foundation

/// The conformance data beside the project; a run without it says so.
package enum SharedData {
    /// Where it is: `MC_TEST_DATA`, or else `../shared/data` beside the package.
    package static let root: URL? = {
        let path =
            ProcessInfo.processInfo.environment["MC_TEST_DATA"]
            ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/data")
            .standardized.path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            print("skipped: no conformance data at \(path); set MC_TEST_DATA")
            return nil
        }
        return URL(filePath: path)
    }()

    /// Why a test that needs it is skipped.
    package static let missing = "no conformance data; set MC_TEST_DATA"
    package static var isPresent: Bool { root != nil }

    package static func url(_ path: String) throws -> URL {
        guard let root else { throw CocoaError(.fileNoSuchFile) }
        return root.appending(path: path)
    }

    package static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: url(path))) }

    package static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    package static func exists(_ path: String) -> Bool {
        root.map { FileManager.default.fileExists(atPath: $0.appending(path: path).path) } ?? false
    }

    package static func folders(_ path: String) -> [String] {
        guard let root else { return [] }
        let url = root.appending(path: path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter {
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: url.appending(path: $0).path, isDirectory: &isDirectory)
                && isDirectory.boolValue
        }.sorted()
    }

    /// The names of a folder's files.
    package static func files(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(path).path).filter { !$0.hasPrefix(".") }.sorted()
    }
}
