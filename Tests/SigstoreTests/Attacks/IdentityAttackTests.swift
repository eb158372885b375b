import Attestation
import Core
import Sigstore
import TestAuthority
import Testing

@Suite("CVE-2025-29778: subject and issuer patterns that were ignored")
struct PatternAttacks {
    private static let minted = Result {
        try Court.authority().mint(SigningRequest(.artifact(Court.artifact), at: Court.time))
    }
    private static let request = CertificateRequest.workflow()

    private static func judge(_ issuer: StringMatcher, _ subject: StringMatcher) throws -> Court.Outcome {
        try Court.judge(minted.get(), signers: Court.identity(issuer, subject)).outcome
    }

    enum Form: String, CaseIterable, Sendable {
        case exact, glob, regexp

        func matcher(_ text: String) throws -> StringMatcher {
            switch self {
            case .exact: .exact(text)
            case .glob: .glob(try Glob(text))
            case .regexp: .regexp(try Regexp(text))
            }
        }
    }

    @Test(
        "CVE-2025-29778: each form of pattern is applied to the subject",
        arguments: [
            (Form.exact, "https://github.com/example/app/.github/workflows/release.yml@refs/heads/main", true),
            (.exact, "https://github.com/example/app/.github/workflows/release.yml@refs/heads/mai", false),
            (.exact, "https://github.com/example/*", false), (.exact, ".*", false), (.exact, "", false),
            (.glob, "https://github.com/example/**", true), (.glob, "https://github.com/mallory/**", false),
            (.glob, "https://github.com/example", false), (.glob, "", false),
            (.regexp, "https://github\\.com/example/.*", true), (.regexp, "https://github\\.com/mallory/.*", false),
            // Anchored at both ends, whatever the pattern says.
            (.regexp, "https://github\\.com/example/", false), (.regexp, "example", false), (.regexp, "", false),
            (.regexp, "^https://github\\.com/example/.*$", true), (.regexp, "refs/heads/main$", false),
            (.regexp, "a|https://github\\.com/example/.*", true), (.regexp, "https://github\\.com|b", false),
        ])
    func subject(form: Form, pattern: String, isAccepted: Bool) throws {
        let outcome = try Self.judge(.exact(Self.request.issuer), form.matcher(pattern))
        #expect(outcome == (isAccepted ? .verified : .refused("identity-mismatch")))
    }

    @Test(
        "CVE-2025-29778: each form of pattern is applied to the issuer",
        arguments: [
            (Form.exact, "https://token.actions.githubusercontent.com", true),
            (.exact, "https://token.actions.githubusercontent.com/", false),
            (.glob, "https://*.githubusercontent.com", true), (.glob, "https://*.example.com", false),
            (.regexp, "https://token\\.actions\\.githubusercontent\\.com", true), (.regexp, "https://token", false),
            (.regexp, "githubusercontent", false),
        ])
    func issuer(form: Form, pattern: String, isAccepted: Bool) throws {
        let outcome = try Self.judge(form.matcher(pattern), .exact(Self.request.subject))
        #expect(outcome == (isAccepted ? .verified : .refused("identity-mismatch")))
    }

    @Test("CVE-2025-29778: issuer and subject must be of one policy")
    func pairs() throws {
        let minted = try Self.minted.get()
        let half = SignerPolicy.identities([
            IdentityPolicy(issuer: .exact(Self.request.issuer), subject: .exact("somebody else")),
            IdentityPolicy(issuer: .exact("somewhere else"), subject: .exact(Self.request.subject)),
        ])
        #expect(try Court.judge(minted, signers: half).outcome == .refused("identity-mismatch"))
        let whole = SignerPolicy.identities([
            IdentityPolicy(issuer: .exact("somewhere else"), subject: .exact("somebody else")),
            IdentityPolicy(issuer: .exact(Self.request.issuer), subject: .exact(Self.request.subject)),
        ])
        #expect(try Court.judge(minted, signers: whole).outcome == .verified)
    }

    @Test("CVE-2025-29778: claims that are demanded must be there and match")
    func claims() throws {
        func judge(_ claims: [String: StringMatcher]) throws -> Court.Outcome {
            let policy = IdentityPolicy(
                issuer: .exact(Self.request.issuer), subject: .exact(Self.request.subject), claims: claims)
            return try Court.judge(Self.minted.get(), signers: .identities([policy])).outcome
        }
        #expect(try judge(["buildTrigger": .exact("push")]) == .verified)
        #expect(try judge(["buildTrigger": .exact("pull_request")]) == .refused("identity-mismatch"))
        #expect(try judge(["deploymentEnvironment": .glob(Glob("**"))]) == .refused("identity-mismatch"))
        #expect(
            try judge(["buildTrigger": .exact("push"), "runnerEnvironment": .exact("self-hosted")])
                == .refused("identity-mismatch"))
    }
}

@Suite("connaisseur ≤ 3.3.0: regular expressions that explode")
struct RegularExpressionAttacks {
    @Test(
        "connaisseur ≤ 3.3.0 (ReDoS): hostile patterns and subjects take linear time",
        arguments: [
            "(a+)+", "(a|aa)+", "(a|a?)+", "(.*a){30}", "(a*)*b", "((a+)+)+", "(.|a|.*a)*b",
            "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b",
        ])
    func explosion(pattern: String) throws {
        let subject = "https://example.com/" + String(repeating: "a", count: 4_000)
        var request = SigningRequest(.artifact(Court.artifact), at: Court.time)
        request.signer = .certificate(CertificateRequest(subject: subject, issuer: "https://issuer.example"))
        let minted = try Court.authority().mint(request)
        let clock = ContinuousClock()
        let start = clock.now
        let hostile = Court.identity(
            .exact("https://issuer.example"), .regexp(try Regexp("https://example.com/\(pattern)!")))
        #expect(try Court.judge(minted, signers: hostile).outcome == .refused("identity-mismatch"))
        let twin = Court.identity(.exact("https://issuer.example"), .regexp(try Regexp("https://example.com/(a+)+")))
        #expect(try Court.judge(minted, signers: twin).outcome == .verified)
        // Backtracking would take longer than anybody can wait; other tests share the machine meanwhile.
        #expect(clock.now - start < .seconds(30))
    }

    @Test(
        "connaisseur ≤ 3.3.0 (ReDoS): patterns over a cap are errors",
        arguments: [
            String(repeating: "a", count: 4_097), "((a{1000}){1000}){1000}",
            String(repeating: "(", count: 60) + String(repeating: ")", count: 60),
        ])
    func patternOverACap(pattern: String) throws {
        #expect(throws: PatternError.self) { try Regexp(pattern) }
        #expect(throws: Never.self) { try Regexp(String(repeating: "a", count: 4_096)) }
    }
}

@Suite("GHSA-r2xv-vpr2-42m9: envelopes")
struct EnvelopeAttacks {
    @Test("GHSA-r2xv-vpr2-42m9: a signature over the payload instead of the pre-authentication encoding")
    func preAuthenticationEncoding() throws {
        let judgement = try Court.judge(.signatureOverPayload)
        #expect(judgement.outcome == .refused("signature-invalid"), "\(judgement)")
        #expect(try Court.judge(.signatureOverPayload, with: false).outcome == .verified)
    }

    @Test("GHSA-r2xv-vpr2-42m9: the payload's type is signed too")
    func payloadType() throws {
        var request = SigningRequest.attestation(about: Court.artifact, at: Court.time)
        request.records = []
        request.timestamps = 1
        request.trusted = [.certificateAuthority, .certificateLog, .timestampAuthority]
        let minted = try Court.authority().mint(request)
        #expect(try Court.judge(minted).outcome == .verified)
        let retyped = minted.json.replacing(["dsseEnvelope", "payloadType"], with: "application/vnd.in-toto+json ")
        let judgement = try Court.judge(json: retyped, signers: Court.policy(minted), trustRoot: minted.trustedRoot)
        #expect(judgement.outcome == .refused("signature-invalid"), "\(judgement)")
    }
}
