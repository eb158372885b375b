import Core
import Foundation
import Policy

/// Reads folders of policy documents and waivers within caps, and never anything outside of them.
enum PolicyFolder {
    private static let maximumDepth = Cap("levels of folders", 8)
    private static let maximumFiles = Cap("files of a folder", 20_000)
    private static let maximumSize = Cap("bytes of a folder's files", 256 << 20)

    /// The bundle's own unit tests, which are no part of it.
    static let tests = "tests"

    /// Reads the files of a bundle.
    ///
    /// - Throws: ``InputError`` or ``BundleError``.
    static func source(_ path: String) throws -> BundleSource {
        try BundleSource(try read(path, skipping: [tests]))
    }

    /// Loads a bundle.
    ///
    /// - Parameters:
    ///   - path: its folder.
    ///   - trust: the file of the RoleTrust document; without one the bundle is taken as unsigned.
    ///   - state: the file of the versions accepted before, which is only read.
    ///   - now: the present.
    /// - Throws: ``InputError`` or ``BundleError``.
    static func bundle(_ path: String, trust: String?, state: String? = nil, now: Instant) throws -> PolicyBundle {
        try BundleLoader.load(
            source(path), trust: try trust.map(Self.trust), memory: try state.map(memory) ?? VersionMemory(), now: now,
            allowUnsigned: trust == nil)
    }

    /// Reads a RoleTrust document.
    ///
    /// - Throws: ``InputError`` or ``YAMLError``.
    static func trust(_ path: String) throws -> RoleTrust {
        try RoleTrust(parsing: InputFile.read(path, cap: Cap("bytes of a RoleTrust document", 4 << 20)), file: path)
    }

    /// Reads the versions accepted before; none when there is no such file yet.
    ///
    /// - Throws: ``InputError``.
    static func memory(_ path: String) throws(InputError) -> VersionMemory {
        guard InputFile.exists(path) else { return VersionMemory() }
        let bytes = try InputFile.read(path, cap: Cap("bytes of a version memory", 1 << 20))
        do {
            return try VersionMemory(parsing: bytes)
        } catch {
            throw InputError(path, "\(error)")
        }
    }

    /// Reads the YAML and JSON files below a folder, sorted by path; hidden files are left out.
    ///
    /// A link may point to another file below the folder, as those of mounted ConfigMaps do.
    ///
    /// - Parameter skipping: folders directly below it that are left out.
    /// - Throws: ``InputError`` when it is no folder, a cap is passed, or there is a link out of it.
    static func read(
        _ path: String, skipping: Set<String> = []
    ) throws(InputError) -> [(path: String, bytes: [UInt8])] {
        guard InputFile.isDirectory(path) else {
            throw InputError(path, InputFile.exists(path) ? "is a file; expected a folder" : "there is no such folder")
        }
        let root = URL(filePath: path).resolvingSymlinksInPath().path
        var files: [(path: String, bytes: [UInt8])] = []
        var size = 0
        var pending: [(folder: String, depth: Int)] = [("", 0)]
        while let (folder, depth) = pending.popLast() {
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? path : "\(path)/\(folder)")
            } catch {
                throw InputError("\(path)/\(folder)", "cannot be read: \(error.localizedDescription)")
            }
            for name in names.sorted() where !name.hasPrefix(".") {
                let relative = folder.isEmpty ? name : "\(folder)/\(name)"
                let full = "\(path)/\(relative)"
                switch try kind(full, root: root) {
                case .folder:
                    if depth == 0, skipping.contains(name) { continue }
                    guard depth < maximumDepth.limit else {
                        throw InputError(full, "\(CapExceeded(cap: maximumDepth, seen: depth + 1))")
                    }
                    pending.append((relative, depth + 1))
                case .file where isDocument(name):
                    guard files.count < maximumFiles.limit else {
                        throw InputError(full, "\(CapExceeded(cap: maximumFiles, seen: files.count + 1))")
                    }
                    let bytes = try InputFile.read(full, cap: BundleSource.maximumFileSize)
                    size += bytes.count
                    guard size <= maximumSize.limit else {
                        throw InputError(path, "\(CapExceeded(cap: maximumSize, seen: size))")
                    }
                    files.append((relative, bytes))
                case .file: continue
                case .other:
                    guard isDocument(name) else { continue }
                    throw InputError(full, "is neither a file nor a folder")
                }
            }
        }
        return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private enum Kind { case file, folder, other }

    // `.yml` is among them so that it is refused by name instead of being forgotten.
    private static func isDocument(_ name: String) -> Bool {
        let lower = name.lowercased()
        return [".yaml", ".yml", ".json"].contains { lower.hasSuffix($0) }
    }

    private static func kind(_ path: String, root: String) throws(InputError) -> Kind {
        let type: FileAttributeType?
        do {
            type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        } catch {
            throw InputError(path, "cannot be read: \(error.localizedDescription)")
        }
        switch type {
        case .typeRegular?: return .file
        case .typeDirectory?: return .folder
        case .typeSymbolicLink?:
            let target = URL(filePath: path).resolvingSymlinksInPath().path
            guard target.utf8.starts(with: (root.hasSuffix("/") ? root : root + "/").utf8) else {
                throw InputError(path, "is a link out of the folder; what it points to is not read")
            }
            if InputFile.isDirectory(target) {
                // Kubernetes mounts the folders of a ConfigMap as links into the one it swaps.
                let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
                guard link.hasPrefix("..data/"), !link.contains("/../") else {
                    throw InputError(path, "is a link to a folder; such links are not followed")
                }
                return .folder
            }
            return try kind(target, root: root)
        default: return .other
        }
    }
}
