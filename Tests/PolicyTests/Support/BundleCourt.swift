import Core

@testable import Policy

/// A small bundle, and what a signature makes of it.
struct BundleCourt {
    static let now = Instant(seconds: 1_770_000_000)
    static let policyKey = WaiverCourt.key()
    static let secondKey = WaiverCourt.key()
    static let environmentKey = WaiverCourt.key()
    static let stranger = WaiverCourt.key()

    static let trust = roles([.init(name: "policy", keys: [policyKey.publicKey])])

    static func roles(_ roles: [RoleTrust.Role], bundle: String? = nil) -> RoleTrust {
        guard let trust = RoleTrust(name: "clusters", bundle: bundle, roles: roles) else {
            preconditionFailure("the roles are complete")
        }
        return trust
    }

    static func files(
        version: String = "28.1.0", name: String = "payments", expires: Instant = now + .seconds(86_400),
        mode: String = "Enforce"
    ) -> [String: [UInt8]] {
        [
            "bundle.yaml": """
            apiVersion: mc.internal/v1
            kind: BundleManifest
            metadata: {name: \(name)}
            spec:
              version: \(version)
              expires: \(expires)
            """,
            "policies/payments.yaml": """
            apiVersion: mc.internal/v1
            kind: DeployPolicy
            metadata: {name: payments}
            spec:
              mode: \(mode)
              match: {namespaces: [payments], images: ["ghcr.io/org/*"]}
              bind:
                - repository: org/app
                  environments: [prod]
                  signer: {issuer: "https://issuer.example", subject: "https://github.com/org/app/*"}
                  deployer: {issuer: "https://issuer.example", subject: "repo:org/app:environment:prod"}
              require: {sbom: {}}
            """,
            "environments.yaml": """
            apiVersion: mc.internal/v1
            kind: EnvironmentMap
            metadata: {name: all}
            spec:
              namespaces:
                - {clusters: [prod-eu], names: [payments], environment: prod}
            """,
            "clusters.yaml": """
            apiVersion: mc.internal/v1
            kind: ClusterIdentity
            metadata: {name: prod-eu}
            spec:
              users: [{issuer: "https://issuer.example", usernamePrefix: "oidc:"}]
            """,
            "trust.yaml": """
            apiVersion: mc.internal/v1
            kind: TrustRoot
            metadata: {name: private}
            spec: {file: trusted_root.json}
            """,
            "trusted_root.json": "{}",
        ].mapValues { Array(($0 + "\n").utf8) }
    }

    /// A built bundle, signed.
    static func signed(
        _ files: [String: [UInt8]] = files(), by keys: [PrivateKey] = [policyKey], at instant: Instant = now
    ) throws -> [String: [UInt8]] {
        let built = try BundleBuilder.build(BundleSource(files), now: instant)
        var files = built.files
        files[BundleSource.signature] = try BundleBuilder.sign(built, signers: keys).file
        return files
    }

    static func load(
        _ files: [String: [UInt8]], trust: RoleTrust? = trust, memory: VersionMemory = VersionMemory(),
        at instant: Instant = now, allowUnsigned: Bool = false
    ) throws -> PolicyBundle {
        try BundleLoader.load(
            BundleSource(files), trust: trust, memory: memory, now: instant, allowUnsigned: allowUnsigned)
    }

    /// The error of loading, if there is one.
    static func refusal(
        _ files: [String: [UInt8]], trust: RoleTrust? = trust, memory: VersionMemory = VersionMemory(),
        at instant: Instant = now, allowUnsigned: Bool = false
    ) throws -> BundleError? {
        do {
            _ = try load(files, trust: trust, memory: memory, at: instant, allowUnsigned: allowUnsigned)
            return nil
        } catch let error as BundleError {
            return error
        }
    }
}
