package import Core

/// That the owner of a namespace approved Enforce there, under one bundle (`schemas/log-approval.v1.json`).
package struct ApprovalRecord: Sendable, Hashable {
    package static let schema = "https://mc.internal/schemas/log-approval.v1.json"

    /// The SHA-256 of what was signed.
    package let digest: Digest
    package let cluster: String
    package let namespace: String
    /// The digest of the bundle that is to be enforced.
    package let bundle: Digest
    package let owner: String
    package let reason: String
    /// When it was approved, and from when on that does not count any more.
    package let at: Instant
    package let expires: Instant

    package init(
        digest: Digest, cluster: String, namespace: String, bundle: Digest, owner: String, reason: String, at: Instant,
        expires: Instant
    ) {
        self.digest = digest
        self.cluster = cluster.excerpt(LogEntry.longestName)
        self.namespace = namespace.excerpt(LogEntry.longestName)
        self.bundle = bundle
        self.owner = owner.excerpt(LogEntry.longestName)
        self.reason = reason.excerpt(4_000)
        self.at = at
        self.expires = expires
    }

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: [
            "schema", "digest", "cluster", "namespace", "bundle", "owner", "reason", "at", "expires",
        ])
        digest = try cursor.required("digest").sha256()
        cluster = try cursor.required("cluster").name()
        namespace = try cursor.required("namespace").name()
        bundle = try cursor.required("bundle").sha256()
        owner = try cursor.required("owner").name()
        reason = try cursor.required("reason").reason()
        at = try cursor.required("at").recordedInstant()
        expires = try cursor.required("expires").recordedInstant()
    }

    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "digest": .string("\(digest)"), "cluster": .string(cluster),
            "namespace": .string(namespace), "bundle": .string("\(bundle)"), "owner": .string(owner),
            "reason": .string(reason), "at": .string("\(at)"), "expires": .string("\(expires)"),
        ]
    }
}
