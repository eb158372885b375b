package import Core

/// A span of time that something is valid for; both ends belong to it, and one without an end is open.
package struct Window: Sendable, Hashable {
    package var start: Instant
    package var end: Instant?

    package init(_ start: Instant, _ end: Instant?) {
        self.start = start
        self.end = end
    }

    var json: JSONValue {
        var object = JSONObject()
        object["start"] = .string(start.description)
        object["end"] = end.map { .string($0.description) }
        return .object(object)
    }
}
