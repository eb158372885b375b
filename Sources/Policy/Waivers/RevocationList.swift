package import Core

/// Which waivers do not count any more (DSSE payload of `revocations.dsse.json`).
package struct RevocationList: Sendable, Hashable {
    package static let payloadType = "application/vnd.mc.waiver-revocations+json"
    /// Where the command line keeps it, beside the waivers.
    package static let fileName = "revocations.dsse.json"

    /// `revoked[]`
    package struct Entry: Sendable, Hashable {
        package var id: String
        /// The waiver's digest; what counts is this.
        package var digest: Digest
        package var at: Instant
        package var reason: String

        package init(id: String, digest: Digest, at: Instant, reason: String) {
            self.id = id
            self.digest = digest
            self.at = at
            self.reason = reason
        }
    }

    package var issued: Instant
    package var revoked: [Entry]

    private static let maximumSize = Cap("bytes of a revocation list", 4 << 20)
    private static let maximumEntries = Cap("revoked waivers", 10_000)
    private static let maximumReason = Cap("bytes of a reason", 4_000)

    package init(issued: Instant, revoked: [Entry] = []) {
        self.issued = issued
        self.revoked = revoked
    }

    /// Reads the payload of an envelope whose signatures were verified, or one that is only shown.
    ///
    /// - Throws: ``JSONError`` with the field.
    package init(payload: [UInt8]) throws(JSONError) {
        let limits = JSONLimits(bytes: Self.maximumSize.limit, depth: 8)
        let cursor = JSONCursor(try JSONValue(parsing: payload, limits: limits))
        try cursor.allow(only: ["issued", "revoked"])
        issued = try cursor.required("issued").instant()
        revoked = []
        for element in try cursor.required("revoked").elements(Self.maximumEntries) {
            try element.allow(only: ["id", "digest", "at", "reason"])
            let id = try element.required("id")
            let name = try id.string()
            guard WaiverDocument.isID(name) else { throw id.error("expected a waiver's id such as W-2026-014") }
            let reason = try element.required("reason")
            let text = try reason.string()
            if text.utf8.count > Self.maximumReason.limit {
                throw reason.error("\(CapExceeded(cap: Self.maximumReason, seen: text.utf8.count))", .tooLarge)
            }
            revoked.append(
                Entry(
                    id: name, digest: try element.required("digest").sha256(), at: try element.required("at").instant(),
                    reason: text))
        }
    }

    /// What is signed.
    package var payload: [UInt8] {
        let entries = revoked.map { entry -> JSONValue in
            [
                "id": .string(entry.id), "digest": .string("\(entry.digest)"), "at": .string("\(entry.at)"),
                "reason": .string(entry.reason),
            ]
        }
        let json: JSONValue = ["issued": .string("\(issued)"), "revoked": .array(entries)]
        return json.canonical
    }
}
