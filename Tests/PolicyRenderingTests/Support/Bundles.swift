import Core
import Foundation
import Policy

/// Bundles to render.
enum Bundles {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
            .appending(path: name).path
    }

    /// The bundle of a folder of the project; tests beside it are no part of it.
    static func folder(_ name: String) throws -> PolicyBundle {
        let folder = path(name)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        return try load(
            names.sorted().map { name in
                (name, Array(try Data(contentsOf: URL(filePath: folder).appending(path: name))))
            })
    }

    static func example() throws -> PolicyBundle { try folder("examples/policy") }
    static func recorded() throws -> PolicyBundle { try folder("Tests/Fixtures/reviews/policy") }

    /// A bundle with something of everything that the request's rules look at.
    ///
    /// It has a mapping that only some of the users of a prefix fit, which files cannot say but the engine understands.
    static func court() throws -> PolicyBundle {
        let bundle = try load([("bundle.yaml", Array(manifestText.utf8)), ("court.yaml", Array(courtText.utf8))])
        var cluster = bundle.clusters[0]
        cluster.users.append(
            ClusterIdentity.UserMapping(
                issuer: "https://groups.example", usernamePrefix: "ci:", groups: ["trusted"]))
        return PolicyBundle(
            manifest: bundle.manifest, digest: bundle.digest, origin: bundle.origin, policies: bundle.policies,
            environments: bundle.environments, clusters: [cluster], trustRoots: bundle.trustRoots)
    }

    private static func load(_ files: [(path: String, bytes: [UInt8])]) throws -> PolicyBundle {
        try BundleLoader.load(
            BundleSource(files), trust: nil, now: Instant(seconds: 1_700_000_000), allowUnsigned: true)
    }

    private static let manifestText = """
        apiVersion: mc.internal/v1
        kind: BundleManifest
        metadata: {name: court}
        spec: {version: 3.1.0, expires: 2099-01-01T00:00:00Z, defaultMode: Enforce}
        """

    private static let courtText = """
        apiVersion: mc.internal/v1
        kind: ClusterIdentity
        metadata: {name: court}
        spec:
          users:
            - issuer: https://issuer.example
              usernamePrefix: "ci:"
              claims: {repository: example.test/repository}
            - issuer: https://other.example
              usernamePrefix: "ci:special:"
              groups: [special]
          gitOpsControllers:
            - serviceAccount: system:serviceaccount:flux-system:kustomize-controller
              repositories: [org/app]
          workloadControllers:
            - serviceAccount: system:serviceaccount:argo-rollouts:argo-rollouts
              creates: ReplicaSet
              owner: Rollout
          customKinds:
            - {group: argoproj.io, kind: Rollout, podTemplates: [spec.template]}
            - {group: serving.knative.dev, kind: Revision, podSpecs: [spec]}
          registryAliases:
            - {alias: harbor.example/ghcr, registry: ghcr.io}
            - {alias: harbor.example/ghcr/deep, registry: ghcr.io/org}
        ---
        apiVersion: mc.internal/v1
        kind: EnvironmentMap
        metadata: {name: environments}
        spec:
          namespaces:
            - {clusters: [court], names: [payments, "pay-?"], environment: prod, tenant: payments}
            - {clusters: [court], names: ["team-*"], environment: staging}
            - {clusters: [court], names: ["team-both"], environment: prod}
            - {clusters: [elsewhere], names: ["*"], environment: prod}
        ---
        apiVersion: mc.internal/v1
        kind: TrustRoot
        metadata: {name: sigstore}
        spec: {embedded: public-good}
        ---
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: payments}
        spec:
          match: {namespaces: [payments, "pay-?"], images: ["ghcr.io/org/*", "docker.io/library/nginx"]}
          bind:
            - repository: org/app
              repositoryId: "42"
              environments: [prod]
              signer: SIGNER
              deployer:
                issuer: https://issuer.example
                subject: repo:org/app:environment:prod
                claims: {repository: org/app}
            - repository: org/other
              environments: [prod, staging]
              signer: SIGNER
              deployer:
                - {issuer: "https://*.example", subject: "robot-?"}
          require: {digest: true}
          interactive: Deny
        ---
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: Teams_2}
        spec:
          mode: Audit
          match: {namespaces: ["team-*"], images: ["*"]}
          bind:
            - repository: org/app
              environments: [staging]
              signer: SIGNER
              deployer: {issuer: https://issuer.example, subjectRegexp: "repo:org/app:ref:refs/tags/v[0-9.]+"}
          require: {digest: false}
        """.replacingOccurrences(
            of: "SIGNER", with: #"{issuer: https://issuer.example, subject: "https://github.com/org/app/*"}"#)
}
