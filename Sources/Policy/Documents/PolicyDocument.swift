/// A document of a bundle, and where it stands.
package struct PolicyDocument: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case deployPolicy(DeployPolicy)
        case environmentMap(EnvironmentMap)
        case clusterIdentity(ClusterIdentity)
        case trustRoot(TrustRootDocument)
        case manifest(BundleManifest)
    }

    package let kind: Kind
    /// The file, relative to the bundle's folder.
    package let file: String
    /// The line its first field is on, counted from 1.
    package let line: Int

    package init(_ kind: Kind, file: String, line: Int) {
        self.kind = kind
        self.file = file
        self.line = line
    }
}
