package import Core

/// An entry of the decision log (`schemas/log-entry.v1.json`).
///
/// Entries of a tiled log are at most 65,535 bytes long (C2SP tlog-tiles, `tile/entries`); of a larger decision only its
/// digest is logged, and the decision is kept beside the log.
package struct LogEntry: Sendable, Hashable {
    /// The SHA-256 of the decision's canonical JSON.
    package let decisionDigest: Digest
    /// The decision; `nil` when the entry would be too long with it.
    package let decision: JSONValue?
    package let at: Instant
    package let cluster: String
    package let namespace: String
    /// The digests of the images, sorted, each once; at most ``maximumImages``.
    package let images: [Digest]
    package let outcome: Decision.Outcome
    package let enforcedResult: Decision.Outcome

    /// The longest entry a tile can hold.
    package static let maximumBytes = Cap("bytes of a log entry", 65_535)
    /// A pod has far fewer images; whoever needs the others looks into the decision.
    package static let maximumImages = Cap("images of a log entry", 256)
    /// The names in an entry; Kubernetes' own are at most 253 bytes long.
    static let longestName = 1_024

    package init(_ decision: Decision) {
        let document = decision.json
        let text = document.canonical
        let digests = Set(decision.images.compactMap(\.digest)).sorted { $0.description < $1.description }
        self.init(decision, digests, .of(text), nil)
        // The entry's own members come on top of the decision.
        if text.count <= Self.maximumBytes.limit {
            let whole = LogEntry(decision, digests, .of(text), document)
            if whole.bytes.count <= Self.maximumBytes.limit { self = whole }
        }
    }

    private init(_ decision: Decision, _ images: [Digest], _ digest: Digest, _ document: JSONValue?) {
        decisionDigest = digest
        self.decision = document
        at = decision.at
        cluster = decision.cluster.excerpt(Self.longestName)
        namespace = decision.namespace.excerpt(Self.longestName)
        self.images = Array(images.prefix(Self.maximumImages.limit))
        outcome = decision.outcome
        enforcedResult = decision.enforcedResult
    }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/log-entry.v1.json",
            "decisionDigest": .string(decisionDigest.description), "decision": decision ?? .null,
            "at": .string(at.description), "cluster": .string(cluster), "namespace": .string(namespace),
            "images": .array(images.map { .string($0.description) }), "outcome": .string(outcome.rawValue),
            "enforcedResult": .string(enforcedResult.rawValue),
        ]
    }

    /// The entry as it is logged: canonical JSON.
    package var bytes: [UInt8] { json.canonical }
}
