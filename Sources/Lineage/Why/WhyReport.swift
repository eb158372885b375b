package import Core

/// Why an image is here: where it came from, who says so, what was decided, and what is not known.
package struct WhyReport: Sendable, Hashable {
    /// The way from an image back to its source, as one provenance tells it.
    ///
    /// Every step rests on the same evidence: steps that different evidence tells are never joined into one way.
    package struct Origin: Sendable, Hashable {
        /// The evidence that tells it.
        package let evidence: Digest
        package let isSigned: Bool
        /// What was built: the image, or a platform of it that a decision named the evidence of.
        package let built: String
        /// The run as the provenance names it.
        package let run: String?
        package let runURL: String?
        package let builder: String?
        package let repository: String?
        package let ref: String?
        package let commit: String?
        package let commitURL: String?
        package let workflow: String?
        package let hermetic: Bool?
        package let startedOn: Instant?
        package let finishedOn: Instant?
        package let pullRequests: [PullRequest]
    }

    /// A pull request that led to a commit, as an unsigned event tells it.
    package struct PullRequest: Sendable, Hashable {
        package enum Relation: String, Sendable, Hashable {
            /// Its merge made the commit.
            case merged
            /// The commit is the last of its branch.
            case head
        }

        package let record: PullRequestRecord
        package let relation: Relation
        /// The digest of the recorded event.
        package let source: Digest
        package var isSigned: Bool { false }

        /// The event's address where it is on the repository's host, or else the one the host usually has.
        package var url: String? {
            if let url = WebLink.plain(record.url), let address = WebAddress(url),
                let repository = WebAddress(record.repository), address.host.isSame(as: repository.host)
            {
                return url
            }
            return WebLink.pullRequest(record.number, of: record.repository)
        }
    }

    /// A piece of evidence, and since when it is known.
    package struct Evidence: Sendable, Hashable {
        package let record: EvidenceRecord
        package let isSigned: Bool
        package let firstSeen: Instant
        /// The digests of the trust roots it was verified against.
        package let trustRoots: [String]
        /// Whether it is about the image itself; otherwise a decision on the image names it.
        package let isAboutImage: Bool
    }

    /// Something that is not known, and what would make it known.
    package struct Gap: Sendable, Hashable {
        /// A stable name.
        package enum Code: String, Sendable, Hashable, CaseIterable {
            case imageUnknown = "image-unknown"
            case noEvidence = "no-evidence"
            case noProvenance = "no-provenance"
            case noRun = "no-run"
            case noBuilder = "no-builder"
            case noCommit = "no-commit"
            case noPullRequest = "no-pull-request"
            case noBillOfMaterials = "no-bill-of-materials"
            case noDecision = "no-decision"
            case evidenceNotRecorded = "evidence-not-recorded"
            case unreadableEvidence = "unreadable-evidence"
            case sourceContradiction = "source-contradiction"
            case moreDecisions = "more-decisions"
            case moreEvidence = "more-evidence"
        }

        package let code: Code
        package let text: String
    }

    /// What was asked about.
    package let image: Digest
    package let origins: [Origin]
    package let evidence: [Evidence]
    /// Newest first.
    package let decisions: [DecisionRecord]
    /// How many decisions there are in all.
    package let decisionCount: Int
    package let gaps: [Gap]

    /// Whether anything at all is known of the image.
    package var isKnown: Bool { !evidence.isEmpty || decisionCount > 0 }
}
