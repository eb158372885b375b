package import Core

/// What was decided about a request, and everything it rests on (`schemas/decision.v1.json`).
package struct Decision: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable {
        case allow, deny
        /// Something that could have decided could not be had; it denies in Enforce.
        case indeterminate
    }

    /// What became of a finding.
    package enum Disposition: String, Sendable, Hashable, CaseIterable, Comparable {
        /// It denies.
        case denies
        /// Whether it denies could not be found out.
        case undetermined
        /// A waiver covers it.
        case waived
        /// It would deny, were the pod template not already admitted and the grace not yet over.
        case warns
        /// It says more about another finding and decides nothing itself.
        case explains

        package static func < (left: Disposition, right: Disposition) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package struct DecisionFinding: Sendable, Hashable {
        package let finding: Finding
        package let disposition: Disposition
        /// The policy that demands it; `nil` for what holds for every request.
        package let policy: String?
        /// The image as the workload names it; `nil` for what is about the request.
        package let image: String?
        /// The id of the waiver that covers it.
        package let waiver: String?
    }

    package struct AppliedPolicy: Sendable, Hashable {
        package let name: String
        package let mode: DeployPolicy.Mode
        package let outcome: Outcome
    }

    package struct Image: Sendable, Hashable {
        package let reference: String
        package let digest: Digest?
        /// The digests of the verified evidence that was looked at, sorted.
        package let evidence: [Digest]
        /// Where the workload names it.
        package let uses: [String]
    }

    package struct UsedWaiver: Sendable, Hashable {
        package let id: String
        package let digest: Digest
        package let owner: String
        package let rule: RuleID
        package let expires: Instant
    }

    package internal(set) var outcome: Outcome
    /// `Enforce` as soon as one of the policies is.
    package let mode: DeployPolicy.Mode
    package internal(set) var enforcedResult: Outcome
    package let at: Instant
    package let cluster: String
    package let namespace: String
    package let environment: String?
    package let tenant: String?
    package let operation: AdmissionFacts.Operation
    package let isDryRun: Bool
    package let object: AdmissionFacts.Object
    package let ownerUID: String?
    package let requester: Requester
    package let claims: RequesterClaims?
    package let bundleVersion: String
    package let bundleDigest: Digest
    package let isBundleSigned: Bool
    package let policies: [AppliedPolicy]
    package let images: [Image]
    package internal(set) var findings: [DecisionFinding]
    package let waiversUsed: [UsedWaiver]
    /// Why nothing was judged, when nothing was.
    package let note: String?

    /// The findings that deny or would.
    package var blocking: [DecisionFinding] {
        findings.filter { $0.disposition == .denies || $0.disposition == .undetermined }
    }
}
