import Attestation
import Core
import Lineage
import Sigstore
import TestAuthority
import Testing

/// Evidence that is minted and verified, and the decisions and pull requests around it.
enum Story {
    static let now = Instant(seconds: 1_770_000_000)
    static let signedAt = now - .seconds(86_400)
    static let image = Array("the image's manifest".utf8)
    static let digest = Digest.of(image)
    static let commit = "1f0c2d3e4b5a69788796a5b4c3d2e1f00f1e2d3c"
    static let repository = "https://github.com/example/app"
    static let run = "https://github.com/example/app/actions/runs/15609877086/attempts/1"
    private static let usual = Result { try Authority(now: now) }

    /// Mints a bundle and has the verifier judge it.
    static func verified(_ request: SigningRequest, about bytes: [UInt8] = image) throws -> VerifiedEvidence {
        let minted = try usual.get().mint(request)
        guard case .certificate(let signer) = request.signer else { throw Problem(text: "no certificate") }
        let verifier = Verifier(
            trustRoot: try TrustRoot(parsing: minted.trustedRootBytes),
            signers: .identities([IdentityPolicy(issuer: .exact(signer.issuer), subject: .exact(signer.subject))]))
        let verdict = verifier.verify(
            try Bundle(parsing: minted.bytes), artifact: Artifact(bytes: bytes), now: now)
        guard let evidence = verdict.evidence else { throw Problem(text: "\(verdict)") }
        return evidence
    }

    static func attestation(_ type: String, _ predicate: JSONValue, about bytes: [UInt8] = image) throws
        -> EvidenceRecord
    {
        EvidenceRecord(
            try verified(
                .attestation(about: bytes, predicateType: type, predicate: predicate, at: signedAt), about: bytes))
    }

    static func provenance(
        commit: String? = commit, builder: String = "https://github.com/actions/runner/github-hosted",
        run: String? = run, repository: String = repository, about bytes: [UInt8] = image
    ) throws -> EvidenceRecord {
        var source = JSONObject()
        source["uri"] = .string("git+\(repository)@refs/heads/main")
        source["digest"] = commit.map { ["gitCommit": .string($0)] }
        let base: JSONValue = [
            "uri": "pkg:docker/debian@12",
            "digest": ["sha256": .string(Digest.of(Array("base".utf8)).hex)],
        ]
        return try attestation(
            "https://slsa.dev/provenance/v1",
            [
                "buildDefinition": [
                    "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                    "externalParameters": [
                        "workflow": [
                            "repository": .string(repository), "ref": "refs/heads/main",
                            "path": ".github/workflows/release.yml",
                        ]
                    ], "resolvedDependencies": [.object(source), base],
                ],
                "runDetails": [
                    "builder": ["id": .string(builder)],
                    "metadata": [
                        "invocationId": run.map { .string($0) } ?? .null, "finishedOn": "2026-02-01T02:40:00Z",
                        "mc_hermetic": true,
                    ],
                ],
            ], about: bytes)
    }

    static func billOfMaterials() throws -> EvidenceRecord {
        try attestation(
            "https://cyclonedx.org/bom",
            [
                "bomFormat": "CycloneDX", "specVersion": "1.5",
                "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
                "components": [["type": "library", "name": "a"], ["type": "library", "name": "b"]],
            ])
    }

    static func testResult(_ result: String = "PASSED") throws -> EvidenceRecord {
        try attestation(
            "https://in-toto.io/attestation/test-result/v0.1",
            [
                "result": .string(result), "configuration": [["name": "unit"]],
                "url": "https://github.com/example/app/actions/runs/15609877086", "passedTests": ["a", "b", "c"],
            ])
    }

    static func claims() throws -> EvidenceRecord {
        try attestation(
            "https://mc.internal/delivery-claims/v28.1", ["bundle_version": "v28.1", "hermetic": true])
    }

    static func pullRequest(title: String = "Fix the lock") throws -> PullRequestRecord {
        try PullRequestRecord(githubEvent: event(title: title).canonical)
    }

    static func event(
        title: String = "Fix the lock", merged: Bool = true, repository: String = repository
    ) -> JSONValue {
        [
            "action": "closed",
            "repository": ["html_url": .string(repository), "full_name": "example/app"],
            "pull_request": [
                "number": 12, "html_url": .string("\(repository)/pull/12"), "title": .string(title),
                "user": ["login": "alice"], "head": ["sha": .string(String(repeating: "b", count: 40))],
                "merged": .bool(merged), "merge_commit_sha": .string(commit), "merged_at": "2026-02-01T02:30:00Z",
            ],
        ]
    }

    /// A decision document as the admission contract has it.
    static func document(
        _ outcome: String = "allow", mode: String = "Enforce", at: Instant = now, environment: String? = "prod",
        dryRun: Bool = false, evidence: [Digest] = [], image: Digest = digest, findings: [JSONValue] = [],
        waivers: [JSONValue] = [], signed: Bool? = true
    ) -> JSONValue {
        var document = JSONObject()
        document["decision"] = .string(outcome)
        document["mode"] = .string(mode)
        document["at"] = .string(at.description)
        document["cluster"] = "eu-1"
        document["environment"] = environment.map { .string($0) }
        document["tenant"] = "tenant-a"
        document["dryRun"] = .bool(dryRun)
        document["namespace"] = "payments"
        document["object"] = [
            "kind": "Deployment", "name": "checkout", "uid": "uid-1", "ownerUid": "owner-1",
            "templateDigest": "sha256:aa",
        ]
        var bundle = JSONObject()
        bundle["version"] = "28.1.0"
        bundle["digest"] = .string(Digest.of(Array("bundle".utf8)).description)
        bundle["signed"] = signed.map { .bool($0) }
        document["bundle"] = .object(bundle)
        document["requester"] = ["username": "alice@example.com", "groups": ["dev"]]
        document["policies"] = [
            [
                "name": "payments", "bundleVersion": "28.1.0",
                "bundleDigest": .string(Digest.of(Array("bundle".utf8)).description),
            ]
        ]
        document["images"] = [
            [
                "reference": .string("ghcr.io/example/app@\(image)"), "digest": .string(image.description),
                "evidence": .array(evidence.map { .string($0.description) }),
            ]
        ]
        document["findings"] = .array(findings)
        document["waiversUsed"] = .array(waivers)
        document["enforcedResult"] = .string(mode == "Audit" || outcome == "allow" ? "allow" : "deny")
        document["log"] = ["origin": "mc.example/log", "index": 7]
        return .object(document)
    }

    static func decision(
        _ outcome: String = "allow", mode: String = "Enforce", at: Instant = now, environment: String? = "prod",
        dryRun: Bool = false, evidence: [Digest] = [], image: Digest = digest
    ) throws -> DecisionRecord {
        try DecisionRecord(
            document(
                outcome, mode: mode, at: at, environment: environment, dryRun: dryRun, evidence: evidence,
                image: image))
    }

    struct Problem: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }
}

extension WhyReport {
    var codes: [Gap.Code] { gaps.map(\.code) }
}
