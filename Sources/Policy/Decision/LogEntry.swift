package import Core

/// An entry of the decision log: a decision, and the facts it rests on (`schemas/log-entry.v1.json`).
///
/// Entries of a tiled log are at most 65,535 bytes long (C2SP tlog-tiles, `tile/entries`). Of what is larger only the
/// digests are logged, and the decision and the facts are kept beside the log.
package struct LogEntry: Sendable, Hashable {
    /// The SHA-256 of the decision's canonical JSON.
    package let decisionDigest: Digest
    /// The decision; `nil` when the entry would be too long with it.
    package let decision: JSONValue?
    /// The SHA-256 of the canonical JSON of the facts; `nil` when they were not recorded.
    package let factsDigest: Digest?
    /// ``AdmissionFacts/recorded``; `nil` when they were not recorded, or the entry would be too long with them.
    package let facts: JSONValue?
    package let at: Instant
    /// Whether who asked proved to be the API server; `nil` when nobody asked over a network.
    package let caller: Caller?
    package let cluster: String
    package let namespace: String
    /// The digests of the images, sorted, each once; at most ``maximumImages``.
    package let images: [Digest]
    package let outcome: Decision.Outcome
    package let enforcedResult: Decision.Outcome
    /// The entry as it is logged: canonical JSON.
    package let bytes: [UInt8]

    /// What a webhook knows of who asks; many managed API servers show no certificate.
    package enum Caller: String, Sendable, Hashable, CaseIterable {
        case authenticated, unauthenticated
    }

    package static let schema = "https://mc.internal/schemas/log-entry.v1.json"
    /// The longest entry a tile can hold.
    package static let maximumBytes = Cap("bytes of a log entry", 65_535)
    /// A pod has far fewer images; whoever needs the others looks into the decision.
    package static let maximumImages = Cap("images of a log entry", 256)
    /// The names in an entry; Kubernetes' own are at most 253 bytes long.
    static let longestName = 1_024

    /// - Parameter facts: what the decision rests on; without them it cannot be replayed from the log.
    package init(_ decision: Decision, facts: AdmissionFacts? = nil) {
        self.init(CanonicalDecision(decision), facts: facts)
    }

    /// - Parameters:
    ///   - document: the decision as it was written already.
    ///   - facts: what the decision rests on; without them it cannot be replayed from the log.
    ///   - caller: what is known of who asked.
    package init(_ document: CanonicalDecision, facts: AdmissionFacts? = nil, caller: Caller? = nil) {
        let recorded = facts?.recorded
        let text = recorded?.canonical
        let factsDigest = text.map { Digest.of($0) }
        let named = Set(document.decision.images.compactMap(\.digest))
        let digests = named.map { (text: $0.description, digest: $0) }.sorted { $0.text < $1.text }
            .prefix(Self.maximumImages.limit)
        var parts = Parts(document, digests.map(\.text), factsDigest, caller)
        parts.decision = document.bytes
        parts.facts = text
        // What was decided is what the log is for; the facts make room for it.
        if parts.length > Self.maximumBytes.limit { parts.facts = nil }
        if parts.length > Self.maximumBytes.limit { parts.decision = nil }
        decisionDigest = document.digest
        decision = parts.decision.map { _ in document.json }
        self.factsDigest = factsDigest
        self.facts = parts.facts.flatMap { _ in recorded }
        at = document.decision.at
        self.caller = caller
        cluster = parts.cluster
        namespace = parts.namespace
        images = digests.map(\.digest)
        outcome = document.decision.outcome
        enforcedResult = document.decision.enforcedResult
        bytes = parts.bytes
    }

    init(
        decisionDigest: Digest, decision: JSONValue?, factsDigest: Digest?, facts: JSONValue?, at: Instant,
        caller: Caller?,
        cluster: String, namespace: String, images: [Digest], outcome: Decision.Outcome,
        enforcedResult: Decision.Outcome, bytes: [UInt8]
    ) {
        self.decisionDigest = decisionDigest
        self.decision = decision
        self.factsDigest = factsDigest
        self.facts = facts
        self.at = at
        self.caller = caller
        self.cluster = cluster
        self.namespace = namespace
        self.images = images
        self.outcome = outcome
        self.enforcedResult = enforcedResult
        self.bytes = bytes
    }

    package var json: JSONValue {
        var members: [JSONObject.Member] = [
            .init(key: "schema", value: .string(Self.schema)),
            .init(key: "decisionDigest", value: .string(decisionDigest.description)),
            .init(key: "decision", value: decision ?? .null),
        ]
        if let factsDigest {
            members.append(.init(key: "factsDigest", value: .string(factsDigest.description)))
            members.append(.init(key: "facts", value: facts ?? .null))
        }
        if let caller { members.append(.init(key: "caller", value: .string(caller.rawValue))) }
        members += [
            .init(key: "at", value: .string(at.description)), .init(key: "cluster", value: .string(cluster)),
            .init(key: "namespace", value: .string(namespace)),
            .init(key: "images", value: .array(images.map { .string($0.description) })),
            .init(key: "outcome", value: .string(outcome.rawValue)),
            .init(key: "enforcedResult", value: .string(enforcedResult.rawValue)),
        ]
        return .object(JSONObject(unique: members))
    }
}

// What is logged is what an entry is: the order of members in the documents it was made of does not matter.
extension LogEntry {
    package static func == (left: LogEntry, right: LogEntry) -> Bool { left.bytes == right.bytes }

    package func hash(into hasher: inout Hasher) { hasher.combine(decisionDigest) }
}

extension LogEntry {
    /// An entry in the pieces its canonical form is put together of, so that what is written already is not written
    /// again; a webhook does this for every request.
    private struct Parts {
        var decision: [UInt8]?
        var facts: [UInt8]?
        let cluster: String
        let namespace: String
        let images: [String]
        private let hasFacts: Bool
        /// What stands between `at` and `decision`, and so on; names are sorted (RFC 8785 §3.2.3).
        private let beforeDecision: [UInt8]
        private let beforeFacts: [UInt8]
        private let afterFacts: [UInt8]

        private static let null = Array("null".utf8)

        init(_ document: CanonicalDecision, _ digests: [String], _ factsDigest: Digest?, _ caller: Caller?) {
            let decision = document.decision
            cluster = decision.cluster.excerpt(LogEntry.longestName)
            namespace = decision.namespace.excerpt(LogEntry.longestName)
            images = digests
            hasFacts = factsDigest != nil
            var text = Array(#"{"at":""#.utf8)
            text += decision.at.description.utf8
            if let caller {
                text += #"","caller":""#.utf8
                text += caller.rawValue.utf8
            }
            text += #"","cluster":"#.utf8
            text += JSONValue.string(cluster).canonical
            text += #","decision":"#.utf8
            beforeDecision = text
            text = Array(#","decisionDigest":""#.utf8)
            text += document.digest.description.utf8
            text += #"","enforcedResult":""#.utf8
            text += decision.enforcedResult.rawValue.utf8
            text += #"","#.utf8
            if hasFacts { text += #""facts":"#.utf8 }
            beforeFacts = text
            text = []
            if let factsDigest {
                text += #","factsDigest":""#.utf8
                text += factsDigest.description.utf8
                text += #"","#.utf8
            }
            text += #""images":["#.utf8
            for (index, image) in images.enumerated() {
                text += (index == 0 ? "\"" : ",\"").utf8
                text += image.utf8
                text += "\"".utf8
            }
            text += #"],"namespace":"#.utf8
            text += JSONValue.string(namespace).canonical
            text += #","outcome":""#.utf8
            text += decision.outcome.rawValue.utf8
            text += #"","schema":""#.utf8
            text += LogEntry.schema.utf8
            text += "\"}".utf8
            afterFacts = text
        }

        var length: Int {
            beforeDecision.count + (decision ?? Self.null).count + beforeFacts.count
                + (hasFacts ? (facts ?? Self.null).count : 0) + afterFacts.count
        }

        var bytes: [UInt8] {
            var text: [UInt8] = []
            text.reserveCapacity(length)
            text += beforeDecision
            text += decision ?? Self.null
            text += beforeFacts
            if hasFacts { text += facts ?? Self.null }
            text += afterFacts
            return text
        }
    }
}
