package import Core

/// That a policy bundle was accepted (`schemas/log-bundle.v1.json`).
package struct BundleRecord: Sendable, Hashable {
    package static let schema = "https://mc.internal/schemas/log-bundle.v1.json"

    /// The bundle's `metadata.name`.
    package let name: String
    package let version: SemanticVersion
    package let digest: Digest
    package let at: Instant
    /// Why a lower version was accepted after a higher one, as its rollback order says; `nil` for a step ahead.
    package let rollback: String?

    package init(name: String, version: SemanticVersion, digest: Digest, at: Instant, rollback: String? = nil) {
        self.name = name.excerpt(LogEntry.longestName)
        self.version = version
        self.digest = digest
        self.at = at
        self.rollback = rollback?.excerpt(4_000)
    }

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["schema", "name", "version", "digest", "at", "rollback"])
        name = try cursor.required("name").name()
        version = try cursor.required("version").semanticVersion()
        digest = try cursor.required("digest").sha256()
        at = try cursor.required("at").recordedInstant()
        rollback = try cursor.optional("rollback")?.reason()
    }

    package var json: JSONValue {
        var object = JSONObject()
        object["schema"] = .string(Self.schema)
        object["name"] = .string(name)
        object["version"] = .string("\(version)")
        object["digest"] = .string("\(digest)")
        object["at"] = .string("\(at)")
        if let rollback { object["rollback"] = .string(rollback) }
        return .object(object)
    }
}
