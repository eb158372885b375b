/// What a node stands for; the names are a contract with everybody who queries the graph.
///
/// Stores may keep the code instead of the name: codes are never given a second time.
package enum NodeKind: String, Sendable, Hashable, CaseIterable {
    case image = "Image"
    case artifact = "Artifact"
    case run = "Run"
    case commit = "Commit"
    case pullRequest = "PR"
    case repository = "Repo"
    case builder = "Builder"
    case workflow = "Workflow"
    case billOfMaterials = "SBOM"
    case attestation = "Attestation"
    case policyBundle = "PolicyBundle"
    case identity = "Identity"
    case gateResult = "GateResult"
    case admission = "Admission"
    case waiver = "Waiver"
    case deployment = "Deployment"
    case namespace = "Namespace"
    case cluster = "Cluster"
    case environment = "Environment"
    case tenant = "Tenant"
    case runner = "Runner"
    case action = "Action"
    case package = "Package"
    case packageName = "PackageName"
    case secret = "Secret"
    case destination = "Destination"
    case team = "Team"

    /// The number that stands for the kind in a store.
    package var code: Int64 {
        switch self {
        case .image: 1
        case .artifact: 2
        case .run: 3
        case .commit: 4
        case .pullRequest: 5
        case .repository: 6
        case .builder: 7
        case .workflow: 8
        case .billOfMaterials: 9
        case .attestation: 10
        case .policyBundle: 11
        case .identity: 12
        case .gateResult: 13
        case .admission: 14
        case .waiver: 15
        case .deployment: 16
        case .namespace: 17
        case .cluster: 18
        case .environment: 19
        case .tenant: 20
        case .runner: 21
        case .action: 22
        case .package: 23
        case .packageName: 24
        case .secret: 25
        case .destination: 26
        case .team: 27
        }
    }
}

/// How two nodes are related; the names and directions are a contract with everybody who queries the graph.
package enum EdgeKind: String, Sendable, Hashable, CaseIterable {
    /// Run → Image.
    case built = "BUILT"
    /// Run → Commit.
    case from = "FROM"
    /// PR → Commit that its merge made.
    case merged = "MERGED"
    /// PR → last Commit of its branch.
    case head = "HEAD"
    /// Run → Workflow, Admission → Image.
    case of = "OF"
    /// Run → Builder.
    case by = "BY"
    /// Run → Artifact.
    case used = "USED"
    /// SBOM → Image.
    case describes = "DESCRIBES"
    /// Attestation → what it is about.
    case about = "ABOUT"
    /// Attestation → Identity.
    case signedBy = "SIGNED_BY"
    /// Attestation → Run in which it was signed.
    case signedIn = "SIGNED_IN"
    /// Attestation → Commit of that run, as the signer's certificate names it.
    case signedAt = "SIGNED_AT"
    /// Attestation → SBOM or GateResult that it carries.
    case says = "SAYS"
    /// Run → GateResult.
    case gated = "GATED"
    /// Admission → Deployment.
    case into = "INTO"
    /// Admission → PolicyBundle.
    case under = "UNDER"
    /// Admission → Waiver or Attestation.
    case because = "BECAUSE"
    /// Commit → Repo, Deployment → Namespace → Cluster, Admission → Environment, Environment → Tenant, Package → SBOM.
    case within = "IN"
    /// Run → Runner.
    case ranOn = "RAN_ON"
    /// Package → PackageName.
    case versionOf = "VERSION_OF"
    /// Deployment → Image; derived from decisions and from what clusters were seen to run.
    case runs = "RUNS"
    /// Anything → Team.
    case ownedBy = "OWNED_BY"

    /// The number that stands for the kind in a store.
    package var code: Int64 {
        switch self {
        case .built: 1
        case .from: 2
        case .merged: 3
        case .head: 4
        case .of: 5
        case .by: 6
        case .used: 7
        case .describes: 8
        case .about: 9
        case .signedBy: 10
        case .signedIn: 11
        case .says: 12
        case .gated: 13
        case .into: 14
        case .under: 15
        case .because: 16
        case .within: 17
        case .signedAt: 18
        case .ranOn: 19
        case .versionOf: 20
        case .runs: 21
        case .ownedBy: 22
        }
    }
}
