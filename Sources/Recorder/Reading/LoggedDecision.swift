package import Core
package import Policy

/// A decision as the log has it, with what Events and reports are made of.
package struct LoggedDecision: Sendable {
    package struct Object: Sendable, Hashable {
        package let group: String
        package let kind: String
        package let name: String
        package let uid: String?
        package let ownerUID: String?

        /// The version by which kinds of Kubernetes itself are known; `nil` for others.
        package var apiVersion: String? {
            switch group {
            case "": "v1"
            case "apps", "batch": "\(group)/v1"
            default: nil
            }
        }
    }

    package struct Finding: Sendable, Hashable {
        package let rule: String
        package let severity: String
        package let disposition: String
        package let policy: String?
        package let image: String?
        package let waiver: String?
        package let observed: String
        package let expected: String
    }

    package struct Waiver: Sendable, Hashable {
        package let id: String
        package let owner: String
        package let rule: String
        package let expires: String
    }

    /// The log that it stands in; indices of different logs say nothing of each other.
    package let origin: String
    package private(set) var index: UInt64
    /// How often it was made; repeated denials are one entry.
    package private(set) var times: UInt64 = 1
    /// Whether who asked proved to be the API server.
    package let caller: LogEntry.Caller?
    /// The decision's document.
    package let document: JSONValue
    package private(set) var at: Instant
    package let namespace: String
    package let operation: String
    package let outcome: String
    package let enforcedResult: String
    package let isDryRun: Bool
    package let note: String?
    package let object: Object
    package let bundleVersion: String
    package let policies: [(name: String, outcome: String)]
    package let images: [(reference: String, digest: String?)]
    package let findings: [Finding]
    package let waivers: [Waiver]

    private static let list = Cap("elements of a decision's list", 10_000)

    /// Reads an entry of the log.
    ///
    /// - Throws: ``RecorderError`` with code `malformed`.
    static func record(_ bytes: [UInt8], origin: String) throws(RecorderError) -> LogRecord {
        do throws(JSONError) {
            return try LogRecord(parsing: bytes)
        } catch {
            throw RecorderError(.malformed, "\(error)", at: origin)
        }
    }

    /// Reads an entry of the log.
    ///
    /// - Returns: `nil` when it is about something else than a decision.
    /// - Throws: ``RecorderError`` with code `malformed`.
    package static func entry(_ bytes: [UInt8], origin: String) throws(RecorderError) -> LogEntry? {
        guard case .decision(let entry) = try record(bytes, origin: origin) else { return nil }
        return entry
    }

    /// The same decision as an entry says that it was repeated.
    func repeated(_ record: RepeatRecord, index: UInt64) -> LoggedDecision {
        var decision = self
        decision.index = index
        decision.times = record.count
        decision.at = record.to
        return decision
    }

    /// Reads a decision of the log.
    ///
    /// - Parameters:
    ///   - entry: its entry.
    ///   - document: the decision itself, when the entry has its digest only.
    /// - Throws: ``RecorderError`` with code `malformed`.
    package init(
        _ entry: LogEntry, index: UInt64, origin: String, document: [UInt8]? = nil
    ) throws(RecorderError) {
        do throws(JSONError) {
            let decision: JSONValue
            if let document {
                decision = try JSONValue(parsing: document, limits: JSONLimits(bytes: 4 << 20))
            } else {
                decision = entry.decision ?? .null
            }
            let cursor = JSONCursor(decision)
            guard Digest.of(decision.canonical) == entry.decisionDigest else {
                throw cursor.error("the decision does not hash to \(entry.decisionDigest)")
            }
            try self.init(cursor, origin, index, caller: entry.caller)
        } catch {
            throw RecorderError(.malformed, "entry \(index): \(error)", at: origin)
        }
    }

    private init(
        _ document: JSONCursor, _ origin: String, _ index: UInt64, caller: LogEntry.Caller?
    ) throws(JSONError) {
        func text(_ cursor: JSONCursor, _ name: String) throws(JSONError) -> String? {
            guard let text = try cursor.optional(name)?.string(), !text.isEmpty else { return nil }
            return text
        }
        self.origin = origin
        self.index = index
        self.caller = caller
        self.document = document.value
        at = try document.required("at").instant()
        namespace = try text(document, "namespace") ?? ""
        operation = try text(document, "operation") ?? ""
        outcome = try document.required("decision").string()
        enforcedResult = try document.required("enforcedResult").string()
        isDryRun = try document.optional("dryRun")?.bool() ?? false
        note = try text(document, "note")
        let object = try document.required("object")
        self.object = Object(
            group: try text(object, "group") ?? "", kind: try text(object, "kind") ?? "",
            name: try text(object, "name") ?? "", uid: try text(object, "uid"), ownerUID: try text(object, "ownerUid"))
        var version: String?
        if let bundle = try document.optional("bundle") { version = try text(bundle, "version") }
        bundleVersion = version ?? ""
        var policies: [(String, String)] = []
        for item in try document.optional("policies")?.elements(Self.list) ?? [] {
            policies.append((try item.required("name").string(), try text(item, "decision") ?? ""))
        }
        self.policies = policies
        var images: [(String, String?)] = []
        for item in try document.optional("images")?.elements(Self.list) ?? [] {
            images.append((try item.required("reference").string(), try text(item, "digest")))
        }
        self.images = images
        var findings: [Finding] = []
        for item in try document.optional("findings")?.elements(Self.list) ?? [] {
            findings.append(
                Finding(
                    rule: try item.required("rule").string(), severity: try text(item, "severity") ?? "",
                    disposition: try text(item, "disposition") ?? "", policy: try text(item, "policy"),
                    image: try text(item, "image"), waiver: try text(item, "waiver"),
                    observed: try text(item, "observed") ?? "", expected: try text(item, "expected") ?? ""))
        }
        self.findings = findings
        var waivers: [Waiver] = []
        for item in try document.optional("waiversUsed")?.elements(Self.list) ?? [] {
            waivers.append(
                Waiver(
                    id: try item.required("id").string(), owner: try text(item, "owner") ?? "",
                    rule: try text(item, "rule") ?? "", expires: try text(item, "expires") ?? ""))
        }
        self.waivers = waivers
    }

    /// The digest of an image of the decision, or its reference where it has none.
    func digest(of image: String?) -> String? {
        guard let image else { return nil }
        return images.first { $0.reference.isSame(as: image) }?.digest ?? image
    }
}
