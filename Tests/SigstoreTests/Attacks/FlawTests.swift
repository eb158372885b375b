import Core
import Sigstore
import TestAuthority
import Testing

/// Every flaw that can be minted: refused for what is wrong with it, and verified without it.
@Suite("Flaws") struct FlawTests {
    /// What a flaw must come to, and words of the reason, so that it is not refused for something else by accident.
    ///
    /// There is no default on purpose: a new flaw has to be put here.
    static func expected(_ flaw: Flaw) -> (outcome: Court.Outcome, because: String) {
        switch flaw {
        case .signatureFlipped, .signatureOtherKey: (.refused("signature-invalid"), "does not verify over the artifact")
        case .signatureOverPayload:
            (.refused("signature-invalid"), "does not verify over the envelope's payload and type")
        case .payloadSwapped: (.refused("log-entry-mismatch"), "log entry for content")
        case .messageDigestOther: (.refused("artifact-mismatch"), "the artifact sha256:")
        case .subjectOther: (.refused("subject-mismatch"), "a statement about sha256:")
        case .predicateTypeOther: (.refused("predicate-mismatch"), "https://example.com/other/v1")
        case .predicateTypeLookalike: (.refused("predicate-mismatch"), "https://slsa.dev/provenance/v1/")
        case .payloadNotStatement: (.refused("statement-invalid"), "NotAStatement")
        case .payloadTypeOther: (.refused("statement-invalid"), "payload of type")
        case .extraSignature: (.malformed, "exactly one signature")
        case .tooManySignatures: (.malformed, "33 DSSE signatures, at most 32")
        case .tooManySubjects: (.refused("statement-invalid"), "1025 subjects, at most 1024")
        case .tooManyDigests: (.refused("statement-invalid"), "33 digests of one subject, at most 32")
        case .mediaTypeUnknown: (.malformed, "mediaType: expected")

        case .certificateExpiredAtSigning, .certificateNotYetValid:
            (.refused("certificate-expired"), "a signature of \(Court.time + .seconds(1))")
        case .certificateFromOtherAuthority: (.refused("certificate-untrusted"), "named issuer did not make")
        case .expiredIntermediate, .authorityWindowEnded:
            (.refused("certificate-expired"), "a signature of \(Court.time + .seconds(1))")
        case .rootEmbedded: (.refused("root-embedded"), "self-issued certificate")
        case .chainEmpty: (.malformed, "at least one certificate")
        case .leafWithoutKeyUsage, .leafOtherKeyUsage: (.refused("certificate-usage"), "digitalSignature")
        case .leafWithoutExtendedKeyUsage, .leafOtherExtendedKeyUsage: (.refused("certificate-usage"), "codeSigning")
        case .leafIsAuthority: (.refused("certificate-usage"), "an authority's certificate")
        case .leafWithoutName: (.refused("certificate-usage"), "0 subject alternative names")
        case .leafNameNotCritical: (.refused("certificate-usage"), "not critical")
        case .leafUnknownCriticalExtension: (.refused("certificate-usage"), "critical extension")

        case .sctMissing, .sctForeignLog: (.refused("sct-missing"), "of 0 known CT logs")
        case .sctBadSignature, .sctOverOtherCertificate: (.refused("sct-invalid"), "did not sign")
        case .sctLogWindowEnded: (.refused("sct-invalid"), "outside the window of CT log")

        case .logEntryMissing: (.refused("log-entry-missing"), "of 0 distinct transparency logs")
        case .unrelatedLogEntry: (.refused("log-entry-mismatch"), "log entry for content")
        case .logEntryOtherKey, .logEntryOtherSignature: (.refused("log-entry-mismatch"), "another signature")
        case .logEntryOtherCertificate: (.refused("log-entry-mismatch"), "another key or certificate")
        case .kindVersionOther: (.refused("log-entry-mismatch"), "the entry says dsse 0.0.1")
        case .logIDOther: (.refused("log-checkpoint-invalid"), "checkpoint of origin")
        case .logIndexOther: (.refused("log-inclusion-invalid"), "log index 42, but a proof for index 41")
        case .foreignLog: (.refused("log-unknown"), "an entry of the log")
        case .logWindowEnded: (.refused("log-unknown"), "of \(Court.time + .seconds(1))")
        case .duplicateLogEntry, .sameLogTwice: (.refused("log-entry-duplicate"), "the same log entry twice")
        case .tooManyEntries: (.malformed, "33 transparency log entries, at most 32")

        case .setBadSignature, .setOtherKey, .integratedTimeAltered:
            (.refused("log-promise-invalid"), "signed entry timestamp that does not verify")
        case .integratedTimeWithoutSET: (.refused("signing-time-missing"), "no verified signing time")
        case .integratedTimeOutsideCertificate:
            (.refused("certificate-expired"), "a signature of \(Court.time + .seconds(3_601))")
        case .integratedTimeInFuture, .timestampInFuture:
            (.refused("signing-time-in-future"), "a signature of \(Court.now + .seconds(86_401))")

        case .proofMissing: (.refused("log-inclusion-invalid"), "without inclusion proof")
        case .proofHashCorrupted, .proofIndexOff, .rootHashOther:
            (.refused("log-inclusion-invalid"), "a proof that leads to the root")
        case .proofSizeOff: (.refused("log-inclusion-invalid"), "7 hashes for index 41 of 400")
        case .checkpointMissing: (.refused("log-inclusion-invalid"), "without checkpoint")
        case .checkpointRootOther: (.refused("log-checkpoint-invalid"), "a checkpoint of size 100 with root")
        case .checkpointSizeOther: (.refused("log-checkpoint-invalid"), "a checkpoint of size 101 with root")
        case .checkpointOtherOrigin: (.refused("log-checkpoint-invalid"), "of origin \"log.other.example\"")
        case .checkpointOtherName, .checkpointBadHint, .checkpointBadSignature, .checkpointForeignKey:
            (.refused("log-checkpoint-invalid"), "the log's key did not sign")

        case .timestampMissing: (.refused("signing-time-missing"), "no verified signing time")
        case .timestampOverOtherBytes: (.refused("timestamp-invalid"), "a timestamp over sha256:")
        case .timestampBadSignature, .timestampOtherKey:
            (.refused("timestamp-invalid"), "a signature that the authority's key did not make")
        case .timestampInfoAltered, .timestampDigestOther:
            (.refused("timestamp-invalid"), "a message digest that is not the content's")
        // The trust root names the certificate that signs, so any other is foreign before its usage is looked at; for
        // a trust root that names only its issuer see `usageOfTheCertificateThatSigned`.
        case .timestampPrependedCertificate, .timestampSignerWithoutPurpose, .timestampPurposeNotCritical,
            .timestampUntrustedAuthority, .timestampSigningCertificateOther:
            (.refused("timestamp-invalid"), "of an authority that the trust root does not list")
        case .timestampOutsideCertificate, .timestampWindowEnded:
            (.refused("timestamp-invalid"), "a timestamp of \(Court.time + .seconds(1))")
        case .timestampStatusRejected: (.malformed, "status is 2")
        case .timestampContentTypeOther: (.malformed, "content type is not TSTInfo")
        case .timestampWithoutSigningCertificate: (.malformed, "ESSCertIDv2")
        case .tooManyTimestamps: (.malformed, "33 timestamps, at most 32")
        }
    }

    @Test(arguments: Flaw.all)
    func flawIsRefusedForWhatItIs(_ flaw: Flaw) throws {
        let judgement = try Court.judge(flaw)
        let expected = Self.expected(flaw)
        #expect(judgement.outcome == expected.outcome, "\(judgement)")
        #expect(judgement.reason.contains(expected.because), "\(judgement)")
    }

    @Test(arguments: Flaw.all)
    func twinIsVerified(_ flaw: Flaw) throws {
        let judgement = try Court.judge(flaw, with: false)
        #expect(judgement.outcome == .verified, "\(judgement)")
    }
}
