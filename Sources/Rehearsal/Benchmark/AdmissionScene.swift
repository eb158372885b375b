internal import Attestation
internal import Core
internal import Foundation
internal import Kubernetes
internal import OCI
internal import Policy

/// Everything that a webhook needs to be measured: a signed policy, images with evidence in a registry, and reviews.
@_spi(Benchmark)
public struct AdmissionScene: Sendable {
    private let folder: URL
    private let now: Instant
    private let registry: String

    private static let repository = "org/app"
    private static let imageRegistry = "registry.example"
    private static let issuer = WorkflowSigner.githubIssuer
    private static let deployer = "repo:org/app:environment:prod"
    /// The cluster's name.
    public static let cluster = "bench"

    /// - Parameters:
    ///   - folder: where the files go.
    ///   - registry: the registry that holds the evidence, such as `127.0.0.1:5000`; it is spoken to without TLS.
    ///   - seconds: the present, in seconds since 1970.
    public init(folder: String, registry: String, seconds: Int64) {
        self.folder = URL(fileURLWithPath: folder)
        self.registry = registry
        now = Instant(seconds: seconds)
    }

    /// Writes the files and fills the registry.
    ///
    /// In the folder are then `bundle-1` and `bundle-2`, two versions of the policy, with `trust.yaml`; `waivers` and
    /// `waivers-2`; `reviews/allow-N.json` and `reviews-denied/deny-N.json`, each about one image.
    ///
    /// - Parameter images: how many images there are, each with five pieces of evidence.
    /// - Throws: when something cannot be minted, written or pushed.
    public func make(images: Int) async throws {
        let mint = try Mint(now: now)
        try policy(trustRoot: mint.trustRoot)
        let client = RegistryClient(plainHTTP: PlainHTTPRule(insecure: [registry]))
        let writer = RegistryWriter(try Repository(host: registry, path: Self.repository), client: client)
        for index in 0..<images {
            let image = try await push("image \(index)", writer)
            for piece in Self.evidence { try await attach(piece, to: image, mint, writer) }
            try write("reviews/allow-\(index).json", Self.review(image.digest).canonical)
        }
        for index in 0..<max(images / 4, 1) {
            let image = try await push("nobody's image \(index)", writer)
            try write("reviews-denied/deny-\(index).json", Self.review(image.digest).canonical)
        }
    }

    private static var evidence: [EvidencePiece] {
        var claims = DeliveryContent()
        claims.hermetic = true
        let by = PieceSigner.workflow(
            WorkflowSigner(repository: repository, workflow: "release.yml", ref: "refs/tags/v1.0.0"))
        return [
            EvidencePiece(.signature, by: by), EvidencePiece(.provenance(ProvenanceContent()), by: by),
            EvidencePiece(.billOfMaterials(BillContent()), by: by), EvidencePiece(.deliveryClaims(claims), by: by),
            EvidencePiece(.testResult(TestContent(gate: "unit")), by: by),
        ]
    }

    private func push(_ content: String, _ writer: RegistryWriter) async throws -> Descriptor {
        let layer = try await writer.put(blob: Array(content.utf8), mediaType: MediaType.layer)
        try await writer.put(blob: Descriptor.emptyContent, mediaType: MediaType.empty)
        return try await writer.put(manifest: Manifest.encode(config: .empty, layers: [layer]))
    }

    private func attach(
        _ piece: EvidencePiece, to image: Descriptor, _ mint: Mint, _ writer: RegistryWriter
    ) async throws {
        switch try mint.mint(piece, about: image.digest, reference: "\(Self.imageRegistry)/\(Self.repository)") {
        case .bundle(let bytes, let predicateType):
            let type = "application/vnd.dev.sigstore.bundle.v0.3+json"
            try await writer.put(
                referrer: [(bytes, type)], subject: image, artifactType: type,
                annotations: predicateType.map { ["dev.sigstore.bundle.predicateType": $0] } ?? [:])
        case .cosign(let bytes, let mediaType, let annotations):
            let layer = try await writer.put(blob: bytes, mediaType: mediaType, annotations: annotations)
            try await writer.put(
                manifest: Manifest.encode(config: .empty, layers: [layer]),
                tag: CosignAttachment.signatures.tag(of: image.digest))
        }
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    private func policy(trustRoot: [UInt8]) throws {
        let release = try PrivateKey(generating: .p256)
        let security = try PrivateKey(generating: .p256)
        for version in 1...2 {
            let manifest = PolicyText.manifest(
                "bench", version: "1.0.\(version)", approver: security.publicPEM, now: now)
            let built = try BundleBuilder.build(
                try BundleSource([
                    BundleSource.manifest: Array(manifest.utf8),
                    "policy.yaml": Array(Self.policies.utf8), "trusted_root.json": trustRoot,
                ]), now: now)
            for (path, bytes) in built.files { try write("bundle-\(version)/\(path)", bytes) }
            try write(
                "bundle-\(version)/\(BundleSource.signature)", try BundleBuilder.sign(built, signers: [release]).file)
        }
        try write("trust.yaml", Array(PolicyText.roleTrust("bench", policy: release.publicPEM).utf8))
        let list = try SignedDocument(
            payload: RevocationList(issued: now - .seconds(300)).payload, type: RevocationList.payloadType,
            signers: [security])
        let waiver = Waiver(
            id: "W-1", rule: "hermetic-required",
            scope: Waiver.Scope(namespace: "payments", image: Digest.of(Array("another image".utf8))),
            waiverClass: "emergency", owner: "team-payments", approvers: ["team-security"], reason: "for the soak",
            notBefore: now - .seconds(60), expires: now + .seconds(7_000))
        let signed = try SignedDocument(
            payload: WaiverDocument.payload(waiver), type: WaiverDocument.payloadType, signers: [security])
        for name in ["waivers", "waivers-2"] { try write("\(name)/\(RevocationList.fileName)", list.bytes) }
        try write("waivers-2/\(waiver.id).dsse.json", signed.bytes)
    }

    private static let policies = """
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: payments}
        spec:
          mode: Enforce
          match: {namespaces: [payments], images: ["registry.example/org/*"]}
          bind:
            - repository: org/app
              environments: [prod]
              signer:
                issuer: https://token.actions.githubusercontent.com
                subject: https://github.com/org/app/.github/workflows/release.yml@refs/tags/*
              deployer:
                issuer: https://token.actions.githubusercontent.com
                subject: repo:org/app:environment:prod
          require:
            provenance: {maxAge: 30d}
            sbom: {formats: [CycloneDX, SPDX]}
            deliveryClaims: {schema: v28.1, bundleVersion: ">= v28.0", hermetic: true}
            gates: [unit]
          gates:
            - name: unit
              signer:
                issuer: https://token.actions.githubusercontent.com
                subject: https://github.com/org/app/.github/workflows/release.yml@refs/tags/*
        ---
        apiVersion: mc.internal/v1
        kind: ClusterIdentity
        metadata: {name: bench}
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
            - {clusters: [bench], names: [payments], environment: prod, tenant: payments}
        ---
        apiVersion: mc.internal/v1
        kind: TrustRoot
        metadata: {name: bench}
        spec: {file: trusted_root.json}

        """

    private static func review(_ digest: Digest) -> JSONValue {
        [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                // The load generator puts another one in its place.
                "uid": "00000000-0000-4000-8000-000000000000",
                "kind": ["group": "apps", "version": "v1", "kind": "Deployment"],
                "resource": ["group": "apps", "version": "v1", "resource": "deployments"], "name": "app",
                "namespace": "payments", "operation": "CREATE",
                "userInfo": ["username": .string("\(issuer)#\(deployer)"), "groups": ["system:authenticated"]],
                "object": [
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "metadata": ["name": "app", "namespace": "payments"],
                    "spec": [
                        "replicas": 1, "selector": ["matchLabels": ["app": "app"]],
                        "template": [
                            "metadata": ["labels": ["app": "app"], "annotations": ["mc.repo": "org/app"]],
                            "spec": [
                                "containers": [
                                    [
                                        "name": "app",
                                        "image": .string("\(imageRegistry)/\(repository)@\(digest)"),
                                    ]
                                ]
                            ],
                        ],
                    ],
                ],
                "dryRun": false,
            ],
        ]
    }
}

/// The least that an admission webhook does.
@_spi(Benchmark)
public enum BareWebhook {
    /// Parses a review and allows the request.
    ///
    /// - Returns: the answer, or `nil` when it is no review.
    public static func answer(_ review: [UInt8]) -> [UInt8]? {
        (try? AdmissionReview(parsing: review))?.answer(allowed: true).bytes
    }
}
