import Attestation
import Core
import Sigstore
import TestAuthority
import Testing

// Every row of the table of attacks that have hit the field and that bundles, identities or patterns can show is a
// suite here; each refused case has a twin that verifies and differs in nothing else.
//
// Rows about registries and images are in AdmissionTests/HostileRegistryTests: CVE-2022-47633, CVE-2023-47630,
// CVE-2026-122321 and kyverno #16336. Rows about what does not exist yet belong to the modules that will bring it:
// - namespace selectors, and the looser of two exceptions (GO-2025-3652, GO-2024-3230, CVE-2026-84200): admission rules;
// - init and ephemeral containers (kyverno #16275; connaisseur ≤ 1.3.0, ≤ 3.1.1): admission of pods.

/// Refuses each flaw by its rule, and accepts its twin.
private func expect(_ flaws: [Flaw], _ outcomes: Set<Court.Outcome>, sourceLocation: SourceLocation = #_sourceLocation)
    throws
{
    for flaw in flaws {
        let judgement = try Court.judge(flaw)
        #expect(outcomes.contains(judgement.outcome), "\(flaw): \(judgement)", sourceLocation: sourceLocation)
        let twin = try Court.judge(flaw, with: false)
        #expect(twin.outcome == .verified, "\(flaw): \(twin)", sourceLocation: sourceLocation)
    }
}

@Suite("CVE-2022-23649, CVE-2022-36056, CVE-2026-22703, CVE-2024-53267: an unrelated log entry, an unchecked identity")
struct UnrelatedEntryAttacks {
    @Test("CVE-2022-23649, CVE-2022-36056, CVE-2026-22703, CVE-2024-53267: a genuine entry of something else")
    func unrelatedEntry() throws {
        try expect(
            [.unrelatedLogEntry, .logEntryOtherKey, .logEntryOtherSignature, .logEntryOtherCertificate],
            [.refused("log-entry-mismatch")])
    }

    @Test(
        "CVE-2022-36056, CVE-2026-22703: a genuine entry of something else, for every kind of entry and content",
        arguments: [
            (EntryKind.dsse001, Service.rekorV1), (.intoto002, .rekorV1), (.hashedRekord002, .rekorV2),
            (.dsse002, .rekorV2),
        ])
    func unrelatedEntryOfEveryKind(kind: EntryKind, log: Service) throws {
        var request = SigningRequest.attestation(about: Court.artifact, at: Court.time)
        request.records = [.init(log, kind: kind)]
        request.timestamps = log == .rekorV2 ? 1 : 0
        #expect(try Court.judge(Court.authority().mint(request)).outcome == .verified)
        for flaw in [Flaw.unrelatedLogEntry, .logEntryOtherKey, .logEntryOtherSignature, .logEntryOtherCertificate] {
            let judgement = try Court.judge(Court.authority().mint(request.with(flaw)))
            // A v2 leaf is computed from the bundle, so what was logged instead shows in its proof.
            let expected: Set<Court.Outcome> = [.refused("log-entry-mismatch"), .refused("log-inclusion-invalid")]
            #expect(expected.contains(judgement.outcome), "\(flaw): \(judgement)")
        }
    }

    @Test("CVE-2022-36056, CVE-2024-53267: no path skips the identity", arguments: [false, true])
    func identityOnEveryPath(isStatement: Bool) throws {
        var request =
            isStatement
            ? SigningRequest.attestation(about: Court.artifact, at: Court.time)
            : SigningRequest(.artifact(Court.artifact), at: Court.time)
        let mallory = CertificateRequest.workflow(repository: "mallory/app")
        for request in [request, request.inRekorV2] {
            let minted = try Court.authority().mint(request)
            #expect(try Court.judge(minted).outcome == .verified)
            let other = Court.identity(.exact(mallory.issuer), .exact(mallory.subject))
            #expect(try Court.judge(minted, signers: other).outcome == .refused("identity-mismatch"))
            #expect(try Court.judge(minted, signers: .identities([])).outcome == .refused("identity-mismatch"))
        }
        request.signer = .certificate(mallory)
        let forged = try Court.authority().mint(request)
        let genuine = CertificateRequest.workflow()
        let signers = Court.identity(.exact(genuine.issuer), .exact(genuine.subject))
        #expect(try Court.judge(forged, signers: signers).outcome == .refused("identity-mismatch"))
    }

    @Test("CVE-2026-22703: the evidence does not choose how it is checked")
    func signerIsTheCallersChoice() throws {
        var request = SigningRequest(.artifact(Court.artifact), at: Court.time)
        let certified = try Court.authority().mint(request)
        request.signer = .managedKey(hint: "mallory")
        let keyed = try Court.authority().mint(request)
        #expect(try Court.judge(certified).outcome == .verified)
        #expect(try Court.judge(keyed).outcome == .verified)
        #expect(try Court.judge(keyed, signers: Court.policy(certified)).outcome == .refused("signer-mismatch"))
        let key = SignerPolicy.keys([TrustedKey(certified.key.publicKey)])
        #expect(try Court.judge(certified, signers: key).outcome == .refused("signer-mismatch"))
        let other = SignerPolicy.keys([TrustedKey(keyed.key.publicKey, hint: "release")])
        #expect(try Court.judge(keyed, signers: other).outcome == .refused("key-not-trusted"))
        #expect(try Court.judge(keyed, signers: .keys([])).outcome == .refused("key-not-trusted"))
    }
}

@Suite("CVE-2022-35929, CVE-2022-35930, CVE-2026-39395: a wrong or unparsed predicate type")
struct PredicateAttacks {
    @Test("CVE-2022-35929, CVE-2026-39395: a predicate of another type, or of one that looks alike")
    func predicateType() throws {
        try expect([.predicateTypeOther, .predicateTypeLookalike], [.refused("predicate-mismatch")])
    }

    @Test("CVE-2022-35930: a payload that is no statement")
    func payload() throws {
        try expect([.payloadNotStatement, .payloadTypeOther], [.refused("statement-invalid")])
    }

    @Test(
        "CVE-2022-35929: types compare by bytes",
        arguments: [
            "https://slsa.dev/provenance/V1", "https://slsa.dev/provenance/v1 ", "https://slsa.dev/provenance/v1\u{0}",
            "https://slsa.dev/provenance/v1.0", "HTTPS://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v",
            "https://slsa.dev/provenance/v1\u{200B}",
        ])
    func lookalike(type: String) throws {
        let minted = try Court.authority().mint(
            .attestation(about: Court.artifact, predicateType: type, at: Court.time))
        let asked = "https://slsa.dev/provenance/v1"
        #expect(try Court.judge(minted, predicateType: asked).outcome == .refused("predicate-mismatch"))
        #expect(try Court.judge(minted, predicateType: type).outcome == .verified)
    }

    @Test("CVE-2026-39395: a predicate that cannot be read as what its type promises")
    func unparsedPredicate() throws {
        let type = "https://slsa.dev/provenance/v1"
        let broken = try Court.authority().mint(
            .attestation(about: Court.artifact, predicateType: type, predicate: ["verified": true], at: Court.time))
        #expect(try Court.judge(broken, predicateType: type).outcome == .refused("predicate-mismatch"))
        let twin = try Court.authority().mint(.attestation(about: Court.artifact, predicateType: type, at: Court.time))
        #expect(try Court.judge(twin, predicateType: type).outcome == .verified)
    }

    @Test("CVE-2022-35929: a signature over the artifact is no statement of any type")
    func signatureIsNoStatement() throws {
        let minted = try Court.authority().mint(SigningRequest(.artifact(Court.artifact), at: Court.time))
        let type = "https://slsa.dev/provenance/v1"
        #expect(try Court.judge(minted, predicateType: type).outcome == .refused("predicate-mismatch"))
        #expect(try Court.judge(minted).outcome == .verified)
    }
}

@Suite("CVE-2023-46737, CVE-2024-29902, CVE-2024-29903, CVE-2024-45395: unbounded attestations, layers or entries")
struct UnboundedAttacks {
    @Test("CVE-2023-46737, CVE-2024-29902, CVE-2024-29903, CVE-2024-45395: one more than the cap")
    func caps() throws {
        try expect(
            [
                .tooManySignatures(33), .tooManyEntries(33), .tooManyTimestamps(33), .tooManySubjects(1025),
                .tooManyDigests(33),
            ],
            [.malformed, .refused("statement-invalid")])
    }

    @Test(
        "CVE-2024-29902, CVE-2024-45395: thousands cost no more than one too many",
        arguments: [
            Flaw.tooManySignatures(2_000), .tooManyEntries(1_000), .tooManyTimestamps(1_000),
        ])
    func manyMore(flaw: Flaw) throws {
        let minted = try Court.mint(flaw)
        let judgement = try Court.judge(minted)
        #expect(judgement.outcome == .malformed && judgement.reason.contains("at most 32"), "\(judgement)")
    }

    @Test("CVE-2024-29903: a bundle of more than 16 MiB")
    func size() throws {
        let minted = try Court.authority().mint(SigningRequest(.artifact(Court.artifact), at: Court.time))
        let room = Bundle.maximumSize.limit - minted.bytes.count
        #expect(throws: Never.self) { try Bundle(parsing: minted.bytes + [UInt8](repeating: 0x20, count: room)) }
        #expect {
            try Bundle(parsing: minted.bytes + [UInt8](repeating: 0x20, count: room + 1))
        } throws: { "\($0)".contains("at most 16777216") }
    }
}

@Suite("CVE-2026-49834: one log satisfied a threshold of several")
struct ThresholdAttacks {
    private static let two = {
        var thresholds = Verifier.Thresholds()
        thresholds.transparencyLogs = 2
        return thresholds
    }()

    @Test("CVE-2026-49834: the same entry, or the same content, twice in one log")
    func repeated() throws {
        try expect([.duplicateLogEntry, .sameLogTwice], [.refused("log-entry-duplicate")])
    }

    @Test("CVE-2026-49834: two different entries of one log are of one log")
    func differentEntriesOfOneLog() throws {
        var request = SigningRequest.attestation(about: Court.artifact, at: Court.time)
        request.records = [.init(.rekorV1, kind: .dsse001), .init(.rekorV1, kind: .intoto002, promise: false)]
        let minted = try Court.authority().mint(request)
        // Each is minted at the same index of a tree of its own. Without a promise the second one's global index is
        // not signed, so another one makes it a different entry that verifies.
        let json = minted.json.replacing(["verificationMaterial", "tlogEntries", "1", "logIndex"], with: "7")
        let signers = Court.policy(minted)
        let root = minted.trustedRoot
        #expect(try Court.judge(json: json, signers: signers, trustRoot: root).outcome == .verified)
        let judgement = try Court.judge(json: json, signers: signers, trustRoot: root, thresholds: Self.two)
        #expect(judgement.outcome == .refused("log-entry-missing"), "\(judgement)")

        request.records = [.init(.rekorV1, kind: .dsse001), .init(.rekorV2)]
        request.timestamps = 1
        #expect(try Court.judge(Court.authority().mint(request), thresholds: Self.two).outcome == .verified)
    }

    @Test("CVE-2026-49834: one log under two names is one log")
    func oneLogUnderTwoNames() throws {
        var options = AuthorityOptions()
        options.extraLogs = [.v1]
        let authority = try Authority(now: Court.now, options: options)
        var request = SigningRequest(.artifact(Court.artifact), at: Court.time)
        request.records = [.init(.rekorV1), .init(.extraLog(0))]
        let minted = try authority.mint(request)
        #expect(try Court.judge(minted, thresholds: Self.two).outcome == .verified)
        // The trust root lists the first log's key once more under the second one's name; the second log itself is gone.
        request.records = [.init(.rekorV1)]
        let single = try authority.mint(request)
        let log = try #require(single.trustedRoot["tlogs"]?.array?.first)
        let twice: JSONValue = .array([log, log.replacing(["baseUrl"], with: "https://second.example")])
        let root = single.trustedRoot.replacing(["tlogs"], with: twice)
        #expect(try Court.judge(single, trustRoot: root).outcome == .verified)
        let judgement = try Court.judge(single, trustRoot: root, thresholds: Self.two)
        #expect(judgement.outcome == .refused("log-entry-missing"), "\(judgement)")
    }

    @Test("CVE-2026-49834: timestamps of one authority are of one authority")
    func oneTimestampAuthority() throws {
        var request = SigningRequest(.artifact(Court.artifact), at: Court.time).inRekorV2
        request.timestamps = 2
        let minted = try Court.authority().mint(request)
        var thresholds = Verifier.Thresholds()
        thresholds.timestampAuthorities = 1
        #expect(try Court.judge(minted, thresholds: thresholds).outcome == .verified)
        thresholds.timestampAuthorities = 2
        #expect(try Court.judge(minted, thresholds: thresholds).outcome == .refused("signing-time-missing"))
        let tokens = minted.json["verificationMaterial"]?["timestampVerificationData"]?["rfc3161Timestamps"]?.array
        let first = try #require(tokens?.first)
        let repeated = minted.json.replacing(
            ["verificationMaterial", "timestampVerificationData", "rfc3161Timestamps"], with: .array([first, first]))
        let judgement = try Court.judge(
            json: repeated, signers: Court.policy(minted), trustRoot: minted.trustedRoot)
        #expect(judgement.outcome == .refused("log-entry-duplicate"), "\(judgement)")
    }

    @Test("CVE-2026-49834: one CT log under a certificate is one")
    func oneCertificateLog() throws {
        let minted = try Court.authority().mint(SigningRequest(.artifact(Court.artifact), at: Court.time))
        var thresholds = Verifier.Thresholds()
        thresholds.certificateLogs = 2
        #expect(try Court.judge(minted, thresholds: thresholds).outcome == .refused("sct-missing"))
        thresholds.certificateLogs = 1
        #expect(try Court.judge(minted, thresholds: thresholds).outcome == .verified)
    }
}
