package import Core

/// What must hold of workloads in some namespaces and of some images (`kind: DeployPolicy`).
///
/// Every policy that covers a namespace and an image applies, and all must be satisfied.
package struct DeployPolicy: Sendable, Hashable {
    /// Whether a violation is enforced or only said.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        case audit = "Audit"
        case enforce = "Enforce"
    }

    /// What becomes of `exec`, `attach` and `port-forward`.
    package enum Interactive: String, Sendable, Hashable, CaseIterable {
        case allow = "Allow"
        case deny = "Deny"
    }

    /// `metadata.name`, unique among the policies of a bundle.
    package var name: String
    /// `spec.mode`; `Enforce` when absent.
    package var mode: Mode
    /// `spec.match.namespaces`: globs; at least one.
    package var namespaces: [Glob]
    /// `spec.match.images`: globs over the registry and repository, such as `ghcr.io/org/*`; at least one.
    package var images: [Glob]
    /// `spec.bind`: at least one.
    package var bindings: [Binding]
    /// `spec.require`
    package var requirements: Requirements
    /// `spec.gates`: who may speak for each gate.
    package var gates: [Gate]
    /// `spec.trustRoots`: names of `TrustRoot` documents; empty means all of the bundle.
    package var trustRoots: [String]
    /// `spec.evidenceRepositories`: repositories in which evidence is looked for as well, such as
    /// `ghcr.io/org/attestations`.
    package var evidenceRepositories: [String]
    /// `spec.interactive`; `Allow` when absent.
    package var interactive: Interactive
    /// `spec.rescheduleGrace`: how long evidence that aged, or a waiver that expired, keeps an admitted pod template
    /// schedulable; 24 h when absent.
    package var rescheduleGrace: Duration

    package static let defaultGrace = Duration.seconds(86_400)

    package init(
        name: String, mode: Mode = .enforce, namespaces: [Glob], images: [Glob], bindings: [Binding],
        requirements: Requirements = Requirements(), gates: [Gate] = [], trustRoots: [String] = [],
        evidenceRepositories: [String] = [], interactive: Interactive = .allow,
        rescheduleGrace: Duration = Self.defaultGrace
    ) {
        self.name = name
        self.mode = mode
        self.namespaces = namespaces
        self.images = images
        self.bindings = bindings
        self.requirements = requirements
        self.gates = gates
        self.trustRoots = trustRoots
        self.evidenceRepositories = evidenceRepositories
        self.interactive = interactive
        self.rescheduleGrace = rescheduleGrace
    }

    /// Whether the policy covers a namespace.
    package func covers(namespace: String) -> Bool { namespaces.contains { $0.matches(namespace) } }

    /// Whether the policy covers an image in a namespace.
    ///
    /// - Parameter image: registry and repository after aliases were normalised.
    package func covers(namespace: String, image: String) -> Bool {
        covers(namespace: namespace) && images.contains { $0.matches(image) }
    }
}

/// Identity ∧ repository ∧ environment: who may sign and who may deploy what was built from a repository
/// (`spec.bind[]`).
package struct Binding: Sendable, Hashable {
    /// `repository`: owner and name on GitHub such as `org/app`, or a URL such as `https://git.example/org/app`.
    package var repository: String
    /// `repositoryId`: the immutable id, in decimal digits; held against certificate and provenance where they have one.
    package var repositoryID: String?
    /// `environments`: at least one.
    package var environments: [String]
    /// `signer`: one rule, or a list of which any may match; at least one.
    package var signers: [SignerRule]
    /// `deployer`: one rule, or a list of which any may match. Without one only listed GitOps controllers and workload
    /// controllers can deploy.
    package var deployers: [RequesterRule]

    package init(
        repository: String, repositoryID: String? = nil, environments: [String], signers: [SignerRule],
        deployers: [RequesterRule] = []
    ) {
        self.repository = repository
        self.repositoryID = repositoryID
        self.environments = environments
        self.signers = signers
        self.deployers = deployers
    }

    /// The repository as a URL, as certificates and provenance name it.
    package var repositoryURL: String {
        // Asked for each piece of evidence of each request: by bytes, since searching text for text costs far more.
        let bytes = repository.utf8
        let isURL = bytes.firstIndex(of: UInt8(ascii: ":")).map { bytes[$0...].starts(with: "://".utf8) } ?? false
        return isURL ? repository : "https://github.com/\(repository)"
    }
}

/// A gate whose results count only when one of its own signers made them (`spec.gates[]`).
package struct Gate: Sendable, Hashable {
    /// `name`, as `require.gates` names it; a test result is of this gate when one of its `configuration` entries has
    /// this name.
    package var name: String
    /// `signer`: one rule or a list; at least one.
    package var signers: [SignerRule]
    /// `maxAge`: how old the newest result may be.
    package var maxAge: Duration?

    package init(name: String, signers: [SignerRule], maxAge: Duration? = nil) {
        self.name = name
        self.signers = signers
        self.maxAge = maxAge
    }
}
