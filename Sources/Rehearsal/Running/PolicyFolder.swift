internal import Core
internal import Foundation
package import Policy

/// Reads a policy bundle under work from its folder.
package enum PolicyFolder {
    /// Loads the bundle of a folder; nobody's signature is asked for, and it is marked as unsigned.
    ///
    /// Cases stand beside the policies in a folder `tests`, which is no part of the bundle. That the bundle has expired
    /// is for the decision at a case's instant to say.
    ///
    /// - Throws: ``RehearsalError`` when the folder or a document cannot be read, or documents contradict each other.
    package static func load(_ path: String) throws(RehearsalError) -> PolicyBundle {
        let files = try files(path)
        do {
            return try BundleLoader.load(
                BundleSource(files), trust: nil, now: Instant(seconds: 0), allowUnsigned: true)
        } catch {
            throw RehearsalError(.policy, "\(path): \(error)")
        }
    }

    private static func files(_ path: String) throws(RehearsalError) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let folder = CaseFiles(folder: path)
        guard let names = FileManager.default.enumerator(atPath: path) else {
            throw RehearsalError(.policy, "\(path): there is no such folder")
        }
        while let name = names.nextObject() as? String {
            if name == "tests" || name.hasPrefix(".") {
                names.skipDescendants()
                continue
            }
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory),
                !isDirectory.boolValue, ["yaml", "json"].contains((name as NSString).pathExtension)
            else { continue }
            guard files.count <= BundleSource.maximumFiles.limit else {
                throw RehearsalError(
                    .policy, "\(path): \(CapExceeded(cap: BundleSource.maximumFiles, seen: files.count + 1))")
            }
            files[name] = try folder.read(name)
        }
        return files
    }
}
