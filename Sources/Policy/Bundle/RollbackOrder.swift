package import Core

/// The signed permission to go back from a bundle's version to another (`rollback.dsse.json`).
///
/// It names what it goes back from, so that it is of no use any more once a higher version was accepted.
package struct RollbackOrder: Sendable, Hashable {
    package static let payloadType = "application/vnd.mc.bundle-rollback+json"

    /// The bundle's `metadata.name`.
    package var bundle: String
    /// The highest version that was accepted.
    package var from: SemanticVersion
    /// The version to go back to, and its digest.
    package var to: SemanticVersion
    package var digest: Digest
    /// From this instant on it does not count any more.
    package var expires: Instant
    package var reason: String

    private static let maximumReason = Cap("bytes of a rollback's reason", 2_000)

    package init(
        bundle: String, from: SemanticVersion, to: SemanticVersion, digest: Digest, expires: Instant, reason: String
    ) {
        self.bundle = bundle
        self.from = from
        self.to = to
        self.digest = digest
        self.expires = expires
        self.reason = reason
    }

    /// Reads the payload of an envelope whose signatures were verified.
    ///
    /// - Throws: ``JSONError`` with the field.
    init(verified payload: [UInt8]) throws(JSONError) {
        let cursor = JSONCursor(try JSONValue(parsing: payload, limits: JSONLimits(bytes: 64 << 10, depth: 4)))
        try cursor.allow(only: ["bundle", "from", "to", "digest", "expires", "reason"])
        bundle = try cursor.required("bundle").string()
        from = try cursor.required("from").semanticVersion()
        to = try cursor.required("to").semanticVersion()
        digest = try cursor.required("digest").sha256()
        expires = try cursor.required("expires").instant()
        let text = try cursor.required("reason")
        reason = try text.string()
        if reason.utf8.count > Self.maximumReason.limit {
            throw text.error("\(CapExceeded(cap: Self.maximumReason, seen: reason.utf8.count))", .tooLarge)
        }
    }

    /// What is signed.
    package var payload: [UInt8] {
        let json: JSONValue = [
            "bundle": .string(bundle), "from": .string("\(from)"), "to": .string("\(to)"),
            "digest": .string("\(digest)"), "expires": .string("\(expires)"), "reason": .string(reason),
        ]
        return json.canonical
    }

    /// Why it does not permit a version, in words; `nil` when it does.
    ///
    /// - Parameter highest: the highest version that was accepted.
    func refusal(
        of version: VersionMemory.Version, name: String, highest: VersionMemory.Version, now: Instant
    ) -> (field: String, message: String)? {
        if !bundle.isSame(as: name) {
            return ("bundle", "it is for the bundle \(PrintableText.quote(bundle.excerpt(100))), not for \(name)")
        }
        if now >= expires { return ("expires", "it expired at \(expires); now is \(now)") }
        if !(to < from) { return ("to", "a rollback goes back to a lower version; it is from \(from) to \(to)") }
        if from < highest.version || highest.version < from {
            return ("from", "it goes back from \(from), and the highest version seen is \(highest.version)")
        }
        if VersionMemory.Version(to, digest) != version {
            return (
                "to", "it goes back to \(to) with digest \(digest), and this is \(version.version) (\(version.digest))"
            )
        }
        return nil
    }
}
