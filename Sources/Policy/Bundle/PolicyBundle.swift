package import Core

/// Everything that decisions are made by, read and checked.
package struct PolicyBundle: Sendable, Hashable {
    /// Who vouched for the bundle.
    package enum Origin: Sendable, Hashable {
        /// The roles whose signatures were verified, sorted.
        case signed(roles: [String])
        /// Nobody: a folder under work, which no cluster may be decided by.
        case unsigned
    }

    package let manifest: BundleManifest
    /// The SHA-256 that names the bundle: of its manifest as it was signed or, unsigned, of its files.
    package let digest: Digest
    package let origin: Origin
    package let policies: [DeployPolicy]
    package let environments: [EnvironmentMap]
    package let clusters: [ClusterIdentity]
    package let trustRoots: [TrustRootDocument]

    package init(
        manifest: BundleManifest, digest: Digest, origin: Origin, policies: [DeployPolicy],
        environments: [EnvironmentMap], clusters: [ClusterIdentity], trustRoots: [TrustRootDocument]
    ) {
        self.manifest = manifest
        self.digest = digest
        self.origin = origin
        // What is decided must not depend on the order of files.
        self.policies = policies.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.environments = environments.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.clusters = clusters.sorted { $0.cluster.utf8.lexicographicallyPrecedes($1.cluster.utf8) }
        self.trustRoots = trustRoots.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The identity of a cluster; `nil` when the bundle does not know it.
    package func cluster(_ name: String) -> ClusterIdentity? { clusters.first { $0.cluster.isSame(as: name) } }
}
