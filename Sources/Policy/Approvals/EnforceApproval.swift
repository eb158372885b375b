package import Core

/// An owner's word that a namespace may go to Enforce under one bundle, for a limited time.
///
/// It names the bundle's digest, so that it is of no use for another one: what was approved is what was audited.
package struct EnforceApproval: Sendable, Hashable {
    package static let payloadType = "application/vnd.mc.enforce-approval+json"
    /// The longest an approval may last.
    package static let longestLife = Duration.seconds(30 * 86_400)

    private static let maximumName = Cap("bytes of a name", 200)
    private static let maximumReason = Cap("bytes of a reason", 2_000)
    private static let maximumSize = 64 << 10

    package var cluster: String
    /// A namespace's name; no pattern.
    package var namespace: String
    /// The bundle's digest.
    package var bundle: Digest
    /// Who approves: one of the bundle's approvers, by whose key it is signed.
    package var owner: String
    package var reason: String
    package var at: Instant
    /// From this instant on it does not count any more; a namespace that was enforced by then stays so.
    package var expires: Instant

    package init(
        cluster: String, namespace: String, bundle: Digest, owner: String, reason: String, at: Instant,
        expires: Instant
    ) {
        self.cluster = cluster
        self.namespace = namespace
        self.bundle = bundle
        self.owner = owner
        self.reason = reason
        self.at = at
        self.expires = expires
    }

    /// Reads the payload of an envelope whose signatures were verified; one approval has one payload.
    ///
    /// - Throws: ``JSONError`` with the field.
    package init(verified payload: [UInt8]) throws(JSONError) {
        let cursor = JSONCursor(
            try JSONValue(parsing: payload, limits: JSONLimits(bytes: Self.maximumSize, depth: 4, values: 64)))
        try cursor.allow(only: ["cluster", "namespace", "bundle", "owner", "reason", "at", "expires"])
        cluster = try Self.text(cursor.required("cluster"), Self.maximumName)
        namespace = try Self.text(cursor.required("namespace"), Self.maximumName)
        bundle = try cursor.required("bundle").sha256()
        owner = try Self.text(cursor.required("owner"), Self.maximumName)
        reason = try Self.text(cursor.required("reason"), Self.maximumReason)
        at = try cursor.required("at").recordedInstant()
        expires = try cursor.required("expires").recordedInstant()
        guard WaiverDocument.isLabel(namespace) else {
            throw try cursor.required("namespace").error(
                "expected one namespace's name (a DNS label of RFC 1123), saw "
                    + PrintableText.quote(namespace.excerpt(80)))
        }
        guard at < expires, expires <= at + Self.longestLife else {
            throw try cursor.required("expires").error(
                "expected a time after at (\(at)) and at most 30 days later, saw \(expires)")
        }
        guard self.payload == payload else {
            throw cursor.error("the payload is not the approval's canonical JSON; sign it by mc policy approve")
        }
    }

    private static func text(_ cursor: JSONCursor, _ cap: Cap) throws(JSONError) -> String {
        let text = try cursor.string()
        guard !text.isEmpty else { throw cursor.error("expected a text that is not empty") }
        guard text.utf8.count <= cap.limit else {
            throw cursor.error("\(CapExceeded(cap: cap, seen: text.utf8.count))", .tooLarge)
        }
        return text
    }

    /// What is signed.
    package var payload: [UInt8] {
        let json: JSONValue = [
            "cluster": .string(cluster), "namespace": .string(namespace), "bundle": .string("\(bundle)"),
            "owner": .string(owner), "reason": .string(reason), "at": .string("\(at)"),
            "expires": .string("\(expires)"),
        ]
        return json.canonical
    }

    /// The approval as the log records it.
    package var record: ApprovalRecord {
        ApprovalRecord(
            digest: .of(payload), cluster: cluster, namespace: namespace, bundle: bundle, owner: owner,
            reason: reason, at: at, expires: expires)
    }
}
