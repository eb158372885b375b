import Core
import Foundation
import KubernetesClient
import TestCluster
import TestSupport
import Testing

/// `mc scan` through the binary, on what the demo keeps: from files, and from a cluster.
@Suite("Scan") struct ScanTests {
    /// A workload of the demo as it runs.
    private struct Scene {
        let folder: TemporaryFolder
        let image: String
        var kept: String { folder.path + "/kept" }

        init(_ name: String = "image") async throws {
            folder = try TemporaryFolder(isKept: true)
            let demo = try await Tool.run(["demo", "--directory", folder.path + "/kept"])
            try #require(demo.status == 0, "\(demo.output)\(demo.error)")
            let manifest = try String(contentsOfFile: "\(folder.path)/kept/deployment-\(name).yaml", encoding: .utf8)
            let line = try #require(manifest.split(separator: "\n").first { $0.contains("image: ") })
            image = String(line.split(separator: " ").last ?? "").filter { $0 != "\"" && $0 != "}" && $0 != "]" }
        }

        var digest: String { String(image.drop { $0 != "@" }.dropFirst()) }
        var template: JSONValue { template(image) }

        func template(_ image: String) -> JSONValue {
            [
                "metadata": ["labels": ["app": "demo", "mc.env": "prod"], "annotations": ["mc.repo": "example/app"]],
                "spec": ["containers": [["name": "app", "image": .string(image)]]],
            ]
        }

        func replicaSet(_ image: String? = nil) -> JSONValue {
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": ["name": "demo-1", "namespace": "payments", "uid": "rs-1"],
                "spec": ["template": template(image ?? self.image)],
            ]
        }

        func pod(
            _ name: String = "demo-1-a", image: String? = nil, running: String? = nil, isOwned: Bool = true,
            namespace: String = "payments"
        ) -> JSONValue {
            let image = image ?? self.image
            var metadata = template["metadata"]?.object ?? JSONObject()
            metadata["name"] = .string(name)
            metadata["namespace"] = .string(namespace)
            metadata["uid"] = .string("uid-\(name)")
            if isOwned {
                metadata["ownerReferences"] = [
                    [
                        "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "demo-1", "uid": "rs-1",
                        "controller": true,
                    ]
                ]
            }
            return [
                "apiVersion": "v1", "kind": "Pod", "metadata": .object(metadata),
                "spec": ["containers": [["name": "app", "image": .string(image)]]],
                "status": [
                    "phase": "Running",
                    "containerStatuses": [["name": "app", "imageID": .string(running ?? image)]],
                ],
            ]
        }

        func options(_ more: [String]) -> [String] {
            [
                "scan", "--policy", "\(kept)/policy", "--trust", "\(kept)/trust.yaml", "--evidence", "\(kept)/image",
            ] + more
        }

        func scan(_ objects: [JSONValue], _ more: [String] = []) async throws -> Tool.Run {
            let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
            try folder.write("objects.json", list.canonical)
            return try await Tool.run(options(["--from", "\(folder.path)/objects.json", "-o", "json"] + more))
        }
    }

    private static let webhook: JSONValue = [
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": ["name": "mc"],
        "webhooks": [
            [
                "name": "validate.mc.internal", "failurePolicy": "Fail",
                "clientConfig": ["caBundle": "QUJD", "service": ["namespace": "mc", "name": "mc"]],
                "rules": [
                    ["apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]]
                ],
                "namespaceSelector": [
                    "matchExpressions": [
                        ["key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]]
                    ]
                ],
            ]
        ],
    ]

    private static func rules(_ document: JSONValue, pod: Int = 0) -> Set<String> {
        let pods = document["pods"]?.array ?? []
        guard pods.indices.contains(pod) else { return [] }
        return Set(
            (pods[pod]["findings"]?.array ?? []).filter { $0["disposition"] == "denies" }
                .compactMap { $0["rule"]?.string })
    }

    @Test func whatRunsIsDecidedAsItRuns() async throws {
        let scene = try await Scene()
        let good = try await scene.scan([scene.pod(), scene.pod("demo-1-b"), scene.replicaSet()])
        #expect(good.status == 0, "\(good.all)")
        let document = try JSONValue(parsing: good.output)
        #expect(document["summary"]?["pods"] == 2)
        #expect(document["pods"]?.array?.first?["images"]?.array?.first?["digest"]?.string == scene.digest)
        #expect(document["alarms"] == .null)
        #expect(good.error.contains("webhook configuration"))
        // The tag says nothing; what the kubelet pulled decides.
        let tagged = scene.image.prefix { $0 != "@" } + ":v1"
        let byTag = try await scene.scan([
            scene.pod(image: String(tagged), running: scene.image), scene.replicaSet(String(tagged)),
        ])
        #expect(byTag.status == 0, "\(byTag.all)")
        let other = "sha256:" + String(repeating: "e", count: 64)
        let drifted = try await scene.scan([
            scene.pod(running: String(scene.image.prefix { $0 != "@" }) + "@" + other), scene.replicaSet(),
        ])
        #expect(drifted.status == 1, "\(drifted.all)")
        let drift = try JSONValue(parsing: drifted.output)
        #expect(drift["pods"]?.array?.first?["images"]?.array?.first?["differs"] == true)
    }

    @Test func aPodWithoutItsOwnerOrRequesterIsRefused() async throws {
        let scene = try await Scene()
        let orphan = try await scene.scan([scene.pod()])
        #expect(orphan.status == 1, "\(orphan.all)")
        #expect(try Self.rules(JSONValue(parsing: orphan.output)) == ["owner-mismatch"])
        let bare = try await scene.scan([scene.pod(isOwned: false)])
        #expect(bare.status == 1)
        #expect(try Self.rules(JSONValue(parsing: bare.output)) == ["requester-mismatch"])
        let malformed = try await scene.scan([
            ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a/b"]], scene.pod(), scene.replicaSet(),
        ])
        #expect(malformed.status == 2, "\(malformed.all)")
        #expect(try JSONValue(parsing: malformed.output)["summary"]?["pods"] == 1)
    }

    @Test func theWebhookIsLookedAtAndItsExemptionsKept() async throws {
        let scene = try await Scene()
        let objects = [scene.pod(), scene.replicaSet()]
        let system = scene.pod("etcd", image: "registry.k8s.io/etcd:3", isOwned: false, namespace: "kube-system")
        let good = try await scene.scan(objects + [Self.webhook, system])
        #expect(good.status == 0, "\(good.all)")
        let document = try JSONValue(parsing: good.output)
        #expect(document["alarms"] == [])
        #expect(document["pods"]?.array?.last?["decision"] == "exempt")
        #expect(try await scene.scan(objects + [system]).status == 1)
        let webhook = String(decoding: Self.webhook.canonical, as: UTF8.self)
        let open = try JSONValue(parsing: webhook.replacingOccurrences(of: "\"Fail\"", with: "\"Ignore\""))
        let narrowed = try await scene.scan(objects + [open])
        #expect(narrowed.status == 1)
        #expect(
            try JSONValue(parsing: narrowed.output)["alarms"]?.array?.compactMap { $0["code"]?.string }
                == ["failurePolicy"])
        try scene.folder.write("webhooks.json", webhook)
        let removed = try await scene.scan(objects, ["--webhooks", "\(scene.folder.path)/webhooks.json"])
        #expect(removed.status == 1)
        #expect(removed.output.contains("removed"))
    }

    @Test func aClusterIsScannedThroughItsAPI() async throws {
        let scene = try await Scene()
        let cluster = try await TestCluster(tokens: ["s3cret"])
        cluster.put(scene.pod())
        cluster.put(scene.replicaSet())
        cluster.put(Self.webhook)
        try scene.folder.write(
            "kubeconfig",
            """
            current-context: test
            clusters: [{name: c, cluster: {server: "\(cluster.address)"}}]
            users: [{name: u, user: {token: s3cret}}]
            contexts: [{name: test, context: {cluster: c, user: u, namespace: payments}}]
            """)
        let options = scene.options(["--kubeconfig", "\(scene.folder.path)/kubeconfig"])
        let good = try await Tool.run(options + ["-o", "junit"])
        #expect(good.status == 0, "\(good.all)")
        #expect(good.output.contains("<testcase name=\"payments/demo-1-a\" classname=\"mc scan\"/>"))
        #expect(good.output.contains("tests=\"2\" failures=\"0\" errors=\"0\""))
        let other = try await Tool.run(options + ["-n", "other"])
        #expect(other.status == 0)
        #expect(other.output.contains("0 pods"))
        // The owner goes: its pods belong to nobody.
        cluster.remove(scene.replicaSet())
        cluster.remove(Self.webhook)
        let bad = try await Tool.run(options + ["-A"])
        #expect(bad.status == 1)
        #expect(bad.output.contains("owner-mismatch"))
        #expect(bad.output.contains("alarm"))
        // The API answers no more: nothing was evaluated.
        cluster.setTokens([])
        let down = try await Tool.run(options)
        #expect(down.status == 2)
        #expect(!down.all.contains("s3cret"))
    }

    @Test(arguments: [
        ["--from", "x.json", "--in-cluster"], ["-A", "-n", "shop", "--from", "x.json"], ["--from", "/none.json"],
        ["--in-cluster", "--context", "x"], ["--in-cluster"], ["--kubeconfig", "/none"],
        ["--from", "x.json", "--timeout", "0"],
    ])
    func badUsageIsNoResult(_ arguments: [String]) async throws {
        let scene = try await Scene()
        let run = try await Tool.run(scene.options(arguments))
        #expect(run.status == 2, "\(run.all)")
        #expect(!run.error.isEmpty)
    }
}
