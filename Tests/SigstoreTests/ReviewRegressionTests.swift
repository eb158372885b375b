import Attestation
import Core
import Sigstore
import TestAuthority
import Testing

/// Ways past the verifier that a review found; each is closed, and its honest twin still verifies.
@Suite struct ReviewRegressionTests {
    static let now = Instant(seconds: 1_770_000_000)
    static let artifact = Array("the artifact".utf8)

    static func verdict(_ minted: MintedBundle, root: [UInt8], signers: SignerPolicy) throws -> Verdict {
        Verifier(trustRoot: try TrustRoot(parsing: root), signers: signers)
            .verify(try Bundle(parsing: minted.bytes), artifact: Artifact(bytes: artifact), now: now)
    }

    /// Without a signing time a log key whose window has ended must not count (CVE-2026-54787).
    @Test(arguments: [false, true])
    func endedLogKeyDoesNotVouchForAKeyWithoutTime(hasEnded: Bool) throws {
        let authority = try Authority(now: Self.now)
        var request = SigningRequest(.artifact(Self.artifact), at: Self.now - .seconds(86_400))
        request.signer = .managedKey(hint: "k")
        request.records = [.init(.rekorV2)]
        let minted = try authority.mint(request)
        var options = TrustRootOptions()
        if hasEnded {
            options.windows[.rekorV2] = Window(Self.now - .seconds(9_000_000), Self.now - .seconds(3600))
        }
        let verdict = try Self.verdict(
            minted, root: authority.trustedRootJSON(options),
            signers: .keys([TrustedKey(minted.key.publicKey, hint: "k")]))
        #expect((verdict.evidence == nil) == hasEnded, "\(verdict)")
        #expect(verdict.refusal?.finding.rule == (hasEnded ? "signing-time-missing" : nil))
    }

    /// A combining mark after the colon must not vanish with it.
    @Test func digestTakesNoCombiningMark() {
        let hex = String(repeating: "ab", count: 32)
        #expect(Digest("sha256:\(hex)") != nil)
        #expect(Digest("sha256:\u{301}\(hex)") == nil)
        #expect(Digest("sha256:\u{200D}\(hex)") == nil)
    }

    /// One workflow on two branches is one signer: who may push one may push the other.
    @Test func refsDoNotMakeTwoSigners() throws {
        let authority = try Authority(now: Self.now)
        func evidence(_ repository: String, _ ref: String) throws -> VerifiedEvidence {
            var request = SigningRequest(.artifact(Self.artifact), at: Self.now - .seconds(86_400))
            request.signer = .certificate(.workflow(repository: repository, ref: ref))
            let anybody = SignerPolicy.identities([
                IdentityPolicy(issuer: .glob(try Glob("*")), subject: .glob(try Glob("*")))
            ])
            let verdict = try Self.verdict(
                authority.mint(request), root: authority.trustedRootJSON(), signers: anybody)
            return try #require(verdict.evidence)
        }
        let main = try evidence("example/app", "refs/heads/main")
        #expect(SignerThreshold.distinct([main, try evidence("example/app", "refs/heads/side")]) == 1)
        #expect(SignerThreshold.distinct([main, try evidence("example/other", "refs/heads/main")]) == 2)
    }

    /// A misspelt list must not silently drop what the list demands.
    @Test func misspeltListIsRefused() throws {
        let text = String(decoding: try Authority(now: Self.now).trustedRootJSON(), as: UTF8.self)
        #expect(throws: Never.self) { try TrustRoot(parsing: Array(text.utf8)) }
        #expect(throws: EvidenceError.self) {
            try TrustRoot(parsing: Array(text.replacing("\"tlogs\"", with: "\"tLogs\"").utf8))
        }
    }

    /// The wrong key is told as such, not as tampering with a log.
    @Test func wrongKeyIsToldAsWrongKey() throws {
        let authority = try Authority(now: Self.now)
        var request = SigningRequest(.artifact(Self.artifact), at: Self.now - .seconds(86_400))
        request.signer = .managedKey(hint: "k")
        let minted = try authority.mint(request)
        let other = try PrivateKey(generating: .p256)
        for (key, rule) in [(minted.key.publicKey, nil), (other.publicKey, RuleID(rawValue: "signature-invalid"))] {
            let verdict = try Self.verdict(
                minted, root: authority.trustedRootJSON(), signers: .keys([TrustedKey(key)]))
            #expect(verdict.refusal?.finding.rule == rule)
        }
    }

    /// A private Rekor v1 with an Ed25519 key names it by the hash of its SubjectPublicKeyInfo.
    @Test(arguments: [PrivateKey.Kind.p256, .ed25519])
    func firstGenerationLogOfAnyKey(kind: PrivateKey.Kind) throws {
        var options = AuthorityOptions()
        options.rekorV1Kind = kind
        let authority = try Authority(now: Self.now, options: options)
        let minted = try authority.mint(SigningRequest(.artifact(Self.artifact), at: Self.now - .seconds(86_400)))
        let workflow = CertificateRequest.workflow()
        let verdict = try Self.verdict(
            minted, root: authority.trustedRootJSON(),
            signers: .identities([IdentityPolicy(issuer: .exact(workflow.issuer), subject: .exact(workflow.subject))]))
        #expect(verdict.evidence != nil, "\(verdict)")
    }
}
