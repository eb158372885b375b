package import Attestation
package import Core

/// An image of a workload, and what is known about it.
package struct ImageFacts: Sendable {
    /// The image as the workload names it.
    package var text: String
    /// Where it is named: container names, or fields, sorted.
    package var uses: [String]
    /// The reference, or why there is none.
    package var reference: Result<ImageReference, ImageReferenceError>
    /// The digest of the reference or, where it has none, what its source resolved it to.
    package var digest: Digest?
    /// The repository of the `mc.repo` annotation that applies, if there is one.
    package var repository: String?
    package var evidence: ImageEvidence

    package init(
        text: String, uses: [String], reference: Result<ImageReference, ImageReferenceError>, digest: Digest?,
        repository: String?, evidence: ImageEvidence
    ) {
        self.text = text
        self.uses = uses
        self.reference = reference
        self.digest = digest
        self.repository = repository
        self.evidence = evidence
    }
}

/// The evidence about an image: on the image itself and, for an index, on the manifest of each platform.
package struct ImageEvidence: Sendable, Hashable {
    /// One manifest.
    package struct Part: Sendable, Hashable {
        package var digest: Digest
        /// Such as `linux/amd64`; `nil` for the image itself.
        package var platform: String?
        package var verified: [EvidenceItem]
        package var refused: [RefusedEvidence]

        package init(
            digest: Digest, platform: String? = nil, verified: [EvidenceItem] = [], refused: [RefusedEvidence] = []
        ) {
            self.digest = digest
            self.platform = platform
            self.verified = verified
            self.refused = refused
        }
    }

    /// Evidence that is older than it should be, because where it was read from gives no answer now.
    package struct Staleness: Sendable, Hashable {
        /// When it was last read in full.
        package var readAt: Instant
        /// When it should have been read again.
        package var since: Instant
        /// Who gives no answer, in words.
        package var reasons: [String]

        package init(readAt: Instant, since: Instant, reasons: [String]) {
            self.readAt = readAt
            self.since = since
            self.reasons = reasons
        }
    }

    /// The evidence on the referenced digest itself; `nil` when there is no digest.
    package var whole: Part?
    /// The platforms of an index that can be run; empty for a single manifest.
    package var platforms: [Part]
    /// What could not be read and might have held evidence, in words.
    package var unread: [String]
    /// Those of them that gave no answer at all. Somebody's word against the image may be there; in a single piece that
    /// does not parse, which anybody may attach, it is not.
    package var unanswered: [String]
    /// Set when some of the evidence is remembered from before an outage; only what was admitted before may rest on it.
    package var stale: Staleness?

    package init(
        whole: Part?, platforms: [Part] = [], unread: [String] = [], unanswered: [String] = [],
        stale: Staleness? = nil
    ) {
        self.whole = whole
        self.platforms = platforms
        self.unread = unread
        self.unanswered = unanswered
        self.stale = stale
    }

    /// Nothing was looked for, for want of a digest.
    package static let none = ImageEvidence(whole: nil)
}

/// Verified evidence with its predicate read once.
package struct EvidenceItem: Sendable, Hashable {
    /// Behind one reference: items go through many lists on the way to a decision, and have dozens of fields.
    private final class Content: Sendable {
        let evidence: VerifiedEvidence
        let trustRoot: String
        let predicate: Result<Predicate, JSONError>?

        init(_ evidence: VerifiedEvidence, _ trustRoot: String) {
            self.evidence = evidence
            self.trustRoot = trustRoot
            predicate = evidence.statement.map { statement in
                Result { () throws(JSONError) in try Predicate(statement, strictness: .warnUnknown) }
            }
        }
    }

    private let content: Content

    package init(_ evidence: VerifiedEvidence, trustRoot: String) { content = Content(evidence, trustRoot) }

    package var evidence: VerifiedEvidence { content.evidence }
    /// The evidence's digest.
    package var digest: Digest { content.evidence.digest }
    /// The name of the `TrustRoot` document it was verified against.
    package var trustRoot: String { content.trustRoot }
    /// What the statement says; `nil` when the evidence is no statement. Delivery claims are read leniently here, the
    /// warnings say what a strict reading refuses.
    package var predicate: Result<Predicate, JSONError>? { content.predicate }

    /// Whether it is the same evidence, verified against the same trust root.
    package func isSamePiece(as other: EvidenceItem) -> Bool {
        content === other.content || (digest == other.digest && trustRoot.isSame(as: other.trustRoot))
    }

    // What the statement says follows from the evidence.
    package static func == (left: EvidenceItem, right: EvidenceItem) -> Bool {
        left.content === right.content
            || (left.evidence == right.evidence && left.trustRoot == right.trustRoot)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(evidence)
        hasher.combine(trustRoot)
    }

    /// When the evidence was signed, as far as that is known.
    ///
    /// A short-lived certificate can sign only while it is valid, so the first verified time is about that of the
    /// signature. A key signs for years: that its signature was logged or timestamped again says nothing of its age, and
    /// only what the signer wrote into the statement counts, as long as it is not later.
    package var time: Instant? {
        let first = evidence.times.map(\.instant).min()
        guard case .key = evidence.signer else { return first }
        guard let stated else { return nil }
        return first.map { min($0, stated) } ?? stated
    }

    /// Whether its place in a log tells when it was signed.
    var isOrderedByLogs: Bool { if case .key = evidence.signer { false } else { true } }

    /// The time that the statement itself names.
    private var stated: Instant? {
        switch predicate {
        case .success(.provenance(let provenance)): provenance.finishedOn ?? provenance.startedOn
        case .success(.verificationSummary(let summary)): summary.timeVerified
        case .success, .failure, nil: nil
        }
    }
}

/// Evidence that was found and not accepted; it explains a denial and never causes one.
package struct RefusedEvidence: Sendable, Hashable {
    package let origin: String
    package let finding: Finding

    package init(origin: String, finding: Finding) {
        self.origin = origin
        self.finding = finding
    }
}
