import Admission
import Attestation
import Core
import Kubernetes
import Lineage
import Policy
import Recording
import Rehearsal

/// A cluster with a policy, minted evidence about one image, and a store: everything real but the network.
struct Town {
    static let opening = Instant(seconds: 1_790_000_000)
    static let signedAt = opening - .seconds(600)
    static let maxAge = Duration.seconds(7 * 86_400)
    static let grace = Duration.seconds(86_400)
    /// When the evidence is too old, and when the grace is over; logs and timestamps are seconds later than signatures.
    static let agedAt = signedAt + maxAge
    static let overAt = agedAt + grace + .seconds(60)

    static let repository = "registry.example/org/app"
    static let image = Digest.of(Array("the image".utf8))
    private static let issuer = WorkflowSigner.githubIssuer
    private static let deployer = "repo:org/app:environment:prod"
    static let pipeline = "\(issuer)#\(deployer)"
    static let deploymentController = "system:serviceaccount:kube-system:deployment-controller"
    static let replicaSetController = "system:serviceaccount:kube-system:replicaset-controller"

    let bundle: PolicyBundle
    let store: SQLiteStore
    private let images: MemoryImages
    private let records: LineageRecords
    private let recorder: DecisionRecorder

    /// - Parameter change: changes what the policy requires.
    init(_ change: (inout Requirements) -> Void) throws {
        var requirements = Requirements()
        change(&requirements)
        let stage = try Stage(Self.bundle(requirements), at: Self.opening)
        let signer = PieceSigner.workflow(
            WorkflowSigner(repository: "org/app", workflow: "release.yml", ref: "refs/tags/v1.0.0"))
        var images = MemoryImages()
        for content in [EvidencePiece.Content.signature, .provenance(ProvenanceContent())] {
            let piece = EvidencePiece(content, by: signer, at: .absolute(Self.signedAt))
            let minted = try stage.mint.mint(piece, about: Self.image, reference: Self.repository)
            try images.attach(minted, to: Self.image, in: Self.repository)
        }
        self.images = images
        bundle = stage.bundle
        store = try SQLiteStore.inMemory()
        records = LineageRecords(store)
        recorder = DecisionRecorder(store)
    }

    private static func bundle(_ requirements: Requirements) throws -> PolicyBundle {
        let subject = try Glob("https://github.com/org/app/.github/workflows/release.yml@refs/tags/*")
        let policy = DeployPolicy(
            name: "app", namespaces: [try Glob("app-*")], images: [try Glob("registry.example/org/*")],
            bindings: [
                Binding(
                    repository: "org/app", environments: ["staging", "prod"],
                    signers: [.identity(IdentityPolicy(issuer: .exact(issuer), subject: .glob(subject)))],
                    deployers: [RequesterRule(issuer: .exact(issuer), subject: .exact(deployer))])
            ], requirements: requirements, rescheduleGrace: grace)
        let entries = try ["staging", "prod"].map {
            EnvironmentMap.Entry(clusters: ["eu-1"], namespaces: [try Glob("app-\($0)")], environment: $0)
        }
        guard let version = SemanticVersion("1.0.0") else { throw Problem(text: "1.0.0 is no version") }
        return PolicyBundle(
            manifest: BundleManifest(name: "town", version: version, expires: opening + .seconds(90 * 86_400)),
            digest: Digest.of(Array("town".utf8)), origin: .signed(roles: ["policy"]), policies: [policy],
            environments: [EnvironmentMap(name: "town", entries: entries)],
            clusters: [
                ClusterIdentity(
                    cluster: "eu-1",
                    users: [ClusterIdentity.UserMapping(issuer: issuer, usernamePrefix: "\(issuer)#")])
            ], trustRoots: [TrustRootDocument(name: "town", source: .publicGood)])
    }

    /// Has the real engine decide a request.
    ///
    /// - Parameters:
    ///   - owners: the objects that exist.
    ///   - isSigned: whether somebody signed the bundle.
    ///   - isRecorded: whether the decision is recorded.
    @discardableResult
    func decide(
        _ ask: Ask, at now: Instant, owners: [JSONValue] = [], isSigned: Bool = true, isRecorded: Bool = true
    ) async throws -> Decision {
        let unsigned = PolicyBundle(
            manifest: bundle.manifest, digest: bundle.digest, origin: .unsigned, policies: bundle.policies,
            environments: bundle.environments, clusters: bundle.clusters, trustRoots: bundle.trustRoots)
        let admitter = try Admitter(
            bundle: isSigned ? bundle : unsigned, cluster: "eu-1", places: images, owners: ListedOwners(owners),
            records: records)
        let request = try AdmissionReview(parsing: ask.review.canonical).request
        let (decision, facts) = try await admitter.resolve(request, at: now)
        if isRecorded { try await recorder.record(decision, facts) }
        return decision
    }

    struct Problem: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }
}

extension Decision {
    /// What became of what does not hold, without what only explains.
    var dispositions: Set<Disposition> { Set(findings.map(\.disposition)).subtracting([.explains]) }
    var rules: Set<String> { Set(findings.filter { $0.disposition != .explains }.map(\.finding.rule.rawValue)) }
}
