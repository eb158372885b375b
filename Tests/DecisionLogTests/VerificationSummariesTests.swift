import Attestation
import Core
import DecisionLog
import Testing

@testable import Policy

/// Summaries are issued for what was really allowed, and for nothing else.
@Suite("Verification summaries") struct VerificationSummariesTests {
    private static let key = Result { try PrivateKey(generating: .p256) }
    private static let place = LogPlace(origin: "log.example/test", index: 41)

    private func issue(
        _ sample: Sample, life: Duration = VerificationSummaries.defaultLife
    ) throws -> [(image: Digest, document: SignedDocument)] {
        try VerificationSummaries.issue(
            sample.document.json, at: Self.place, life: life, version: "1.0.0", signers: [Self.key.get()])
    }

    @Test func whatItSaysIsWhatWasDecided() throws {
        let sample = Sample.allow()
        let key = try Self.key.get()
        let issued = try issue(sample)
        #expect(issued.map(\.image) == [Sample.image])
        let payload = try #require(issued.first).document.payload(
            type: Envelope.inTotoPayloadType, keys: [key.publicKey], role: "verifier")
        let json = try JSONValue(parsing: payload)
        #expect(json["predicateType"]?.string == VerificationSummary.predicateType)
        #expect(json["subject"]?.array?.first?["digest"]?["sha256"]?.string == Sample.image.hex)
        let summary = try VerificationSummary(try #require(json["predicate"]))
        #expect(summary.result == .passed && summary.environment == "prod" && summary.cluster == "prod-eu")
        #expect(summary.timeVerified == Sample.now)
        #expect(summary.expires == Sample.now + VerificationSummaries.defaultLife)
        #expect(summary.verifierID == "https://mc.internal/verifier/log.example/test")
        let log = try #require(json["predicate"]?["mc_log"])
        #expect(log["index"] == .integer(41) && log["decision"]?.string == "\(sample.document.digest)")
    }

    @Test func aStrangersKeyDoesNotVerifyIt() throws {
        let document = try #require(try issue(.allow()).first).document
        let stranger = try PrivateKey(generating: .p256)
        #expect(throws: SigningError.self) {
            try document.payload(type: Envelope.inTotoPayloadType, keys: [stranger.publicKey], role: "verifier")
        }
    }

    @Test func eachImageHasItsOwn() throws {
        let other = Digest.of([9])
        let issued = try issue(.allow { $0.images.append(("ghcr.io/org/b@\(other)", other)) })
        #expect(Set(issued.map(\.image)) == [Sample.image, other])
    }

    private static let refused: [(String, @Sendable (inout Sample) -> Void)] = [
        ("denied", { $0.outcome = .deny }), ("indeterminate", { $0.outcome = .indeterminate }),
        (
            "audited",
            {
                $0.outcome = .deny
                $0.enforced = .allow
            }
        ), ("only tried", { $0.isDryRun = true }), ("by an unsigned bundle", { $0.isSigned = false }),
        ("always allowed", { $0.note = "a scale-down" }), ("without images", { $0.images = [] }),
        ("without digests", { $0.images = [("ghcr.io/org/app:1", nil)] }),
        ("without environment", { $0.environment = nil }),
    ]

    @Test(arguments: refused.map(\.0)) func nothingElseIsSummarised(_ name: String) throws {
        let change = try #require(Self.refused.first { $0.0 == name }).1
        #expect(throws: VerificationSummaries.Refusal.self, "\(name)") { try issue(.allow(change)) }
    }

    @Test func aLifeIsPositiveAndShort() throws {
        for life in [Duration.zero, .seconds(-1), VerificationSummaries.longestLife + .seconds(1)] {
            #expect(throws: VerificationSummaries.Refusal.self) { try issue(.allow(), life: life) }
        }
        #expect(try issue(.allow(), life: VerificationSummaries.longestLife).count == 1)
    }
}
