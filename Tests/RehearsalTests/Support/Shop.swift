import Core
import Policy
import Rehearsal

/// A small bundle with a workflow, a key and a gate, and a file of cases about it.
enum Shop {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    /// A key whose private half nobody has.
    private static let publicKey =
        #""-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELBxB5ZU72EyL62rE1HSZJIQNBOo5\n"#
        + #"4Z0qGYwdEDumGovvV1UIt8gjpWX9ZxZFBKaO/VaCg9EMwADZOJql2QOnGg==\n-----END PUBLIC KEY-----\n""#

    static func bundle(require: String = "{digest: true}", root: String = "public-good") throws -> PolicyBundle {
        let text = """
            apiVersion: mc.internal/v1
            kind: ClusterIdentity
            metadata: {name: c1}
            spec: {}
            ---
            apiVersion: mc.internal/v1
            kind: EnvironmentMap
            metadata: {name: e}
            spec:
              namespaces:
                - {clusters: [c1], names: [shop], environment: prod}
                - {clusters: [c1], names: [shop-staging], environment: staging}
            ---
            apiVersion: mc.internal/v1
            kind: TrustRoot
            metadata: {name: t}
            spec: {embedded: \(root)}
            ---
            apiVersion: mc.internal/v1
            kind: DeployPolicy
            metadata: {name: shop}
            spec:
              match: {namespaces: [shop], images: ["ghcr.io/org/*"]}
              bind:
                - repository: org/app
                  environments: [prod]
                  signer:
                    - issuer: https://token.actions.githubusercontent.com
                      subject: https://github.com/org/app/.github/workflows/release.yml@refs/heads/main
                    - name: release
                      key: \(publicKey)
                  deployer: {issuer: "https://idp.example", subject: deployer}
              require: \(require)
            """
        let manifest = """
            apiVersion: mc.internal/v1
            kind: BundleManifest
            metadata: {name: shop}
            spec:
              version: 1.0.0
              expires: 2030-01-01T00:00:00Z
              approvers:
                - name: security
                  keys: [\(publicKey)]
            """
        let source = try BundleSource(["bundle.yaml": Array(manifest.utf8), "policy.yaml": Array(text.utf8)])
        return try BundleLoader.load(source, trust: nil, now: Instant(seconds: 0), allowUnsigned: true)
    }

    /// A file of cases; each is a name with what stands below it.
    static func test(_ cases: [(name: String, body: String)]) throws -> AdmissionTest {
        try AdmissionTestReader.read(Array(text(cases).utf8), file: "cases.yaml")
    }

    static func text(_ cases: [(name: String, body: String)]) -> String {
        """
        apiVersion: mc.internal/v1
        kind: AdmissionTest
        metadata: {name: shop}
        spec:
          cluster: c1
          at: 2026-01-20T10:00:00Z
          sign: {repository: org/app}
          requester: {claims: {issuer: "https://idp.example", subject: deployer}}
          cases:

        """
            + cases.map { "    - {name: \"\($0.name)\", \(Self.pod), \($0.body)}\n" }.joined()
    }

    static let pod =
        "object: {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, annotations: {mc.repo: org/app}}, "
        + "spec: {containers: [{name: a, image: \"ghcr.io/org/app@\(digest)\"}]}}"

    static func play(
        _ cases: [(name: String, body: String)], require: String = "{digest: true}", root: String = "public-good"
    ) async throws -> [CaseResult] {
        let runner = CaseRunner(
            bundle: try bundle(require: require, root: root), files: CaseFiles(folder: "."), clock: { .zero })
        return await runner.run(try test(cases))
    }
}
