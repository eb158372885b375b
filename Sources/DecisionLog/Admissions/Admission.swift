package import Core
package import Policy

/// What a recorded decision says about later ones: these images were admitted there, this template for that owner.
package struct Admission: Sendable, Hashable {
    /// A pod template and the object that has it.
    package struct Template: Sendable, Hashable {
        package let ownerUID: String
        package let digest: Digest
    }

    /// Whether who asked proved to be the API server; anybody who reaches the webhook can ask otherwise.
    package let isAuthenticated: Bool
    package let images: [Digest]
    package let environment: String?
    package let template: Template?
    package let at: Instant
    /// The SHA-256 of the decision's canonical JSON.
    package let decision: Digest

    /// What a decision says that was just taken; the same as its document, ``init(document:digest:isAuthenticated:)``.
    package init?(_ decision: Decision, digest: Digest, isAuthenticated: Bool) {
        guard decision.outcome == .allow, !decision.isDryRun, decision.note == nil, decision.isBundleSigned,
            decision.operation == .create || decision.operation == .update
        else { return nil }
        self.isAuthenticated = isAuthenticated
        images = decision.images.compactMap(\.digest)
        environment = decision.environment
        let object = decision.object
        if !object.kind.isSame(as: "Pod"), let uid = object.uid, let template = object.templateDigest {
            self.template = Template(ownerUID: uid, digest: template)
        } else {
            template = nil
        }
        at = decision.at
        self.decision = digest
    }

    /// Reads an entry of a log.
    ///
    /// - Returns: `nil` when it is no decision, holds only a digest, or admits nothing.
    package init?(entry bytes: [UInt8]) {
        let limits = JSONLimits(bytes: LogEntry.maximumBytes.limit, depth: 32, values: 65_535)
        guard let document = try? JSONValue(parsing: bytes, limits: limits) else { return nil }
        self.init(entry: document)
    }

    /// Reads an entry of a log, as ``init(entry:)-([UInt8])``.
    init?(entry document: JSONValue) {
        guard document["schema"]?.string?.isSame(as: LogEntry.schema) == true,
            let decision = document["decision"], decision != .null,
            let digest = document["decisionDigest"]?.string.flatMap({ Digest($0) })
        else { return nil }
        self.init(
            document: decision, digest: digest, isAuthenticated: Self.isAuthenticated(document))
    }

    /// Whether an entry says that the API server asked.
    static func isAuthenticated(_ entry: JSONValue) -> Bool {
        entry["caller"]?.string == LogEntry.Caller.authenticated.rawValue
    }

    /// Reads a decision document (`schemas/decision.v1.json`).
    ///
    /// - Returns: `nil` when it admits nothing: it was not allowed, only tried, taken by a bundle that nobody signed, or
    ///   its images were not looked at. Its outcome counts and not what was enforced, which in Audit is always allow.
    package init?(document: JSONValue, digest: Digest, isAuthenticated: Bool) {
        guard document["decision"]?.string == "allow", document["dryRun"]?.bool == false, document["note"] == nil,
            document["bundle"]?["signed"]?.bool == true,
            let operation = document["operation"]?.string, ["CREATE", "UPDATE"].contains(operation),
            let at = document["at"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        self.isAuthenticated = isAuthenticated
        images = (document["images"]?.array ?? []).compactMap { $0["digest"]?.string.flatMap { Digest($0) } }
        environment = document["environment"]?.string
        let object = document["object"]
        // A Pod is nobody's template, and there are many of them.
        if object?["kind"]?.string != "Pod", let uid = object?["uid"]?.string,
            let digest = object?["templateDigest"]?.string.flatMap({ Digest($0) })
        {
            template = Template(ownerUID: uid, digest: digest)
        } else {
            template = nil
        }
        self.at = at
        decision = digest
    }
}
