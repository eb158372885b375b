package import Core

/// That a decision was made again and again, by a loop that retries, say (`schemas/log-repeat.v1.json`).
package struct RepeatRecord: Sendable, Hashable {
    package static let schema = "https://mc.internal/schemas/log-repeat.v1.json"

    /// The index of the entry that is repeated.
    package let first: UInt64
    /// The digest of the decision in that entry.
    package let decisionDigest: Digest
    package let namespace: String
    /// How many decisions there were besides the first.
    package let count: UInt64
    /// When the first and the last of these were made.
    package let from: Instant
    package let to: Instant

    package init(
        first: UInt64, decisionDigest: Digest, namespace: String, count: UInt64, from: Instant, to: Instant
    ) {
        self.first = min(first, Self.largest)
        self.decisionDigest = decisionDigest
        self.namespace = namespace.excerpt(LogEntry.longestName)
        self.count = min(max(count, 1), Self.largest)
        self.from = min(from, to)
        self.to = to
    }

    /// What JSON can hold here.
    private static let largest = UInt64(Int64.max)

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["schema", "first", "decisionDigest", "namespace", "count", "from", "to"])
        first = try cursor.required("first").count()
        decisionDigest = try cursor.required("decisionDigest").sha256()
        namespace = try cursor.required("namespace").name()
        count = try cursor.required("count").count()
        from = try cursor.required("from").recordedInstant()
        to = try cursor.required("to").recordedInstant()
        guard count > 0 else { throw try cursor.required("count").error("expected at least 1") }
        guard from <= to else { throw try cursor.required("to").error("expected a time not before from") }
    }

    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "first": .integer(Int64(clamping: first)),
            "decisionDigest": .string("\(decisionDigest)"), "namespace": .string(namespace),
            "count": .integer(Int64(clamping: count)), "from": .string("\(from)"), "to": .string("\(to)"),
        ]
    }
}
