package import Core

/// That denials of a namespace were counted and not logged one by one (`schemas/log-suppressed.v1.json`): a loop that
/// makes a new denial each time must not fill the disk.
package struct SuppressedRecord: Sendable, Hashable {
    package static let schema = "https://mc.internal/schemas/log-suppressed.v1.json"

    package let namespace: String
    /// How many denials there were beyond those that are logged.
    package let count: UInt64
    package let from: Instant
    package let to: Instant

    package init(namespace: String, count: UInt64, from: Instant, to: Instant) {
        self.namespace = namespace.excerpt(LogEntry.longestName)
        self.count = min(max(count, 1), UInt64(Int64.max))
        self.from = min(from, to)
        self.to = to
    }

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["schema", "namespace", "count", "from", "to"])
        namespace = try cursor.required("namespace").name()
        let count = try cursor.required("count")
        self.count = try count.count()
        from = try cursor.required("from").recordedInstant()
        to = try cursor.required("to").recordedInstant()
        guard self.count > 0 else { throw count.error("expected at least 1") }
        guard from <= to else { throw try cursor.required("to").error("expected a time not before from") }
    }

    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "namespace": .string(namespace), "count": .integer(Int64(clamping: count)),
            "from": .string("\(from)"), "to": .string("\(to)"),
        ]
    }
}
