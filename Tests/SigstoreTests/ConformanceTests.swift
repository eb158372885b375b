import Core
import Sigstore
import TestSupport
import Testing

/// The public Sigstore conformance suite: `*_fail` must be rejected, everything else verified.
@Suite(.enabled(if: SharedData.isPresent, "conformance data"))
struct ConformanceTests {
    static let now = Instant(seconds: 1_790_000_000)

    @Test(arguments: ConformanceCase.all)
    func verdict(of testCase: ConformanceCase) throws {
        let verdict: Verdict
        do {
            let bundle = try Bundle(parsing: testCase.bundle)
            let verifier = try Verifier(trustRoot: testCase.trustRoot, signers: testCase.signers)
            verdict = verifier.verify(bundle, artifact: Artifact(bytes: try testCase.artifact), now: Self.now)
        } catch {
            #expect(testCase.mustFail, "\(error)")
            #expect(error is EvidenceError || error is KeyError, "\(error)")
            return
        }
        #expect((verdict.evidence == nil) == testCase.mustFail, "\(verdict.refusal?.description ?? "verified")")
    }

    @Test func everyCaseIsThere() {
        #expect(ConformanceCase.all.count == 48)
    }
}
