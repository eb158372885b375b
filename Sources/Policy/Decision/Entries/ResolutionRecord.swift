package import Core

/// That a tag was resolved and an object pinned to the digest (`schemas/log-resolution.v1.json`).
package struct ResolutionRecord: Sendable, Hashable {
    package static let schema = "https://mc.internal/schemas/log-resolution.v1.json"

    /// The reference as it was written, with its tag.
    package let reference: String
    package let digest: Digest
    package let cluster: String
    package let namespace: String
    package let kind: String
    /// The object's name, or what its name is generated from.
    package let name: String
    /// Who wrote the object.
    package let username: String
    package let at: Instant

    package init(
        reference: String, digest: Digest, cluster: String, namespace: String, kind: String, name: String,
        username: String, at: Instant
    ) {
        self.reference = reference.excerpt(LogEntry.longestName)
        self.digest = digest
        self.cluster = cluster.excerpt(LogEntry.longestName)
        self.namespace = namespace.excerpt(LogEntry.longestName)
        self.kind = kind.excerpt(LogEntry.longestName)
        self.name = name.excerpt(LogEntry.longestName)
        self.username = username.excerpt(LogEntry.longestName)
        self.at = at
    }

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: [
            "schema", "reference", "digest", "cluster", "namespace", "kind", "name", "username", "at",
        ])
        reference = try cursor.required("reference").name()
        digest = try cursor.required("digest").digest()
        cluster = try cursor.required("cluster").name()
        namespace = try cursor.required("namespace").name()
        kind = try cursor.required("kind").name()
        name = try cursor.required("name").name()
        username = try cursor.required("username").name()
        at = try cursor.required("at").recordedInstant()
    }

    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "reference": .string(reference), "digest": .string("\(digest)"),
            "cluster": .string(cluster), "namespace": .string(namespace), "kind": .string(kind),
            "name": .string(name), "username": .string(username), "at": .string("\(at)"),
        ]
    }
}
