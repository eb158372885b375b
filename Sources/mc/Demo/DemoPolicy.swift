import Core
import Foundation
import Policy
import Rehearsal

/// The policy of the demo: written as a team would write it, built, signed, and read back as a cluster reads it.
struct DemoPolicy {
    let folder: URL
    let waivers: URL
    private let release: PrivateKey
    private let security: PrivateKey

    static let cluster = "prod-eu"
    static let namespace = "payments"

    init(folder: URL) throws {
        self.folder = folder.appending(path: "policy")
        waivers = folder.appending(path: "waivers")
        release = try PrivateKey(generating: .p256)
        security = try PrivateKey(generating: .p256)
    }

    /// Where the document lies that says whose signatures count; not in the bundle, since it judges the bundle.
    var trust: URL { folder.deletingLastPathComponent().appending(path: "trust.yaml") }

    /// Writes the bundle, builds and signs it.
    func write(trustedRoot: [UInt8], now: Instant) throws {
        for made in [folder, waivers] {
            try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        }
        let manifest = PolicyText.manifest("demo", version: "28.1.0", approver: security.publicPEM, now: now)
        let written = try BundleSource([
            BundleSource.manifest: Array(manifest.utf8), "policies.yaml": Array(Self.policies.utf8),
            "cluster.yaml": Array(Self.clusters.utf8), "trusted_root.json": trustedRoot,
        ])
        let built = try BundleBuilder.build(written, now: now)
        for (path, bytes) in built.files { try Data(bytes).write(to: folder.appending(path: path)) }
        try Data(try BundleBuilder.sign(built, signers: [release]).file)
            .write(to: folder.appending(path: BundleSource.signature))
        try Data(PolicyText.roleTrust("demo", policy: release.publicPEM).utf8).write(to: trust)
        let list = try SignedDocument(
            payload: RevocationList(issued: now - .seconds(300)).payload, type: RevocationList.payloadType,
            signers: [security])
        try Data(list.bytes).write(to: waivers.appending(path: RevocationList.fileName))
    }

    /// Signs a waiver as the security team and puts it beside the bundle.
    func waive(_ rule: RuleID, of image: Digest, from notBefore: Instant, until expires: Instant) throws -> Waiver {
        let waiver = Waiver(
            id: "W-2026-014", rule: rule, scope: Waiver.Scope(namespace: Self.namespace, image: image),
            waiverClass: "emergency", owner: "team-payments", approvers: ["team-security"],
            reason: "the mirror of the build network is down", notBefore: notBefore, expires: expires)
        let signed = try SignedDocument(
            payload: WaiverDocument.payload(waiver), type: WaiverDocument.payloadType, signers: [security])
        try Data(signed.bytes).write(to: waivers.appending(path: "\(waiver.id).dsse.json"))
        return waiver
    }

    private static let policies = """
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: payments}
        spec:
          mode: Enforce
          match: {namespaces: [payments], images: ["registry.example/example/*"]}
          bind:
            - repository: example/app
              environments: [prod]
              signer:
                issuer: https://token.actions.githubusercontent.com
                subject: https://github.com/example/app/.github/workflows/release.yml@refs/heads/main
              deployer:
                issuer: https://token.actions.githubusercontent.com
                subject: repo:example/app:environment:prod
          require:
            provenance: {builders: ["https://github.com/actions/runner/github-hosted"], maxAge: 30d}
            sbom: {formats: [CycloneDX]}
            deliveryClaims: {schema: v28.1, bundleVersion: ">= v28.0", hermetic: true}

        """

    private static let clusters = """
        apiVersion: mc.internal/v1
        kind: ClusterIdentity
        metadata: {name: prod-eu}
        spec:
          users:
            - issuer: https://token.actions.githubusercontent.com
              usernamePrefix: "https://token.actions.githubusercontent.com#"
        ---
        apiVersion: mc.internal/v1
        kind: EnvironmentMap
        metadata: {name: environments}
        spec:
          namespaces:
            - {clusters: [prod-eu], names: [payments], environment: prod, tenant: payments}
        ---
        apiVersion: mc.internal/v1
        kind: TrustRoot
        metadata: {name: demo}
        spec: {file: trusted_root.json}

        """
}
