import Attestation
import Core
import Sigstore
import TestAuthority
import Testing

@Suite("GO-2026-4529, CVE-2026-54787: validity that was not honoured")
struct ValidityAttacks {
    @Test("GO-2026-4529: an expired intermediate where no log vouches for the time")
    func expiredIntermediate() throws {
        let judgement = try Court.judge(.expiredIntermediate)
        #expect(judgement.outcome == .refused("certificate-expired"), "\(judgement)")
        #expect(try Court.judge(.expiredIntermediate, with: false).outcome == .verified)
    }

    @Test("CVE-2026-54787: the trust root's window of an authority, log, CT log or timestamp authority")
    func trustRootWindows() throws {
        for (flaw, rule) in [
            (Flaw.authorityWindowEnded, "certificate-expired"), (.logWindowEnded, "log-unknown"),
            (.sctLogWindowEnded, "sct-invalid"), (.timestampWindowEnded, "timestamp-invalid"),
        ] as [(Flaw, RuleID)] {
            let judgement = try Court.judge(flaw)
            #expect(judgement.outcome == .refused(rule), "\(flaw): \(judgement)")
            #expect(try Court.judge(flaw, with: false).outcome == .verified)
        }
    }

    @Test("CVE-2026-54787: the window of a managed key, to the second")
    func keyWindow() throws {
        var request = SigningRequest(.artifact(Court.artifact), at: Court.time)
        request.signer = .managedKey(hint: "release")
        let minted = try Court.authority().mint(request)
        let signed = Court.time + .seconds(1)
        func judge(_ start: Instant?, _ end: Instant?) throws -> Court.Outcome {
            let key = TrustedKey(
                minted.key.publicKey, hint: "release", validity: ValidityWindow(start: start, end: end))
            return try Court.judge(minted, signers: .keys([key])).outcome
        }
        #expect(try judge(nil, nil) == .verified)
        #expect(try judge(signed, signed) == .verified)
        #expect(try judge(nil, signed - .seconds(1)) == .refused("key-not-trusted"))
        #expect(try judge(signed + .seconds(1), nil) == .refused("key-not-trusted"))
    }

    @Test("CVE-2026-54787: a key with a window needs a verified time")
    func keyWindowWithoutTime() throws {
        var request = SigningRequest(.artifact(Court.artifact), at: Court.time)
        request.signer = .managedKey(hint: "release")
        request.records = []
        let minted = try Court.authority().mint(request)
        let none = try Court.authority().trustedRoot(
            { () -> TrustRootOptions in
                var options = TrustRootOptions()
                options.services = []
                return options
            }())
        func judge(_ window: ValidityWindow) throws -> Court.Outcome {
            let key = TrustedKey(minted.key.publicKey, hint: "release", validity: window)
            return try Court.judge(minted, signers: .keys([key]), trustRoot: none).outcome
        }
        #expect(try judge(ValidityWindow()) == .verified)
        #expect(try judge(ValidityWindow(end: Court.now)) == .refused("signing-time-missing"))
    }
}

@Suite("CVE-2024-55655, CVE-2026-48816: a time that nobody signed")
struct IntegratedTimeAttacks {
    @Test("CVE-2024-55655, CVE-2026-48816: integratedTime without a promise, or another than was promised")
    func integratedTime() throws {
        try expectRefused(.integratedTimeWithoutSET, "signing-time-missing")
        try expectRefused(.integratedTimeAltered, "log-promise-invalid")
        try expectRefused(.setBadSignature, "log-promise-invalid")
        try expectRefused(.setOtherKey, "log-promise-invalid")
    }

    @Test("CVE-2024-55655: integratedTime of a Rekor v2 entry is nobody's word")
    func version2() throws {
        let minted = try Court.authority().mint(SigningRequest(.artifact(Court.artifact), at: Court.time).inRekorV2)
        #expect(try Court.judge(minted).outcome == .verified)
        let path = ["verificationMaterial", "tlogEntries", "0", "integratedTime"]
        let timed = minted.json.replacing(path, with: .string("\(Court.time.seconds)"))
            .replacing(["verificationMaterial", "timestampVerificationData"], with: nil)
        let judgement = try Court.judge(json: timed, signers: Court.policy(minted), trustRoot: minted.trustedRoot)
        #expect(judgement.outcome == .refused("signing-time-missing"), "\(judgement)")
    }

    @Test("CVE-2026-48816: a time after the certificate's end is refused as that, not as the future")
    func outsideCertificate() throws {
        try expectRefused(.integratedTimeOutsideCertificate, "certificate-expired")
        try expectRefused(.integratedTimeInFuture, "signing-time-in-future")
    }
}

@Suite("CVE-2025-52556, CVE-2026-39984: timestamps")
struct TimestampAttacks {
    @Test("CVE-2025-52556: a response whose signature does not hold")
    func signature() throws {
        for flaw in [Flaw.timestampBadSignature, .timestampOtherKey, .timestampInfoAltered, .timestampDigestOther] {
            try expectRefused(flaw, "timestamp-invalid")
        }
    }

    @Test("CVE-2025-52556: a response of an authority that nobody trusts, over other bytes, or rejected")
    func otherAuthority() throws {
        try expectRefused(.timestampUntrustedAuthority, "timestamp-invalid")
        try expectRefused(.timestampOverOtherBytes, "timestamp-invalid")
        #expect(try Court.judge(.timestampStatusRejected).outcome == .malformed)
        #expect(try Court.judge(.timestampStatusRejected, with: false).outcome == .verified)
    }

    /// A trust root that names only the authority's root, so that tokens bring the certificate that signed.
    private static func rootOnly(_ minted: MintedBundle) throws -> JSONValue {
        let path = ["timestampAuthorities", "0", "certChain", "certificates"]
        let chain = try #require(
            minted.trustedRoot["timestampAuthorities"]?.array?.first?["certChain"]?["certificates"]?.array)
        return minted.trustedRoot.replacing(path, with: .array(Array(chain.dropFirst())))
    }

    @Test(
        "CVE-2026-39984: usage is checked on the certificate that signed, not on one put before it",
        arguments: [
            (Flaw.timestampPrependedCertificate, "extended key usage is not time stamping"),
            (.timestampSignerWithoutPurpose, "extended key usage is not time stamping"),
            (.timestampPurposeNotCritical, "extended key usage is not critical"),
            (.timestampUntrustedAuthority, "did not issue"),
            (.timestampSigningCertificateOther, "without its signer's certificate"),
        ])
    func usageOfTheCertificateThatSigned(flaw: Flaw, because: String) throws {
        let minted = try Court.mint(flaw)
        let judgement = try Court.judge(minted, trustRoot: Self.rootOnly(minted))
        #expect(judgement.outcome == .refused("timestamp-invalid"), "\(judgement)")
        #expect(judgement.reason.contains(because), "\(judgement)")
        let twin = try Court.mint(flaw, with: false)
        #expect(try Court.judge(twin, trustRoot: Self.rootOnly(twin)).outcome == .verified)
        try expectRefused(flaw, "timestamp-invalid")
    }
}

private func expectRefused(_ flaw: Flaw, _ rule: RuleID, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let judgement = try Court.judge(flaw)
    #expect(judgement.outcome == .refused(rule), "\(flaw): \(judgement)", sourceLocation: sourceLocation)
    let twin = try Court.judge(flaw, with: false)
    #expect(twin.outcome == .verified, "\(flaw): \(twin)", sourceLocation: sourceLocation)
}
