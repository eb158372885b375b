import Foundation
import TestSupport
import Testing

/// The public conformance suite through the command line.
@Suite("Conformance", .enabled(if: SharedData.isPresent, "\(SharedData.missing)"))
struct ConformanceTests {
    /// What cannot even be read: broken JSON, base64, keys and timestamps, and a chain of no certificates.
    static let malformed: Set<String> = [
        "bundle-empty-certificate-chain_fail", "bundle-malformed-json_fail", "managed-key-wrong-key_fail",
        "rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail",
        "rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail", "rekor2-timestamp-with-incorrect-time_fail",
    ]

    @Test(arguments: ConformanceCase.all)
    func exitCode(of testCase: ConformanceCase) async throws {
        let signer: [String] =
            switch try testCase.signer {
            case .key(let path): ["--key", try SharedData.url(path).path]
            case .identity(let subject, let issuer):
                ["--certificate-identity", subject, "--certificate-oidc-issuer", issuer]
            }
        let run = try await Tool.run(
            ["verify", "bundle", "--bundle", try SharedData.url(testCase.bundlePath).path]
                + ["--trusted-root", try SharedData.url(testCase.trustRootPath).path] + signer
                + [try SharedData.url(testCase.artifactPath).path])
        let expected: Int32 = testCase.mustFail ? Self.malformed.contains(testCase.name) ? 2 : 1 : 0
        #expect(run.status == expected, "\(run.all)")
        #expect(run.error.isEmpty == (expected != 2), "\(run.error)")
    }

    @Test func everyCaseIsThere() {
        #expect(ConformanceCase.all.count == 48)
        #expect(Self.malformed.isSubset(of: ConformanceCase.all.map(\.name)))
    }
}
