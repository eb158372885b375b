package import Core

/// The files of a bundle, wherever they came from: within caps, and with names that mean one file each everywhere.
package struct BundleSource: Sendable, Hashable {
    /// The manifest.
    package static let manifest = "bundle.yaml"
    /// The signatures of the manifest, which cover every other file through its digests.
    package static let signature = "bundle.yaml.dsse.json"
    /// The permission to go back to an earlier version.
    package static let rollback = "rollback.dsse.json"

    package static let maximumFiles = Cap("files of a bundle", 1_024)
    package static let maximumFileSize = Cap("bytes of a bundle's file", 8 << 20)
    package static let maximumSize = Cap("bytes of a bundle", 64 << 20)
    package static let maximumPathLength = Cap("bytes of a file's path", 200)

    /// Content by path.
    package let files: [String: [UInt8]]

    /// Takes files by their path relative to the bundle's folder, with `/` between the parts.
    ///
    /// - Throws: ``BundleError`` when a cap is passed or a path is not one: only letters, digits and `._-` in ASCII, no
    ///   part that begins with a dot, an ending `.yaml` or `.json`, and no two paths that some file system takes for
    ///   one.
    package init(_ files: some Sequence<(path: String, bytes: [UInt8])>) throws(BundleError) {
        var result: [String: [UInt8]] = [:]
        var folded: [String: String] = [:]
        var total = 0
        for (path, bytes) in files {
            try Self.check(path)
            try Self.check(Self.maximumFileSize, bytes.count, path)
            total += bytes.count
            try Self.check(Self.maximumSize, total, path)
            try Self.check(Self.maximumFiles, result.count + 1, path)
            // The path is ASCII from here on, so that equal strings are equal bytes.
            if let other = folded.updateValue(path, forKey: path.lowercased()) {
                throw BundleError(
                    .path,
                    other == path
                        ? "the file stands there twice; only one can be meant"
                        : "\(other) differs in case only, and is the same file on some systems; rename one",
                    file: path)
            }
            result[path] = bytes
        }
        self.files = result
    }

    /// Takes files by their path.
    ///
    /// - Throws: as the initialiser for a sequence.
    package init(_ files: [String: [UInt8]]) throws(BundleError) {
        try self.init(files.map { (path: $0.key, bytes: $0.value) })
    }

    private static func check(_ cap: Cap, _ seen: Int, _ path: String) throws(BundleError) {
        if seen > cap.limit { throw BundleError(.tooLarge, "\(CapExceeded(cap: cap, seen: seen))", file: path) }
    }

    private static func check(_ path: String) throws(BundleError) {
        func fail(_ message: String) -> BundleError { BundleError(.path, message, file: path) }
        try check(maximumPathLength, path.utf8.count, path)
        guard !path.utf8.starts(with: "/".utf8) else { throw fail("expected a relative path, saw an absolute one") }
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let first = part.utf8.first else { throw fail("a part of the path is empty") }
            guard first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
                throw fail("a part of the path begins with \"\(part.prefix(1))\"; hidden files and .. are not taken")
            }
            guard part.utf8.allSatisfy(isPlain) else {
                throw fail("expected only ASCII letters, digits, dot, underscore and hyphen between slashes; rename it")
            }
        }
        guard path.hasSuffix(".yaml") || path.hasSuffix(".json") else {
            throw fail("expected a name that ends in .yaml or .json; rename it, or keep it elsewhere")
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The paths that a manifest lists: all but the manifest and what signs it, sorted by bytes.
    package var listedPaths: [String] {
        files.keys.filter { ![Self.manifest, Self.signature, Self.rollback].contains($0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The files without those that sign them.
    package var signedFiles: [String: [UInt8]] {
        files.filter { $0.key != Self.signature && $0.key != Self.rollback }
    }

    /// The digests of the listed files.
    package var digests: [String: Digest] {
        var digests: [String: Digest] = [:]
        for path in listedPaths { digests[path] = files[path].map { Digest.of($0) } }
        return digests
    }

    /// The digest that names an unsigned bundle: of the digests of its files, manifest included.
    package var contentDigest: Digest {
        let paths = (listedPaths + [Self.manifest]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let list = paths.map { path -> JSONValue in
            ["path": .string(path), "sha256": .string(Digest.of(files[path] ?? []).hex)]
        }
        return .of(JSONValue.array(list).canonical)
    }
}
