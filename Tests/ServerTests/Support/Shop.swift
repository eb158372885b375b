import Admission
import Core
import Policy
import Rehearsal

/// A small signed bundle, evidence about one good and one bad image, and what is asked about them.
enum Shop {
    static let now = Instant(seconds: 1_768_903_200)
    static let cluster = "c1"
    static let repository = "ghcr.io/org/app"
    /// Signed, and delivered as it should be.
    static let good = Digest.of(Array("good".utf8))
    /// Signed, but not built hermetically.
    static let leaky = Digest.of(Array("leaky".utf8))
    /// Nobody knows anything of it.
    static let unknown = Digest.of(Array("unknown".utf8))
    static let deployer = "https://token.actions.githubusercontent.com#repo:org/app:environment:prod"

    private static let made = Result { try Made() }
    private struct Made {
        let policy: PrivateKey
        let alice: PrivateKey
        let bob: PrivateKey
        let mint: Mint
        let images: MemoryImages

        init() throws {
            policy = try PrivateKey(generating: .p256)
            alice = try PrivateKey(generating: .p256)
            bob = try PrivateKey(generating: .p256)
            mint = try Mint(now: Shop.now)
            var images = MemoryImages()
            let workflow = PieceSigner.workflow(WorkflowSigner(repository: "org/app"))
            var claims = DeliveryContent()
            for (image, hermetic) in [(Shop.good, true), (Shop.leaky, false)] {
                claims.hermetic = hermetic
                for piece in [
                    EvidencePiece(.signature, by: workflow), EvidencePiece(.deliveryClaims(claims), by: workflow),
                ] {
                    try images.attach(
                        mint.mint(piece, about: image, reference: Shop.repository), to: image, in: Shop.repository)
                }
            }
            images.tag("1.0", of: Shop.repository, as: Shop.good)
            images.tag("leaky", of: Shop.repository, as: Shop.leaky)
            self.images = images
        }
    }

    /// The registries with the evidence.
    static func images(_ reach: MemoryImages.Reach = .available) throws -> MemoryImages {
        var images = try made.get().images
        images.reach = reach
        return images
    }

    static func approver(_ name: String = "alice") throws -> PrivateKey {
        name == "alice" ? try made.get().alice : try made.get().bob
    }

    /// Whose signatures on bundles count.
    static func trust() throws -> [UInt8] {
        let document: JSONValue = [
            "apiVersion": "mc.internal/v1", "kind": "RoleTrust", "metadata": ["name": "clusters"],
            "spec": ["roles": [["name": "policy", "keys": [.string(try made.get().policy.publicPEM)]]]],
        ]
        return document.canonical
    }

    /// The bundle's files, signed unless told otherwise.
    ///
    /// - Parameter interactive: what the policy says of exec and the like; makes two bundles of a version differ.
    static func bundle(
        _ version: String = "1.0.0", expires: Instant = now + .seconds(86_400 * 30), isSigned: Bool = true,
        hermetic: Bool = true, by key: PrivateKey? = nil
    ) throws -> BundleSource {
        let made = try made.get()
        let manifest: JSONValue = [
            "apiVersion": "mc.internal/v1", "kind": "BundleManifest", "metadata": ["name": "shop"],
            "spec": [
                "version": .string(version), "expires": .string("\(expires)"), "defaultMode": "Enforce",
                "approvers": [
                    ["name": "alice", "keys": [.string(made.alice.publicPEM)]],
                    ["name": "bob", "keys": [.string(made.bob.publicPEM)]],
                ],
            ],
        ]
        func policy(_ name: String, _ mode: String) -> JSONValue {
            [
                "apiVersion": "mc.internal/v1", "kind": "DeployPolicy", "metadata": ["name": .string(name)],
                "spec": [
                    "mode": .string(mode), "match": ["namespaces": [.string(name)], "images": ["ghcr.io/org/*"]],
                    "bind": [
                        [
                            "repository": "org/app", "environments": ["prod"],
                            "signer": [
                                "issuer": "https://token.actions.githubusercontent.com",
                                "subject":
                                    "https://github.com/org/app/.github/workflows/release.yml@refs/heads/main",
                            ],
                            "deployer": [
                                "issuer": "https://token.actions.githubusercontent.com",
                                "subject": "repo:org/app:environment:prod",
                            ],
                        ]
                    ],
                    "require": ["digest": true, "deliveryClaims": ["schema": "v28.1", "hermetic": .bool(hermetic)]],
                ],
            ]
        }
        let files: [String: [UInt8]] = [
            "bundle.yaml": manifest.canonical, "shop.yaml": policy("shop", "Enforce").canonical,
            "audited.yaml": policy("audited", "Audit").canonical,
            "environments.yaml":
                ([
                    "apiVersion": "mc.internal/v1", "kind": "EnvironmentMap", "metadata": ["name": "all"],
                    "spec": [
                        "namespaces": [
                            ["clusters": [.string(cluster)], "names": ["shop", "audited"], "environment": "prod"]
                        ]
                    ],
                ] as JSONValue).canonical,
            "cluster.yaml":
                ([
                    "apiVersion": "mc.internal/v1", "kind": "ClusterIdentity", "metadata": ["name": .string(cluster)],
                    "spec": [
                        "users": [
                            [
                                "issuer": "https://token.actions.githubusercontent.com",
                                "usernamePrefix": "https://token.actions.githubusercontent.com#",
                            ]
                        ]
                    ],
                ] as JSONValue).canonical,
            "root.yaml":
                ([
                    "apiVersion": "mc.internal/v1", "kind": "TrustRoot", "metadata": ["name": "rehearsal"],
                    "spec": ["file": "root.json"],
                ] as JSONValue).canonical,
            "root.json": made.mint.trustRoot,
        ]
        // What has expired is not made, but may well lie there.
        let built = try BundleBuilder.build(BundleSource(files), now: Instant(seconds: 0))
        guard isSigned else { return built }
        var all = built.files
        all[BundleSource.signature] = try BundleBuilder.sign(built, signers: [key ?? made.policy]).file
        return try BundleSource(all)
    }

    /// A signed waiver of `hermetic-required` for the leaky image.
    static func waiver(
        _ id: String = "W-2026-001", from start: Instant = now, until end: Instant = now + .seconds(3_600)
    ) throws -> (file: [UInt8], digest: Digest) {
        let waiver = Waiver(
            id: id, rule: "hermetic-required", scope: Waiver.Scope(namespace: "shop", image: leaky),
            waiverClass: "emergency", owner: "team-shop", approvers: ["alice"], reason: "the mirror is down",
            notBefore: start, expires: end)
        let payload = WaiverDocument.payload(waiver)
        return (
            try SignedDocument(payload: payload, type: WaiverDocument.payloadType, signers: [approver()]).bytes,
            .of(payload)
        )
    }

    /// A signed list of revocations.
    static func revocations(_ revoked: [(id: String, digest: Digest)], issued: Instant = now) throws -> [UInt8] {
        let list = RevocationList(
            issued: issued,
            revoked: revoked.map {
                RevocationList.Entry(id: $0.id, digest: $0.digest, at: issued, reason: "found out")
            })
        return try SignedDocument(
            payload: list.payload, type: RevocationList.payloadType, signers: [approver()]
        ).bytes
    }

    /// A pod with an image.
    static func pod(_ image: String, _ name: String = "web", namespace: String = "shop") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace), "annotations": ["mc.repo": "org/app"],
            ], "spec": ["containers": [["name": "a", "image": .string(image)]]],
        ]
    }

    /// A review of a pod.
    static func review(
        _ image: String, name: String = "web", namespace: String = "shop", operation: String = "CREATE",
        dryRun: Bool = false, user: String = deployer, old: String? = nil, object: JSONValue? = nil,
        uid: String = "6ebe49d6-642d-41a1-b498-a4140b6827b8"
    ) -> JSONValue {
        var request = JSONObject()
        request["uid"] = .string(uid)
        request["kind"] = ["group": "", "version": "v1", "kind": "Pod"]
        request["resource"] = ["group": "", "version": "v1", "resource": "pods"]
        request["name"] = .string(name)
        request["namespace"] = .string(namespace)
        request["operation"] = .string(operation)
        request["userInfo"] = ["username": .string(user), "groups": ["system:authenticated"]]
        request["object"] = operation == "DELETE" ? .null : object ?? pod(image, name, namespace: namespace)
        request["oldObject"] =
            operation == "DELETE"
            ? pod(image, name, namespace: namespace)
            : old.map { pod($0, name, namespace: namespace) } ?? .null
        request["dryRun"] = .bool(dryRun)
        return [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": .object(request),
        ]
    }

    static func review(of image: Digest, namespace: String = "shop", name: String = "web") -> JSONValue {
        review("\(repository)@\(image)", name: name, namespace: namespace)
    }
}
