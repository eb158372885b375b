package import Core

/// A decision as readers of the log see it: what was decided about what, and why.
package struct RecordedDecision: Sendable, Hashable {
    package struct Object: Sendable, Hashable {
        package let group: String
        package let kind: String
        package let name: String
        package let uid: String?
        package let ownerUID: String?
        package let templateDigest: Digest?
    }

    package struct Policy: Sendable, Hashable {
        package let name: String
        package let mode: DeployPolicy.Mode
        package let outcome: Decision.Outcome
    }

    package struct Image: Sendable, Hashable {
        package let reference: String
        package let digest: Digest?
        /// The digests of the verified evidence that was looked at.
        package let evidence: [Digest]
        package let uses: [String]
    }

    package struct Finding: Sendable, Hashable {
        package let rule: RuleID
        package let severity: Severity
        package let observed: String
        package let expected: String
        package let evidence: [Digest]
        package let disposition: Decision.Disposition
        package let policy: String?
        package let image: String?
        package let waiver: String?
    }

    package struct UsedWaiver: Sendable, Hashable {
        package let id: String
        package let digest: Digest
        package let owner: String
        package let rule: RuleID
        package let expires: Instant
    }

    package let outcome: Decision.Outcome
    package let enforcedResult: Decision.Outcome
    package let mode: DeployPolicy.Mode
    package let at: Instant
    package let cluster: String
    package let namespace: String
    package let environment: String?
    package let tenant: String?
    package let operation: AdmissionFacts.Operation
    package let isDryRun: Bool
    package let object: Object
    package let username: String
    package let bundleVersion: String
    package let bundleDigest: Digest
    package let isBundleSigned: Bool
    package let policies: [Policy]
    package let images: [Image]
    package let findings: [Finding]
    package let waiversUsed: [UsedWaiver]
    package let note: String?

    /// The findings that deny or would.
    package var blocking: [Finding] {
        findings.filter { $0.disposition == .denies || $0.disposition == .undetermined }
    }
}
