/// One document of each kind in which every field is used; each refusal changes one place of one of them.
enum PolicyTexts {
    static let key = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELBxB5ZU72EyL62rE1HSZJIQNBOo5
        4Z0qGYwdEDumGovvV1UIt8gjpWX9ZxZFBKaO/VaCg9EMwADZOJql2QOnGg==
        -----END PUBLIC KEY-----
        """

    static let otherKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOe+I8dhkNsy//MdR2Ajcu0q7Qqe8
        Hq43D7jSqwQJsHN8RViNtQedsOCptUeJ/pXtJcxDeBQJppP/4sUIrh7g9A==
        -----END PUBLIC KEY-----
        """

    /// A key as a value in double quotes.
    static func quoted(_ pem: String) -> String { "\"\(pem.split(separator: "\n").joined(separator: "\\n"))\\n\"" }

    static let policy = """
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: payments}
        spec:
          mode: Audit
          match:
            namespaces: [payments, "tenant-a-*"]
            images: ["ghcr.io/org/*"]
          bind:
            - repository: org/app
              repositoryId: "123456789"
              environments: [prod, staging]
              signer: {issuer: https://issuer.example, subject: "https://github.com/org/app/*"}
              deployer:
                - {issuer: https://issuer.example, subject: "repo:org/app:*", claims: {environment: prod}}
                - {issuer: "https://*.example", subjectRegexp: "repo:[a-z]+"}
            - repository: https://git.example/org/app
              environments: [prod]
              signer:
                - {key: <key>, name: release}
                - {issuer: i, subject: s, claims: {buildTrigger: push}}
          require:
            digest: false
            signers: 2
            provenance: {predicateTypes: [https://slsa.dev/provenance/v1], builders: ["https://b/*"], maxAge: 30d}
            sbom: {formats: [SPDX], maxAge: 7d}
            deliveryClaims: {schema: v28.1, bundleVersion: ">= v28.0, < v29.0", hermetic: true, maxAge: 1d12h}
            gates: [unit, sast]
            promotedFrom: {environment: staging, for: 24h}
            verificationSummary:
              verifiers: [{id: https://verifier.example, signer: {issuer: i, subject: s}}]
              levels: [SLSA_BUILD_LEVEL_3]
              policyDigests: [sha256:<digest>]
          gates:
            - {name: unit, signer: {issuer: i, subject: s}}
            - {name: sast, signer: [{issuer: i, subject: s}], maxAge: 90m}
          trustRoots: [sigstore]
          evidenceRepositories: [ghcr.io/org/attestations]
          interactive: Deny
          rescheduleGrace: 0s
        """.replacingEach(["<key>": quoted(key), "<digest>": String(repeating: "ab", count: 32)])

    static let environments = """
        apiVersion: mc.internal/v1
        kind: EnvironmentMap
        metadata: {name: map}
        spec:
          namespaces:
            - {clusters: [eu, us], names: [payments, "tenant-a-*"], environment: prod, tenant: payments}
            - {clusters: [test], names: ["*"], environment: staging}
          lenient: [staging]
        """

    static let cluster = """
        apiVersion: mc.internal/v1
        kind: ClusterIdentity
        metadata: {name: eu}
        spec:
          users:
            - issuer: https://issuer.example
              usernamePrefix: "gh:"
              groups: [deployers]
              claims: {environment: example.test/environment}
          gitOpsControllers:
            - {serviceAccount: "system:serviceaccount:flux-system:kustomize-controller", repositories: [org/app]}
          workloadControllers:
            - {serviceAccount: "system:serviceaccount:argo:rollouts", creates: ReplicaSet, owner: Rollout}
          customKinds:
            - {group: argoproj.io, kind: Rollout, podTemplates: [spec.template], podSpecs: ["spec.jobs[].spec"]}
          registryAliases:
            - {alias: harbor.example/ghcr, registry: ghcr.io}
        """

    static let trustRoot = """
        apiVersion: mc.internal/v1
        kind: TrustRoot
        metadata: {name: sigstore}
        spec:
          file: roots/own.json
          thresholds: {transparencyLogs: 2, certificateLogs: 3, timestampAuthorities: 1}
        """

    static let manifest = """
        apiVersion: mc.internal/v1
        kind: BundleManifest
        metadata: {name: example}
        spec:
          version: 28.1.0-rc.1
          expires: 2027-01-20T10:00:00Z
          defaultMode: Audit
          approvers:
            - {name: security, keys: [<key>]}
            - {name: platform, keys: [<other>]}
          waivers:
            classes: {emergency: 1h, exception: 30d}
            waivable: [image-digest-missing]
            revocationsMaxAge: 12h
            renewals: 1
          files:
            - {path: payments.yaml, sha256: <digest>}
        """.replacingEach([
            "<key>": quoted(key), "<other>": quoted(otherKey), "<digest>": String(repeating: "cd", count: 32),
        ])

    static let files = ["roots/own.json": Array("{}".utf8)]
}

extension String {
    /// The text with words replaced.
    func replacingEach(_ words: [String: String]) -> String {
        words.reduce(self) { $0.replacing($1.key, with: $1.value) }
    }
}
