import Attestation
import Core
import Lineage
import Sigstore
import TestSupport
import Testing

/// Evidence that real build systems signed leads back to its source.
@Suite(.enabled(if: SharedData.isPresent, "conformance data"))
struct RealEvidenceTests {
    @Test func anAttestationOfGitHubActionsLeadsToItsCommit() async throws {
        let verifier = Verifier(
            trustRoot: try TrustRoot(parsing: SharedData.bytes("sigstore/trusted_root.public-good.json")),
            signers: .identities([
                IdentityPolicy(
                    issuer: .exact("https://token.actions.githubusercontent.com"),
                    subject: .glob(try Glob("https://github.com/sigstore/sigstore-js/*")))
            ]))
        let bytes = try SharedData.bytes("sigstore/github/sigstore-js-2.1.0.tgz")
        let verdict = verifier.verify(
            try Bundle(parsing: SharedData.bytes("sigstore/github/sigstore-js-2.1.0-bundle.json")),
            artifact: Artifact(bytes: bytes), now: Instant(seconds: 1_790_000_000))
        let evidence = try #require(verdict.evidence)
        let store = try SQLiteStore.inMemory()
        try await store.record([.evidence(EvidenceRecord(evidence))], at: Story.now)
        let subject = try #require(evidence.artifact.digest)
        let report = try await store.why(subject)
        let origin = try #require(report.origins.first)
        let commit = try #require(origin.commit)
        #expect(origin.repository == "https://github.com/sigstore/sigstore-js")
        #expect(origin.commitURL == "https://github.com/sigstore/sigstore-js/commit/\(commit)")
        #expect(report.evidence.first?.record.signer.commit == commit)
        #expect(!report.codes.contains(.sourceContradiction))
        #expect(origin.runURL?.hasPrefix("https://github.com/sigstore/sigstore-js/actions/runs/") == true)
    }
}
