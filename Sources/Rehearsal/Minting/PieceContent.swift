package import Attestation
package import Core

/// What a provenance says.
package struct ProvenanceContent: Sendable, Hashable {
    package var version = Provenance.Version.v1
    package var builder = "https://github.com/actions/runner/github-hosted"
    /// Owner and name, or a URL; the signer's own when `nil`.
    package var repository: String?
    package var repositoryID: String?
    /// The signer's own when `nil`.
    package var ref: String?
    package var commit: String?
    package var hermetic: Bool?

    package init() {}
}

/// What a bill of materials says.
package struct BillContent: Sendable, Hashable {
    package var format: BillOfMaterials.Format
    /// The artifact it says to describe; none when `nil`.
    package var describes: Digest?

    package init(format: BillOfMaterials.Format = .cycloneDX, describes: Digest? = nil) {
        self.format = format
        self.describes = describes
    }
}

/// What delivery claims say.
package struct DeliveryContent: Sendable, Hashable {
    package enum ClaimedWaiver: Sendable, Hashable {
        /// One of the case's own waivers.
        case ofCase(String)
        case other(id: String, digest: Digest)
    }

    package var bundleVersion = "v28.1"
    package var hermetic: Bool?
    package var waivers: [ClaimedWaiver] = []
    /// Names of fields that the schema does not know.
    package var unknownFields: [String] = []

    package init() {}
}

/// What a gate found.
package struct TestContent: Sendable, Hashable {
    package var gate: String
    package var result: TestResult.Result
    package var failedTests: [String]

    package init(gate: String, result: TestResult.Result = .passed, failedTests: [String] = []) {
        self.gate = gate
        self.result = result
        self.failedTests = failedTests
    }
}

/// What another verifier found.
package struct SummaryContent: Sendable, Hashable {
    package var verifier: String
    package var result = VerificationSummary.Result.passed
    package var levels: [String] = ["SLSA_BUILD_LEVEL_3"]
    package var policyDigest: Digest?
    package var environment: String?
    package var cluster: String?
    package var expires: Moment?

    package init(verifier: String) { self.verifier = verifier }
}
