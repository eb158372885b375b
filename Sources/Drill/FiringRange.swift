internal import Attestation
internal import Core
internal import Kubernetes
internal import Policy
internal import Rehearsal

/// A policy, a pipeline and two images that drills are run against: nothing of a real cluster is touched.
struct FiringRange {
    let stage: Stage
    /// An image that the pipeline signed and attested.
    let signed: Digest
    /// An image that nobody says anything about.
    let unsigned: Digest
    /// What lies beside them in the registry.
    let images: MemoryImages

    static let cluster = "drill"
    static let namespace = "drill"
    static let repository = "registry.drill.example/org/app"
    static let issuer = WorkflowSigner.githubIssuer
    private static let source = "org/app"
    private static let deployer = "repo:org/app:environment:prod"
    private static let signer = WorkflowSigner(repository: source, workflow: "release.yml", ref: "refs/tags/v1.0.0")

    init(now: Instant) throws {
        stage = try Stage(Self.bundle(now), at: now)
        signed = Digest.of(Array("signed \(now)".utf8))
        unsigned = Digest.of(Array("unsigned \(now)".utf8))
        var images = MemoryImages()
        for piece in Self.evidence {
            let minted = try stage.mint.mint(piece, about: signed, reference: Self.repository)
            try images.attach(minted, to: signed, in: Self.repository)
        }
        self.images = images
    }

    /// What a good pipeline leaves beside its image.
    private static var evidence: [EvidencePiece] {
        var claims = DeliveryContent()
        claims.hermetic = true
        let by = PieceSigner.workflow(signer)
        return [
            EvidencePiece(.signature, by: by), EvidencePiece(.provenance(ProvenanceContent()), by: by),
            EvidencePiece(.billOfMaterials(BillContent()), by: by), EvidencePiece(.deliveryClaims(claims), by: by),
        ]
    }

    /// A Deployment of an image, asked for by the pipeline.
    static func request(_ image: Digest) throws -> AdmissionRequest {
        let object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "app", "namespace": .string(namespace), "annotations": ["mc.repo": .string(source)]],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": ["app": "app"]],
                "template": [
                    "metadata": ["labels": ["app": "app"], "annotations": ["mc.repo": .string(source)]],
                    "spec": ["containers": [["name": "app", "image": .string("\(repository)@\(image)")]]],
                ],
            ],
        ]
        let user = UserInfo(username: "\(issuer)#\(deployer)", groups: ["system:authenticated"])
        let requests = try Manifest.requests(
            creating: object, namespace: namespace, user: user, isDryRun: false, uid: "drill")
        guard let request = requests.first else { throw DrillError("the drill's own Deployment makes no request") }
        return request
    }

    /// The same as the API server would send it.
    static func review(_ image: Digest) throws -> JSONValue {
        let request = try request(image)
        return [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                "uid": "6ebe49d6-642d-41a1-b498-a4140b6827b8",
                "kind": ["group": "apps", "version": "v1", "kind": "Deployment"],
                "resource": ["group": "apps", "version": "v1", "resource": "deployments"], "name": "app",
                "namespace": .string(namespace), "operation": "CREATE",
                "userInfo": [
                    "username": .string(request.userInfo.username), "groups": ["system:authenticated"],
                ], "object": request.object ?? .null, "dryRun": false,
            ],
        ]
    }

    private static func bundle(_ now: Instant) throws -> PolicyBundle {
        var requirements = Requirements()
        requirements.provenance = ProvenanceRequirement()
        requirements.sbom = BillRequirement()
        requirements.deliveryClaims = DeliveryRequirement(hermetic: true)
        let policy = DeployPolicy(
            name: "drill", namespaces: [try Glob(namespace)], images: [try Glob(repository)],
            bindings: [
                Binding(
                    repository: source, environments: ["prod"],
                    signers: [
                        .identity(IdentityPolicy(issuer: .exact(issuer), subject: .exact(signer.uri)))
                    ], deployers: [RequesterRule(issuer: .exact(issuer), subject: .exact(deployer))])
            ], requirements: requirements)
        guard let version = SemanticVersion("1.0.0") else { throw DrillError("1.0.0 is no version") }
        return PolicyBundle(
            manifest: BundleManifest(name: "drill", version: version, expires: now + .seconds(3_600)),
            digest: Digest.of(Array("drill".utf8)), origin: .unsigned, policies: [policy],
            environments: [
                EnvironmentMap(
                    name: "drill",
                    entries: [
                        EnvironmentMap.Entry(
                            clusters: [cluster], namespaces: [try Glob(namespace)], environment: "prod")
                    ])
            ],
            clusters: [
                ClusterIdentity(
                    cluster: cluster,
                    users: [ClusterIdentity.UserMapping(issuer: issuer, usernamePrefix: "\(issuer)#")])
            ], trustRoots: [TrustRootDocument(name: "drill", source: .publicGood)])
    }
}

/// Why a drill could not be set up.
struct DrillError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
