package import Core

/// A decision that was taken: its document, and the fields of it by which it is found again.
///
/// The document is the only source: fields cannot say something else than what was logged.
package struct DecisionRecord: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case allow, deny, indeterminate
    }

    /// The object that was to be admitted.
    package struct Object: Sendable, Hashable {
        package var kind: String?
        package var name: String?
        package var uid: String?
        package var ownerUID: String?
        package var templateDigest: String?
    }

    /// A policy that was applied.
    package struct Policy: Sendable, Hashable {
        package let name: String
        package let bundleVersion: String?
        package let bundleDigest: String?
    }

    /// An image of the object, and the evidence that was found for it.
    package struct Image: Sendable, Hashable {
        package let reference: String
        /// `nil` when the reference named none.
        package let digest: Digest?
        package let evidence: [Digest]
    }

    /// A rule that did not hold.
    package struct Finding: Sendable, Hashable {
        package let rule: String
        package let severity: String?
        /// What the decision made of it, such as `deny` or `waived`; `nil` when the document does not say.
        package let disposition: String?
        package let observed: String?
        package let expected: String?
    }

    /// A waiver that the decision rests on.
    package struct Waiver: Sendable, Hashable {
        package let id: String
        package let digest: String?
        package let owner: String?
        package let expires: Instant?
    }

    /// The SHA-256 of the document's canonical JSON.
    package let id: Digest
    /// The document, as it was decided.
    package let document: JSONValue
    package let outcome: Outcome
    package let mode: String
    /// What the API server was told.
    package let enforcedResult: Outcome
    package let isDryRun: Bool
    /// What was asked of the API server, such as `CREATE`; `nil` when the document does not say.
    package let operation: String?
    /// Whether somebody's signature on the policy bundle was verified.
    package let isBundleSigned: Bool
    /// Whether the document was handed in, and not recorded by what decided it.
    package private(set) var isImported = false
    /// Why the request was let through without a look at its images, such as a deletion or a scale-down.
    package let note: String?
    package let at: Instant
    package let cluster: String?
    package let environment: String?
    package let tenant: String?
    package let namespace: String?
    package let object: Object
    /// The requester's claims, as the document has them.
    package let requester: JSONValue
    package let policies: [Policy]
    package let images: [Image]
    package let findings: [Finding]
    package let waivers: [Waiver]
    /// The origin of the log that holds the decision, and its index there.
    package let log: (origin: String, index: Int64)?

    static let maximumDocument = Cap("bytes of a decision document", 4 << 20)
    static let maximumElements = Cap("policies, images, findings or waivers of a decision", 4_096)
    static let maximumEvidence = Cap("pieces of evidence of an image", 4_096)

    /// Whether it counts as an admission: its images were judged and allowed, and it was not only tried.
    ///
    /// The outcome counts and not ``enforcedResult``, which in Audit is always allow. What is always allowed, such as a
    /// deletion or a change of labels, names images that no policy looked at: it must not promote them.
    ///
    /// A bundle that nobody signed admits nothing, and neither does a document that somebody handed in.
    package var isAdmission: Bool {
        outcome == .allow && !isDryRun && note == nil && startsPods && isBundleSigned && !isImported
    }

    private var startsPods: Bool {
        guard let operation else { return true }
        return operation.isSame(as: "CREATE") || operation.isSame(as: "UPDATE")
    }

    /// Parses a decision document's JSON text (admission contract, "Decision document") that somebody hands in.
    ///
    /// It explains why an image is here; promotion and rescheduling never rest on it.
    ///
    /// - Throws: ``LineageError`` as ``init(_:environment:tenant:isDryRun:)``, and when the text is no JSON.
    package init(parsing text: [UInt8]) throws(LineageError) {
        do throws(JSONError) {
            try self.init(
                reading: JSONValue(parsing: text, limits: JSONLimits(bytes: Self.maximumDocument.limit)),
                environment: nil, tenant: nil, isDryRun: nil)
            isImported = true
        } catch {
            throw LineageError(error)
        }
    }

    /// Reads a decision document; fields that are not named here are kept and ignored.
    ///
    /// - Parameters:
    ///   - document: the document, as `schemas/decision.v1.json` describes it.
    ///   - environment: the environment, for documents that do not name it.
    ///   - tenant: the tenant, for documents that do not name it.
    ///   - isDryRun: whether it was only tried, for documents that do not say it.
    /// - Throws: ``LineageError`` with the field that is missing, malformed, too large, or contradicted by a parameter.
    package init(
        _ document: JSONValue, environment: String? = nil, tenant: String? = nil, isDryRun: Bool? = nil
    ) throws(LineageError) {
        do throws(JSONError) {
            try self.init(reading: document, environment: environment, tenant: tenant, isDryRun: isDryRun)
        } catch {
            throw LineageError(error)
        }
    }

    private init(
        reading document: JSONValue, environment: String?, tenant: String?, isDryRun: Bool?
    ) throws(JSONError) {
        let cursor = JSONCursor(document)
        let canonical = document.canonical
        if canonical.count > Self.maximumDocument.limit {
            throw cursor.error("\(CapExceeded(cap: Self.maximumDocument, seen: canonical.count))", .tooLarge)
        }
        self.document = document
        id = Digest.of(canonical)
        outcome = try cursor.required("decision").outcome()
        mode = try cursor.required("mode").string()
        enforcedResult = try cursor.required("enforcedResult").outcome()
        at = try cursor.required("at").instant()
        operation = try cursor.optionalText("operation")
        note = try cursor.optionalText("note")
        isBundleSigned = try cursor.optional("bundle")?.optional("signed")?.bool() ?? false
        cluster = try cursor.optionalText("cluster")
        namespace = try cursor.optionalText("namespace")
        self.environment = try cursor.text("environment", orElse: environment)
        self.tenant = try cursor.text("tenant", orElse: tenant)
        let dryRun = try cursor.optional("dryRun")
        let said = try dryRun?.bool()
        if let dryRun, let said, let isDryRun, said != isDryRun {
            throw dryRun.error("the document says \(said), the caller \(isDryRun)")
        }
        self.isDryRun = said ?? isDryRun ?? false
        object = try Object(cursor.optional("object"))
        requester = try cursor.optional("requester")?.value ?? .null
        policies = try cursor.list("policies") { (item) throws(JSONError) in
            Policy(
                name: try item.required("name").string(), bundleVersion: try item.optionalText("bundleVersion"),
                bundleDigest: try item.optionalText("bundleDigest"))
        }
        images = try cursor.list("images") { (item) throws(JSONError) in
            var evidence: [Digest] = []
            for digest in try item.optional("evidence")?.elements(Self.maximumEvidence) ?? [] {
                evidence.append(try digest.digest())
            }
            return Image(
                reference: try item.required("reference").string(), digest: try item.optional("digest")?.digest(),
                evidence: evidence)
        }
        findings = try cursor.list("findings") { (item) throws(JSONError) in
            Finding(
                rule: try item.required("rule").string(), severity: try item.optionalText("severity"),
                disposition: try item.optionalText("disposition"), observed: try item.optionalText("observed"),
                expected: try item.optionalText("expected"))
        }
        waivers = try cursor.list("waiversUsed") { (item) throws(JSONError) in
            Waiver(
                id: try item.required("id").string(), digest: try item.optionalText("digest"),
                owner: try item.optionalText("owner"), expires: try item.optional("expires")?.instant())
        }
        let entry = try cursor.optional("log")
        log = if let entry { (try entry.required("origin").string(), try entry.required("index").int64()) } else { nil }
    }

    // The document decides; everything else was read from it or given beside it.
    package static func == (left: DecisionRecord, right: DecisionRecord) -> Bool {
        left.id == right.id && left.environment == right.environment && left.tenant == right.tenant
            && left.isDryRun == right.isDryRun
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension DecisionRecord.Object {
    fileprivate init(_ cursor: JSONCursor?) throws(JSONError) {
        kind = try cursor?.optionalText("kind")
        name = try cursor?.optionalText("name")
        uid = try cursor?.optionalText("uid")
        ownerUID = try cursor?.optionalText("ownerUid")
        templateDigest = try cursor?.optionalText("templateDigest")
    }
}

extension JSONCursor {
    fileprivate func outcome() throws(JSONError) -> DecisionRecord.Outcome {
        let text = try string()
        guard let outcome = DecisionRecord.Outcome.allCases.first(where: { $0.rawValue.isSame(as: text) }) else {
            throw error("expected allow, deny or indeterminate, saw \"\(text.prefix(40))\"")
        }
        return outcome
    }

    /// The text of an optional member; an empty one counts as absent.
    func optionalText(_ name: String) throws(JSONError) -> String? {
        guard let text = try optional(name)?.string(), !text.isEmpty else { return nil }
        return text
    }

    fileprivate func text(_ name: String, orElse other: String?) throws(JSONError) -> String? {
        guard let text = try optionalText(name) else { return other }
        if let other, !other.isSame(as: text) {
            throw error("\(name): the document says \"\(text.prefix(100))\", the caller \"\(other.prefix(100))\"")
        }
        return text
    }

    fileprivate func list<Element>(
        _ name: String, _ read: (JSONCursor) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var list: [Element] = []
        for item in try optional(name)?.elements(DecisionRecord.maximumElements) ?? [] { list.append(try read(item)) }
        return list
    }
}
