internal import Admission
internal import Attestation
internal import Core
internal import Kubernetes
internal import Policy

/// A cluster's usual work, set up once and repeated for measurement.
@_spi(Benchmark)
public struct Workbench: Sendable {
    private let stage: Stage
    private let request: AdmissionRequest
    private let review: [UInt8]
    private let images: MemoryImages
    private let facts: AdmissionFacts
    private let warm: Admitter
    private let now: Instant

    private static let repository = "registry.example/org/app"
    private static let issuer = WorkflowSigner.githubIssuer
    private static let deployer = "repo:org/app:environment:prod"

    /// Mints evidence for a Deployment and checks that it is admitted, so that the work that counts is measured.
    ///
    /// - Parameters:
    ///   - seconds: the present, in seconds since 1970.
    ///   - imageCount: how many images the Deployment has, each with signature, provenance, SBOM, claims and a gate.
    ///   - policyCount: how many further policies the bundle holds, of other namespaces.
    /// - Throws: when something cannot be minted, or the Deployment is not admitted.
    public init(seconds: Int64, imageCount: Int, policyCount: Int) async throws {
        now = Instant(seconds: seconds)
        stage = try Stage(Self.bundle(now, policyCount), at: now)
        let digests = (0..<imageCount).map { Digest.of(Array("image \($0)".utf8)) }
        var images = MemoryImages()
        for digest in digests {
            for piece in Self.evidence {
                let minted = try stage.mint.mint(piece, about: digest, reference: Self.repository)
                try images.attach(minted, to: digest, in: Self.repository)
            }
        }
        self.images = images
        review = Self.review(digests).canonical
        request = try AdmissionReview(parsing: review).request
        let admitter = try Admitter(bundle: stage.bundle, cluster: "bench", places: images)
        let (decision, facts) = try await admitter.resolve(request, at: now)
        guard decision.outcome == .allow else {
            throw RehearsalError(.request, "not admitted: \(decision.blocking.map(\.finding.description))")
        }
        self.facts = facts
        warm = try Admitter(bundle: stage.bundle, cluster: "bench", places: images, cache: EvidenceCache())
        guard try await warm.decide(request, at: now).outcome == .allow else {
            throw RehearsalError(.request, "not admitted with a cache")
        }
    }

    /// Reads the request and decides with evidence from the cache, everything on the way included.
    ///
    /// - Returns: whether it was admitted.
    public func decideWarm() async throws -> Bool {
        try await warm.decide(request, at: now).outcome == .allow
    }

    /// Decides with evidence at hand, as with a warm cache.
    ///
    /// - Returns: whether it was admitted.
    public func decideCached() -> Bool { Policy.decide(facts, by: stage.bundle, at: now).outcome == .allow }

    /// Parses the review, decides with evidence at hand, and writes decision and answer, as the webhook does.
    ///
    /// - Returns: the length of both documents in bytes.
    public func answerCached() throws -> Int {
        let review = try AdmissionReview(parsing: review)
        let decision = Policy.decide(facts, by: stage.bundle, at: now)
        let document = CanonicalDecision(decision)
        return document.bytes.count + document.answer(to: review).bytes.count
    }

    /// Collects and verifies all evidence anew and decides, as for images never seen before; nothing is cached.
    ///
    /// - Returns: whether it was admitted.
    public func decideCold() async throws -> Bool {
        let admitter = try Admitter(bundle: stage.bundle, cluster: "bench", places: images)
        return try await admitter.decide(request, at: now).outcome == .allow
    }

    private static var evidence: [EvidencePiece] {
        var claims = DeliveryContent()
        claims.hermetic = true
        let by = PieceSigner.workflow(
            WorkflowSigner(repository: "org/app", workflow: "release.yml", ref: "refs/tags/v1.0.0"))
        return [
            EvidencePiece(.signature, by: by), EvidencePiece(.provenance(ProvenanceContent()), by: by),
            EvidencePiece(.billOfMaterials(BillContent()), by: by), EvidencePiece(.deliveryClaims(claims), by: by),
            EvidencePiece(.testResult(TestContent(gate: "unit")), by: by),
        ]
    }

    private static func bundle(_ now: Instant, _ policyCount: Int) throws -> PolicyBundle {
        let subject = try Glob("https://github.com/org/app/.github/workflows/release.yml@refs/tags/*")
        let signer = SignerRule.identity(IdentityPolicy(issuer: .exact(issuer), subject: .glob(subject)))
        var requirements = Requirements()
        requirements.provenance = ProvenanceRequirement(maxAge: .seconds(30 * 86_400))
        requirements.sbom = BillRequirement()
        requirements.deliveryClaims = DeliveryRequirement(bundleVersion: VersionRange(">= v28.0"), hermetic: true)
        requirements.gates = ["unit"]
        func policy(_ name: String, _ namespace: String) throws -> DeployPolicy {
            DeployPolicy(
                name: name, namespaces: [try Glob(namespace)], images: [try Glob("registry.example/org/*")],
                bindings: [
                    Binding(
                        repository: "org/app", environments: ["prod"], signers: [signer],
                        deployers: [RequesterRule(issuer: .exact(issuer), subject: .exact(deployer))])
                ], requirements: requirements, gates: [Gate(name: "unit", signers: [signer])])
        }
        guard let version = SemanticVersion("1.0.0") else { throw RehearsalError(.policy, "1.0.0 is no version") }
        let entry = EnvironmentMap.Entry(clusters: ["bench"], namespaces: [try Glob("payments")], environment: "prod")
        return PolicyBundle(
            manifest: BundleManifest(name: "bench", version: version, expires: now + .seconds(86_400)),
            digest: Digest.of(Array("bench".utf8)), origin: .unsigned,
            policies: try [policy("payments", "payments")]
                + (0..<policyCount).map { try policy("other-\($0)", "other-\($0)-*") },
            environments: [EnvironmentMap(name: "bench", entries: [entry])],
            clusters: [
                ClusterIdentity(
                    cluster: "bench",
                    users: [ClusterIdentity.UserMapping(issuer: issuer, usernamePrefix: "\(issuer)#")])
            ], trustRoots: [TrustRootDocument(name: "bench", source: .publicGood)])
    }

    private static func review(_ digests: [Digest]) -> JSONValue {
        let containers = digests.enumerated().map { index, digest -> JSONValue in
            ["name": .string("c\(index)"), "image": .string("\(repository)@\(digest)")]
        }
        let metadata: JSONValue = ["labels": ["app": "app"], "annotations": ["mc.repo": "org/app"]]
        let kind: JSONValue = ["group": "apps", "version": "v1", "kind": "Deployment"]
        return [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                "uid": "6ebe49d6-642d-41a1-b498-a4140b6827b8", "kind": kind,
                "resource": ["group": "apps", "version": "v1", "resource": "deployments"], "name": "app",
                "namespace": "payments", "operation": "CREATE",
                "userInfo": [
                    "username": .string("\(issuer)#\(deployer)"), "groups": ["system:authenticated"],
                ],
                "object": [
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "metadata": ["name": "app", "namespace": "payments"],
                    "spec": [
                        "selector": ["matchLabels": ["app": "app"]],
                        "template": ["metadata": metadata, "spec": ["containers": .array(containers)]],
                    ],
                ],
                "dryRun": false,
            ],
        ]
    }
}
