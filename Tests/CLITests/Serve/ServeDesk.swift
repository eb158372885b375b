import AsyncHTTPClient
import Core
import Foundation
import Kubernetes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OCI
import Rehearsal
import TestCluster
import TestSupport

/// A folder from which `mc serve` runs with the policy of the recorded reviews: certificates, keys, evidence, a cluster.
struct ServeDesk {
    static let token = "a-token-that-is-long-enough"
    static let image = Digest.of(Array("an image".utf8))
    static let reference = "ghcr.io/org/app@\(image)"
    static let deployer = "https://token.actions.githubusercontent.com#repo:org/app:environment:prod"

    let folder: TemporaryFolder
    let cluster: TestCluster
    private let mint: Mint
    var path: String { folder.path }

    init(_ change: (String) -> String = { $0 }) async throws {
        folder = try TemporaryFolder(isKept: true)
        mint = try Mint(now: Instant(seconds: Int64(Date().timeIntervalSince1970)))
        let script = """
            set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout tls.key -out tls.crt \
                -days 20 -subj "/CN=mc" -addext "subjectAltName=IP:127.0.0.1" 2>&1
            mc log key new --name log.example/serve --out log.key > log.pub
            """
        let made = try await Tool.shell(script, in: folder.path)
        guard made.status == 0 else { throw Tool.Failure(description: made.all) }
        let certificate = try String(contentsOfFile: "\(folder.path)/tls.crt", encoding: .utf8)
        let key = try String(contentsOfFile: "\(folder.path)/tls.key", encoding: .utf8)
        cluster = try await TestCluster(tls: TestCluster.TLS(certificate: certificate, key: key))
        // A namespace that is not known counts as Enforce.
        for name in ["payments", "trial", "connaisseur", "test-connaisseur"] {
            cluster.put(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        }
        try writePolicy()
        let encoded = Base64.encode(Array(certificate.utf8))
        try folder.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            current-context: x
            clusters: [{name: c, cluster: {server: "\(cluster.address)", certificate-authority-data: \(encoded)}}]
            users: [{name: u, user: {token: secret-token}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        try folder.write(
            "tokens.yaml",
            "tokens:\n  - {name: test, sha256: \(Digest.of(Array(Self.token.utf8)).hex), roles: [viewer, auditor]}\n")
        try folder.write("waivers/.keep", "")
        try folder.write(
            "mc.yaml",
            change(
                """
                cluster: recorded
                policy: {bundle: policy, poll: 1s}
                waivers: {folder: waivers}
                log: {folder: log, key: log.key}
                cache: {folder: cache}
                evidence: {standIn: evidence}
                kubernetes: {kubeconfig: kubeconfig}
                webhook: {listen: "127.0.0.1:0", certificate: tls.crt, key: tls.key}
                api: {listen: "127.0.0.1:0", tokens: tokens.yaml}
                health: {listen: "127.0.0.1:0"}

                """))
        try writeEvidence(about: [Self.image])
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    /// The bundle of the recorded reviews, with the rehearsal's trust root.
    private func writePolicy() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/reviews/policy").standardized.path
        for name in ["bundle.yaml", "cluster.yaml", "policies.yaml"] {
            let text = try String(contentsOfFile: "\(source)/\(name)", encoding: .utf8)
            try folder.write("policy/\(name)", text.replacing("embedded: public-good", with: "file: root.json"))
        }
        try folder.write("policy/root.json", mint.trustRoot)
        try folder.write(
            "policy/audit.yaml",
            text("policy/policies.yaml").components(separatedBy: "---")[0]
                .replacing("{name: payments}", with: "{name: trial}")
                .replacing("namespaces: [payments]", with: "namespaces: [trial]")
                .replacing("spec:\n", with: "spec:\n  mode: Audit\n"))
        try folder.write(
            "policy/trial.yaml",
            """
            apiVersion: mc.internal/v1
            kind: EnvironmentMap
            metadata: {name: trial}
            spec:
              namespaces:
                - {clusters: [recorded], names: [trial], environment: prod, tenant: trial}

            """)
    }

    /// Writes signature and provenance about images into a layout, as the release workflow makes them.
    func writeEvidence(about images: [Digest]) throws {
        let layout = "\(path)/evidence"
        try? FileManager.default.removeItem(atPath: layout)
        try FileManager.default.createDirectory(atPath: layout, withIntermediateDirectories: true)
        var writer = try LayoutWriter(creating: layout)
        let workflow = PieceSigner.workflow(WorkflowSigner(repository: "org/app", ref: "refs/tags/v1.4.2"))
        for image in images {
            let subject = Descriptor(mediaType: MediaType.manifest, digest: image, size: 1_024)
            for piece in [
                EvidencePiece(.signature, by: workflow), EvidencePiece(.provenance(ProvenanceContent()), by: workflow),
            ] {
                switch try mint.mint(piece, about: image, reference: "ghcr.io/org/app") {
                case .bundle(let bytes, let type):
                    try writer.put(
                        referrer: [(bytes: bytes, mediaType: MintedLayout.bundleType)], subject: subject,
                        artifactType: MintedLayout.bundleType,
                        annotations: type.map { ["dev.sigstore.bundle.predicateType": $0] } ?? [:])
                case .cosign(let bytes, let type, let annotations):
                    let layer = try writer.put(blob: bytes, mediaType: type, annotations: annotations)
                    try writer.put(blob: Descriptor.emptyContent, mediaType: MediaType.empty)
                    try writer.put(
                        manifest: Manifest.encode(config: .empty, layers: [layer]),
                        tag: "sha256-\(image.hex).sig")
                }
            }
        }
    }

    /// Talks HTTPS to a port.
    func client() throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile("\(path)/tls.crt"))
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    /// A review of a Pod.
    static func review(
        _ name: String, image: String = reference, namespace: String = "payments", user: String = deployer
    ) -> JSONValue {
        [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                "uid": "6ebe49d6-642d-41a1-b498-a4140b6827b8",
                "kind": ["group": "", "version": "v1", "kind": "Pod"],
                "resource": ["group": "", "version": "v1", "resource": "pods"], "name": .string(name),
                "namespace": .string(namespace), "operation": "CREATE",
                "userInfo": [
                    "username": .string(user), "groups": ["oidc:github", "system:authenticated"],
                    "extra": ["example.test/repository": ["org/app"], "example.test/environment": ["prod"]],
                ],
                "object": [
                    "apiVersion": "v1", "kind": "Pod",
                    "metadata": [
                        "name": .string(name), "namespace": .string(namespace), "annotations": ["mc.repo": "org/app"],
                    ], "spec": ["containers": [["name": "app", "image": .string(image)]]],
                ], "oldObject": .null, "dryRun": false,
            ],
        ]
    }
}

extension HTTPClient {
    /// Asks the webhook.
    func review(_ body: [UInt8], at server: ServeProcess) async throws -> (status: Int, json: JSONValue) {
        var request = HTTPClientRequest(
            url: "https://127.0.0.1:\(server.ports["webhook"] ?? 0)/v1/validate?timeout=10s")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await answer(request)
    }

    /// Asks the API.
    func ask(_ path: String, at server: ServeProcess) async throws -> (status: Int, json: JSONValue) {
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(server.ports["api"] ?? 0)\(path)")
        request.headers.add(name: "Authorization", value: "Bearer \(ServeDesk.token)")
        return try await answer(request)
    }

    /// The value of a metric without labels; `nil` when it is not there.
    func metric(_ name: String, at server: ServeProcess) async throws -> Double? {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.ports["health"] ?? 0)/metrics")
        let response = try await execute(request, timeout: .seconds(20))
        let text = String(buffer: try await response.body.collect(upTo: 8 << 20))
        return text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    private func answer(_ request: HTTPClientRequest) async throws -> (status: Int, json: JSONValue) {
        let response = try await execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return (Int(response.status.code), try JSONValue(parsing: Array(bytes.readableBytesView)))
    }
}

extension JSONValue {
    var isAllowed: Bool? { if case .bool(let allowed)? = self["response"]?["allowed"] { allowed } else { nil } }
    var message: String { self["response"]?["status"]?["message"]?.string ?? "" }
    var warnings: [String] { (self["response"]?["warnings"]?.array ?? []).compactMap(\.string) }

    func annotation(_ name: String) -> String? { self["response"]?["auditAnnotations"]?[name]?.string }
}
