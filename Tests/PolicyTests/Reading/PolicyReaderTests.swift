import Attestation
import Core
import Testing
import YAML

@testable import Policy

/// What every field of every kind becomes.
@Suite struct PolicyReaderTests {
    private static func read(_ text: String) throws -> PolicyDocument.Kind {
        let documents = try PolicyReader.documents(Array(text.utf8), file: "p.yaml", files: PolicyTexts.files)
        #expect(documents.count == 1)
        return try #require(documents.first).kind
    }

    private static func identity(_ issuer: String, _ subject: String, _ claims: [String: String] = [:]) throws
        -> SignerRule
    {
        .identity(
            IdentityPolicy(
                issuer: .exact(issuer), subject: subject.contains("*") ? .glob(try Glob(subject)) : .exact(subject),
                claims: claims.mapValues { .exact($0) }))
    }

    @Test func aPolicy() throws {
        guard case .deployPolicy(let policy) = try Self.read(PolicyTexts.policy) else {
            Issue.record("no policy")
            return
        }
        let key = try PublicKey(pem: PolicyTexts.key)
        var expected = DeployPolicy(
            name: "payments", mode: .audit, namespaces: [try Glob("payments"), try Glob("tenant-a-*")],
            images: [try Glob("ghcr.io/org/*")],
            bindings: [
                Binding(
                    repository: "org/app", repositoryID: "123456789", environments: ["prod", "staging"],
                    signers: [try Self.identity("https://issuer.example", "https://github.com/org/app/*")],
                    deployers: [
                        RequesterRule(
                            issuer: .exact("https://issuer.example"), subject: .glob(try Glob("repo:org/app:*")),
                            claims: ["environment": .exact("prod")]),
                        RequesterRule(
                            issuer: .glob(try Glob("https://*.example")), subject: .regexp(try Regexp("repo:[a-z]+"))),
                    ]),
                Binding(
                    repository: "https://git.example/org/app", environments: ["prod"],
                    signers: [.key(key, name: "release"), try Self.identity("i", "s", ["buildTrigger": "push"])]),
            ],
            gates: [
                Gate(name: "unit", signers: [try Self.identity("i", "s")]),
                Gate(name: "sast", signers: [try Self.identity("i", "s")], maxAge: .seconds(5_400)),
            ],
            trustRoots: ["sigstore"], evidenceRepositories: ["ghcr.io/org/attestations"], interactive: .deny,
            rescheduleGrace: .zero)
        expected.requirements.digest = false
        expected.requirements.signers = 2
        expected.requirements.provenance = ProvenanceRequirement(
            versions: [.v1], builders: [try Glob("https://b/*")], maxAge: .seconds(30 * 86_400))
        expected.requirements.sbom = BillRequirement(formats: [.spdx], maxAge: .seconds(7 * 86_400))
        expected.requirements.deliveryClaims = DeliveryRequirement(
            bundleVersion: VersionRange(">= v28.0, < v29.0"), hermetic: true, maxAge: .seconds(129_600))
        expected.requirements.gates = ["unit", "sast"]
        expected.requirements.promotedFrom = PromotionRequirement(environment: "staging", soak: .seconds(86_400))
        expected.requirements.verificationSummary = SummaryRequirement(
            verifiers: [.init(id: "https://verifier.example", signers: [try Self.identity("i", "s")])],
            levels: ["SLSA_BUILD_LEVEL_3"],
            policyDigests: [try #require(Digest("sha256:" + String(repeating: "ab", count: 32)))])
        #expect(policy == expected)
    }

    @Test func thePolicyWithTheFewestFieldsHasTheStrictDefaults() throws {
        let text = """
            apiVersion: mc.internal/v1
            kind: DeployPolicy
            metadata: {name: a}
            spec:
              match: {namespaces: ["*"], images: ["*"]}
              bind: [{repository: o/r, environments: [prod], signer: {issuer: i, subject: s}}]
            """
        guard case .deployPolicy(let policy) = try Self.read(text) else {
            Issue.record("no policy")
            return
        }
        #expect(policy.mode == .enforce)
        #expect(policy.requirements == Requirements())
        #expect(policy.requirements.digest && policy.requirements.signers == 1)
        #expect(policy.rescheduleGrace == .seconds(86_400))
        #expect(policy.interactive == .allow)
        #expect(policy.bindings.first?.deployers == [])
    }

    @Test func anEnvironmentMap() throws {
        let expected = EnvironmentMap(
            name: "map",
            entries: [
                .init(
                    clusters: ["eu", "us"], namespaces: [try Glob("payments"), try Glob("tenant-a-*")],
                    environment: "prod", tenant: "payments"),
                .init(clusters: ["test"], namespaces: [try Glob("*")], environment: "staging"),
            ], lenient: ["staging"])
        #expect(try Self.read(PolicyTexts.environments) == .environmentMap(expected))
    }

    @Test func aClusterIdentity() throws {
        let expected = ClusterIdentity(
            cluster: "eu",
            users: [
                .init(
                    issuer: "https://issuer.example", usernamePrefix: "gh:", groups: ["deployers"],
                    claims: ["environment": "example.test/environment"])
            ],
            gitOpsControllers: [
                .init(
                    serviceAccount: "system:serviceaccount:flux-system:kustomize-controller", repositories: ["org/app"])
            ],
            workloadControllers: [
                .init(serviceAccount: "system:serviceaccount:argo:rollouts", creates: "ReplicaSet", owner: "Rollout")
            ],
            customKinds: [
                .init(
                    group: "argoproj.io", kind: "Rollout", podTemplates: ["spec.template"],
                    podSpecs: ["spec.jobs[].spec"])
            ],
            registryAliases: [.init(alias: "harbor.example/ghcr", registry: "ghcr.io")])
        #expect(try Self.read(PolicyTexts.cluster) == .clusterIdentity(expected))
    }

    @Test func aTrustRoot() throws {
        let own = TrustRootDocument(
            name: "sigstore", source: .document(Array("{}".utf8), file: "roots/own.json"), transparencyLogs: 2,
            certificateLogs: 3, timestampAuthorities: 1)
        #expect(try Self.read(PolicyTexts.trustRoot) == .trustRoot(own))
        for (word, expected) in [
            ("public-good", TrustRootDocument(name: "a", source: .publicGood)),
            ("github", TrustRootDocument(name: "a", source: .github)),
            ("none", TrustRootDocument(name: "a", source: .keysOnly, transparencyLogs: 0, certificateLogs: 0)),
        ] {
            let text = "apiVersion: mc.internal/v1\nkind: TrustRoot\nmetadata: {name: a}\nspec: {embedded: \(word)}\n"
            #expect(try Self.read(text) == .trustRoot(expected))
        }
    }

    @Test func aManifest() throws {
        let expected = BundleManifest(
            name: "example", version: try #require(SemanticVersion("28.1.0-rc.1")),
            expires: try #require(Instant(rfc3339: "2027-01-20T10:00:00Z")), defaultMode: .audit,
            approvers: [
                .init(name: "security", keys: [try PublicKey(pem: PolicyTexts.key)]),
                .init(name: "platform", keys: [try PublicKey(pem: PolicyTexts.otherKey)]),
            ],
            waivers: WaiverTerms(
                classes: ["emergency": .seconds(3_600), "exception": .seconds(30 * 86_400)],
                waivable: ["image-digest-missing"], revocationsMaxAge: .seconds(43_200), renewals: 1),
            files: ["payments.yaml": try #require(Digest("sha256:" + String(repeating: "cd", count: 32)))])
        #expect(try Self.read(PolicyTexts.manifest) == .manifest(expected))
    }

    @Test func allFilesAreReadAndAllErrorsAreTold() throws {
        let bad = "apiVersion: mc.internal/v1\nkind: TrustRoot\nmetadata: {name: a}\nspec: {}\n"
        let reading = PolicyReader.read([
            "z.yaml": Array((PolicyTexts.environments + "\n---\n" + bad + "---\n" + PolicyTexts.cluster).utf8),
            "roots/own.json": Array("not even JSON".utf8), "a.yml": Array(PolicyTexts.trustRoot.utf8),
            "b.yaml": Array("a: [".utf8), "readme.md": Array("a: [".utf8),
        ])
        #expect(reading.documents.map(\.file) == ["a.yml", "z.yaml", "z.yaml"])
        #expect(reading.documents.map(\.line) == [1, 1, 15])
        #expect(
            reading.errors.map(\.description) == [
                "b.yaml:2:1: a[0]: not YAML: did not find expected node content (while parsing a flow node)",
                "z.yaml:13:7: spec: expected embedded or file, saw neither",
            ])
    }

    @Test func regularExpressionsAreCounted() {
        let rules = (0...256).map { "{issuer: i, subjectRegexp: s\($0)}" }
        func text(_ count: Int) -> String {
            let gates = rules.prefix(count).enumerated().map { "{name: g\($0.offset), signer: \($0.element)}" }
            return """
                apiVersion: mc.internal/v1
                kind: DeployPolicy
                metadata: {name: a}
                spec:
                  match: {namespaces: ["*"], images: ["*"]}
                  bind: [{repository: o/r, environments: [prod], signer: {issuer: i, subject: s}}]
                  gates: [\(gates.joined(separator: ", "))]
                """
        }
        let many = PolicyReader.read(["a.yaml": Array(text(128).utf8), "b.yaml": Array(text(128).utf8)])
        #expect(many.errors.isEmpty)
        let tooMany = PolicyReader.read(["a.yaml": Array(text(128).utf8), "b.yaml": Array(text(129).utf8)])
        #expect(
            tooMany.errors.map(\.description) == [
                "b.yaml:1:1: too large: 257 regular expressions, at most 256 are accepted"
            ])
    }

    @Test(
        arguments: [
            ("30d", 2_592_000), ("24h", 86_400), ("90m", 5_400), ("1s", 1), ("0s", 0), ("1d12h", 129_600),
            ("1d1h1m1s", 90_061), ("3650d", 315_360_000),
        ] as [(String, Int64)])
    func aDuration(text: String, seconds: Int64) {
        #expect(DurationText.parse(text) == .seconds(seconds))
        #expect(DurationText.parse(DurationText.text(.seconds(seconds))) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "d", "30", "30 d", "-1d", "+1d", "1.5h", "1h1h", "1m1h", "01h", "1D", "1w", "1d ", "3651d", "1h2",
        "99999999999s", "9223372036854775807d", "1d٣h",
    ])
    func whatIsNoDuration(text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
