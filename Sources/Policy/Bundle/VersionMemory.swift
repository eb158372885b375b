package import Core

/// The highest version of each bundle that was ever accepted, so that nobody can bring back an older one.
package struct VersionMemory: Sendable, Hashable {
    /// A version and what it was.
    package struct Version: Sendable, Hashable {
        package let version: SemanticVersion
        /// The bundle's digest.
        package let digest: Digest

        package init(_ version: SemanticVersion, _ digest: Digest) {
            self.version = version
            self.digest = digest
        }
    }

    /// What is remembered of one bundle.
    package struct Entry: Sendable, Hashable {
        package let name: String
        package let highest: Version
        /// What a signed rollback went back to; then the highest itself does not count any more, and what comes next
        /// must be higher still.
        package let rolledBackTo: Version?

        package init(name: String, highest: Version, rolledBackTo: Version? = nil) {
            self.name = name
            self.highest = highest
            self.rolledBackTo = rolledBackTo
        }
    }

    /// How a version stands to what was seen.
    package enum Standing: Sendable, Hashable {
        /// The first, a higher one, or the same as before.
        case current
        /// Lower than the highest, which is given.
        case lower(Version)
        /// The same version as the highest, with other content.
        case reused(Version)
        /// It was the highest, and a rollback took it back.
        case takenBack(Version)
    }

    private static let maximumSize = Cap("bytes of a version memory", 1 << 20)
    private static let maximumEntries = Cap("remembered bundles", 4_096)

    /// Sorted by name.
    package let entries: [Entry]

    package init(entries: [Entry] = []) {
        self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// What is remembered of a bundle.
    package func entry(_ name: String) -> Entry? { entries.first { $0.name.isSame(as: name) } }

    /// How a version stands to what was seen.
    package func standing(of version: Version, name: String) -> Standing {
        guard let entry = entry(name) else { return .current }
        if entry.highest.version < version.version { return .current }
        if let current = entry.rolledBackTo {
            if current == version { return .current }
            return entry.highest == version ? .takenBack(entry.highest) : .lower(entry.highest)
        }
        if entry.highest == version { return .current }
        return version.version < entry.highest.version ? .lower(entry.highest) : .reused(entry.highest)
    }

    /// The memory after a bundle was accepted; an unsigned bundle leaves no trace.
    ///
    /// - Parameter bundle: one that ``BundleLoader`` accepted with this memory; one that is not higher than the highest
    ///   can only have passed by a rollback.
    package func remembering(_ bundle: PolicyBundle) -> VersionMemory {
        guard case .signed = bundle.origin else { return self }
        let version = Version(bundle.manifest.version, bundle.digest)
        let name = bundle.manifest.name
        let others = entries.filter { !$0.name.isSame(as: name) }
        guard let entry = entry(name), !(entry.highest.version < version.version) else {
            return VersionMemory(entries: others + [Entry(name: name, highest: version)])
        }
        if entry.highest == version, entry.rolledBackTo == nil { return self }
        return VersionMemory(entries: others + [Entry(name: name, highest: entry.highest, rolledBackTo: version)])
    }

    /// Reads what ``json`` wrote.
    ///
    /// - Throws: ``JSONError`` with the field.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let limits = JSONLimits(bytes: Self.maximumSize.limit, depth: 8)
        let cursor = JSONCursor(try JSONValue(parsing: bytes, limits: limits))
        try cursor.allow(only: ["schema", "bundles"])
        let schema = try cursor.required("schema")
        guard try schema.string().isSame(as: Self.schema) else { throw schema.error("expected \(Self.schema)") }
        var entries: [Entry] = []
        for element in try cursor.required("bundles").elements(Self.maximumEntries) {
            try element.allow(only: ["name", "highest", "rolledBackTo"])
            let name = try element.required("name").string()
            guard !entries.contains(where: { $0.name.isSame(as: name) }) else {
                throw element.error("a bundle of this name stands above")
            }
            entries.append(
                Entry(
                    name: name, highest: try Self.version(element.required("highest")),
                    rolledBackTo: try element.optional("rolledBackTo").map(Self.version)))
        }
        self.init(entries: entries)
    }

    private static let schema = "mc.internal/version-memory/v1"

    private static func version(_ cursor: JSONCursor) throws(JSONError) -> Version {
        try cursor.allow(only: ["version", "digest"])
        return Version(try cursor.required("version").semanticVersion(), try cursor.required("digest").sha256())
    }

    /// The memory as a file.
    package var json: JSONValue {
        func json(_ version: Version) -> JSONValue {
            ["version": .string("\(version.version)"), "digest": .string("\(version.digest)")]
        }
        let bundles = entries.map { entry -> JSONValue in
            var object = JSONObject([
                JSONObject.Member(key: "name", value: .string(entry.name)),
                JSONObject.Member(key: "highest", value: json(entry.highest)),
            ])
            object["rolledBackTo"] = entry.rolledBackTo.map(json)
            return .object(object)
        }
        return ["schema": .string(Self.schema), "bundles": .array(bundles)]
    }
}

extension JSONCursor {
    /// The version of a string.
    func semanticVersion() throws(JSONError) -> SemanticVersion {
        let text = try string()
        guard let version = SemanticVersion(text) else {
            throw error("expected a version such as 28.1.0, saw \(PrintableText.quote(text.excerpt(60)))")
        }
        return version
    }

    /// The SHA-256 of a string.
    func sha256() throws(JSONError) -> Digest {
        let text = try string()
        guard let digest = Digest(text), digest.algorithm == .sha256 else {
            throw error("expected sha256:<64 hexadecimal digits>, saw \(PrintableText.quote(text.excerpt(100)))")
        }
        return digest
    }
}
