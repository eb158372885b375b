package import Core

/// That a waiver was first seen, or seen to be revoked (`schemas/log-waiver.v1.json`).
package struct WaiverRecord: Sendable, Hashable {
    package enum Event: String, Sendable, Hashable {
        case seen, revoked
    }

    package static let schema = "https://mc.internal/schemas/log-waiver.v1.json"

    package let event: Event
    package let id: String
    /// The SHA-256 of what was signed.
    package let digest: Digest
    package let owner: String
    package let rule: RuleID
    package let namespace: String
    package let image: Digest
    package let expires: Instant
    package let at: Instant

    package init(_ event: Event, _ entry: WaiverBook.Entry, at: Instant) {
        self.event = event
        id = entry.waiver.id
        digest = entry.digest
        owner = entry.waiver.owner.excerpt(LogEntry.longestName)
        rule = entry.waiver.rule
        namespace = entry.waiver.scope.namespace
        image = entry.waiver.scope.image
        expires = entry.waiver.expires
        self.at = at
    }

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: [
            "schema", "event", "id", "digest", "owner", "rule", "namespace", "image", "expires", "at",
        ])
        let event = try cursor.required("event")
        guard let known = Event(rawValue: try event.string()) else { throw event.error("expected seen or revoked") }
        self.event = known
        id = try cursor.required("id").name()
        digest = try cursor.required("digest").sha256()
        owner = try cursor.required("owner").name()
        rule = RuleID(rawValue: try cursor.required("rule").name())
        namespace = try cursor.required("namespace").name()
        image = try cursor.required("image").sha256()
        expires = try cursor.required("expires").recordedInstant()
        at = try cursor.required("at").recordedInstant()
    }

    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "event": .string(event.rawValue), "id": .string(id),
            "digest": .string("\(digest)"), "owner": .string(owner), "rule": .string(rule.rawValue),
            "namespace": .string(namespace), "image": .string("\(image)"), "expires": .string("\(expires)"),
            "at": .string("\(at)"),
        ]
    }
}
