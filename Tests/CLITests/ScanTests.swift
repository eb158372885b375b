import Core
import Foundation
import Installation
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

    /// The webhook configurations as `mc install` writes them.
    private static func webhooks(namespace: String = "mc-system", exempt: [String] = []) throws -> [JSONValue] {
        let certificate = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
        return try Installation(
            InstallOptions(
                namespace: namespace, image: "registry.example.com/mc@sha256:" + String(repeating: "a", count: 64),
                trust: .bundle(Array(certificate.utf8)), exempt: exempt)
        ).objects(.webhook)
    }

    private static func alarms(_ run: Tool.Run) throws -> Set<String> {
        Set(try (JSONValue(parsing: run.output)["alarms"]?.array ?? []).compactMap { $0["code"]?.string })
    }

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
        let good = try await scene.scan(objects + [system] + Self.webhooks())
        #expect(good.status == 0, "\(good.all)")
        let document = try JSONValue(parsing: good.output)
        #expect(document["alarms"] == [])
        #expect(document["pods"]?.array?.last?["decision"] == "exempt")
        func edited(_ text: String, _ other: String) async throws -> Tool.Run {
            let webhooks = String(decoding: JSONValue.array(try Self.webhooks()).canonical, as: UTF8.self)
            #expect(webhooks.contains(text))
            let live = try JSONValue(parsing: webhooks.replacingOccurrences(of: text, with: other)).array ?? []
            return try await scene.scan(objects + live)
        }
        let open = try await edited("\"Fail\"", "\"Ignore\"")
        #expect(open.status == 1)
        #expect(try Self.alarms(open) == ["failurePolicy"])
        let fewer = try await edited("\"cronjobs\",", "")
        #expect(fewer.status == 1)
        #expect(try Self.alarms(fewer) == ["rules"])
        let half = try await scene.scan(objects + Self.webhooks().suffix(1))
        #expect(half.status == 1)
        #expect(try Self.alarms(half) == ["removed"])
    }

    /// Whoever may edit the configuration could exempt a namespace by it; that is no reason not to look there.
    @Test func whatTheClusterItselfExemptsIsJudgedAndAlarms() async throws {
        let scene = try await Scene()
        let hidden = scene.pod("miner", image: "docker.io/library/miner:1", isOwned: false)
        let objects = [scene.pod("a", namespace: "shop"), hidden]
        let live = try await scene.scan(objects + Self.webhooks(exempt: ["payments", "shop"]))
        #expect(live.status != 0)
        #expect(try Self.alarms(live) == ["namespaces"])
        #expect(live.output.contains("payments, shop"))
        let pods = try JSONValue(parsing: live.output)["pods"]?.array ?? []
        #expect(pods.count == 2)
        #expect(!pods.contains { $0["decision"] == "exempt" })
        // Named by the operator they are exempt, and nothing alarms; one that is not named still does.
        let named = ["--exempt-namespace", "payments", "--exempt-namespace", "shop"]
        let said = try await scene.scan(objects + Self.webhooks(exempt: ["payments", "shop"]), named)
        #expect(said.status == 0, "\(said.all)")
        let one = try await scene.scan(objects + Self.webhooks(exempt: ["payments", "shop"]), Array(named.prefix(2)))
        #expect(one.status != 0)
        #expect(try Self.alarms(one) == ["namespaces"])
    }

    @Test func anotherNamespaceOfMcIsSaid() async throws {
        let scene = try await Scene()
        let objects = try [scene.pod(), scene.replicaSet()] + Self.webhooks(namespace: "guard")
        let good = try await scene.scan(objects, ["--mc-namespace", "guard"])
        #expect(good.status == 0, "\(good.all)")
        let other = try await scene.scan(objects)
        #expect(other.status == 1)
        #expect(try Self.alarms(other) == ["namespaces", "service"])
    }

    @Test func installedManifestsAreTheMeasureWhenGiven() async throws {
        let scene = try await Scene()
        let objects = [scene.pod(), scene.replicaSet()]
        let list: JSONValue = ["kind": "List", "items": .array(try Self.webhooks(exempt: ["shop"]))]
        let webhooks = ["--webhooks", try scene.folder.write("webhooks.json", list.canonical)]
        let good = try await scene.scan(objects + Self.webhooks(exempt: ["shop"]), webhooks)
        #expect(good.status == 0, "\(good.all)")
        let removed = try await scene.scan(objects, webhooks)
        #expect(removed.status == 1)
        #expect(try Self.alarms(removed) == ["removed"])
        let nothing = ["--webhooks", try scene.folder.write("other.json", scene.replicaSet().canonical)]
        #expect(try await scene.scan(objects + Self.webhooks(), nothing).status == 2)
        #expect(try await scene.scan(objects, webhooks + ["--exempt-namespace", "shop"]).status == 2)
    }

    @Test func aClusterIsScannedThroughItsAPI() async throws {
        let scene = try await Scene()
        let cluster = try await TestCluster(tokens: ["s3cret"])
        cluster.put(scene.pod())
        cluster.put(scene.replicaSet())
        for webhook in try Self.webhooks() { cluster.put(webhook) }
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
        for webhook in try Self.webhooks() { cluster.remove(webhook) }
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

    /// The entry that a webhook would have made of a pod.
    private static func entry(
        _ scene: Scene, _ pod: JSONValue, caller: String,
        user: String = "system:serviceaccount:kube-system:replicaset-controller", outcome: Int32 = 0
    ) async throws -> String {
        let review: JSONValue = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                "uid": "r-1", "kind": ["group": "", "version": "v1", "kind": "Pod"],
                "resource": ["group": "", "version": "v1", "resource": "pods"], "operation": "CREATE",
                "name": pod["metadata"]?["name"] ?? .null, "namespace": "payments", "dryRun": false,
                "userInfo": ["username": .string(user)], "object": pod,
            ],
        ]
        let file = try scene.folder.write("review.json", review.canonical)
        let owners = try scene.folder.write("owners.json", scene.replicaSet().canonical)
        let run = try await Tool.run([
            "admit", "--review", file, "--owners", owners, "--policy", "\(scene.kept)/policy", "--trust",
            "\(scene.kept)/trust.yaml", "--evidence", "\(scene.kept)/image", "-o", "json",
        ])
        try #require(run.status == outcome, "\(run.all)")
        let decision = try JSONValue(parsing: run.output)
        let result: JSONValue = outcome == 0 ? "allow" : "deny"
        let entry: JSONValue = [
            "schema": "https://mc.internal/schemas/log-entry.v1.json",
            "decisionDigest": .string(Digest.of(decision.canonical).description), "decision": decision,
            "at": decision["at"] ?? .null, "caller": .string(caller), "cluster": decision["cluster"] ?? .null,
            "namespace": "payments", "images": [.string(scene.digest)], "outcome": result, "enforcedResult": result,
        ]
        return String(decoding: entry.canonical, as: UTF8.self)
    }

    @Test func theLogSaysWhatWasDecided() async throws {
        let scene = try await Scene()
        let entries = [
            try await Self.entry(scene, scene.pod("demo-1-a"), caller: "authenticated"),
            try await Self.entry(scene, scene.pod("demo-1-b"), caller: "unauthenticated"),
            try await Self.entry(scene, scene.pod("demo-1-gone"), caller: "unauthenticated"),
        ]
        try scene.folder.write("entries", entries.joined(separator: "\n") + "\n")
        let made = try await Tool.shell(
            "mc log key new --name mc.example/log --out key && mc log append --log log --key key < entries",
            in: scene.folder.path)
        try #require(made.status == 0, "\(made.all)")
        let log = ["--log", "\(scene.folder.path)/log"]
        let both = [scene.pod("demo-1-a"), scene.pod("demo-1-b"), scene.replicaSet()]
        let good = try await scene.scan(both, log)
        #expect(good.status == 0, "\(good.all)")
        let document = try JSONValue(parsing: good.output)
        #expect(document["pods"]?.array?.compactMap { $0["log"]?["index"]?.integer } == [0, 1])
        #expect(document["pods"]?.array?.compactMap { $0["log"]?["authenticated"]?.bool } == [true, false])
        #expect(document["log"]?["logs"]?.array?.compactMap { $0["origin"]?.string } == ["mc.example/log"])
        #expect(document["log"]?["reconciled"] == 1)
        #expect(document["log"]?["unreconciled"]?.array?.compactMap { $0["pod"]?.string } == ["demo-1-gone"])
        // One that came past the webhook: its image is known, it is not.
        let past = try await scene.scan(both + [scene.pod("demo-1-past")], log)
        #expect(past.status == 1, "\(past.all)")
        let drift = try JSONValue(parsing: past.output)
        #expect(drift["summary"]?["unrecorded"] == 1)
        #expect(drift["summary"]?["violations"] == 0)
        #expect(drift["pods"]?.array?.last?["log"] == .null)
        #expect(drift["pods"]?.array?.last?["images"]?.array?.first?["log"]?["index"] != nil)
        // An entry that is not what the checkpoint covers counts for nothing.
        let forged = try await Tool.shell(
            "chmod -R u+w log; sed -i s/demo-1-a/demo-1-x/g $(grep -rl demo-1-a log/tile/entries)",
            in: scene.folder.path)
        try #require(forged.status == 0, "\(forged.all)")
        #expect(try await scene.scan(both, log).status != 0)
        let none = try await scene.scan(both, ["--log", "\(scene.folder.path)/none"])
        #expect(none.status == 2)
    }

    private static let pipeline =
        "https://token.actions.githubusercontent.com#repo:example/app:environment:prod"

    /// Scans a pod by itself with a log of these entries.
    private static func scan(
        _ scene: Scene, _ pod: JSONValue, _ entries: [String], _ more: [String] = []
    ) async throws -> Tool.Run {
        let name = "log-\(UUID().uuidString)"
        try scene.folder.write("entries", entries.joined(separator: "\n") + "\n")
        let made = try await Tool.shell(
            "mc log key new --name mc.example/log --out \(name).key && mc log append --log \(name) --key \(name).key "
                + "< entries", in: scene.folder.path)
        try #require(made.status == 0, "\(made.all)")
        return try await scene.scan([pod], ["--log", "\(scene.folder.path)/\(name)"] + more)
    }

    /// Each replica has a log of its own, and the pods were decided by either.
    @Test func theLogsOfAllReplicasAreRead() async throws {
        let scene = try await Scene()
        let pods = [scene.pod("demo-1-a"), scene.pod("demo-1-b")]
        for (number, pod) in pods.enumerated() {
            let entry = try await Self.entry(scene, pod, caller: "authenticated")
            try scene.folder.write("entries-\(number)", entry + "\n")
            let made = try await Tool.shell(
                "mc log key new --name mc.example/\(number) --out k\(number) "
                    + "&& mc log append --log log-\(number) --key k\(number) < entries-\(number)", in: scene.folder.path
            )
            try #require(made.status == 0, "\(made.all)")
        }
        let logs = (0..<2).flatMap { ["--log", "\(scene.folder.path)/log-\($0)"] }
        let both = try await scene.scan(pods + [scene.replicaSet()], logs)
        #expect(both.status == 0, "\(both.all)")
        let document = try JSONValue(parsing: both.output)
        #expect(
            document["pods"]?.array?.compactMap { $0["log"]?["origin"]?.string } == ["mc.example/0", "mc.example/1"])
        let table = try await scene.scan(pods + [scene.replicaSet()], logs + ["-o", "table"])
        #expect(table.output.contains("mc.example/1#0"))
        // One log alone knows nothing of what the other replica decided.
        let half = try await scene.scan(pods + [scene.replicaSet()], Array(logs.prefix(2)))
        #expect(half.status == 1, "\(half.all)")
        #expect(try JSONValue(parsing: half.output)["summary"]?["unrecorded"] == 1)
        #expect(try await scene.scan(pods, Array(logs.prefix(2)) + logs.prefix(2)).status == 2)
    }

    /// Anybody on the network can post a review with the UID of another's pod.
    @Test func anUnauthenticatedEntryReplacesNoAuthenticatedOne() async throws {
        let scene = try await Scene()
        let pod = scene.pod("victim", isOwned: false)
        let real = try await Self.entry(scene, pod, caller: "authenticated", user: Self.pipeline)
        let forged = try await Self.entry(scene, pod, caller: "unauthenticated", user: "mallory", outcome: 1)
        let good = try await Self.scan(scene, pod, [real])
        #expect(good.status == 0, "\(good.all)")
        for entries in [[real, forged], [forged, real]] {
            for more in [[], ["--trust-network"]] {
                let run = try await Self.scan(scene, pod, entries, more)
                #expect(run.status == 0, "\(run.all)")
                let found = try JSONValue(parsing: run.output)["pods"]?.array?.first
                #expect(found?["log"]?["authenticated"] == true)
                #expect(found?["unproven"] == false)
                #expect(found?["images"]?.array?.first?["log"]?["authenticated"] == true)
            }
        }
        // The same said by the API server counts: the pod runs although it was denied.
        let denied = try await Self.entry(scene, pod, caller: "authenticated", user: "mallory", outcome: 1)
        let both = try await Self.scan(scene, pod, [real, denied])
        #expect(both.status == 1, "\(both.all)")
    }

    /// A pod that came past the webhook gets no deployer by a review that its maker posts.
    @Test func whomAnUnauthenticatedEntryNamesIsNoRequester() async throws {
        let scene = try await Scene()
        let pod = scene.pod("miner", isOwned: false)
        let posted = try await Self.entry(scene, pod, caller: "unauthenticated", user: Self.pipeline)
        let run = try await Self.scan(scene, pod, [posted])
        #expect(run.status == 1, "\(run.all)")
        let document = try JSONValue(parsing: run.output)
        #expect(Self.rules(document) == ["requester-mismatch"])
        #expect(document["pods"]?.array?.first?["unproven"] == true)
        #expect(document["summary"]?["unproven"] == 1)
        let table = try await Self.scan(scene, pod, [posted], ["-o", "table"])
        #expect(
            table.output.contains("note: the only decision on Pod payments/miner, entry 0, was asked for by a caller"))
        #expect(table.output.contains("1 known from unauthenticated entries alone"))
        #expect(table.output.contains("0 unproven"))
        // Where nobody else reaches the webhook, and where the API server itself said it, it is believed.
        let trusted = try await Self.scan(scene, pod, [posted], ["--trust-network"])
        #expect(trusted.status == 0, "\(trusted.all)")
        #expect(try JSONValue(parsing: trusted.output)["summary"]?["unproven"] == 0)
        let real = try await Self.entry(scene, pod, caller: "authenticated", user: Self.pipeline)
        #expect(try await Self.scan(scene, pod, [real]).status == 0)
    }

    @Test(arguments: [
        ["--from", "x.json", "--in-cluster"], ["-A", "-n", "shop", "--from", "x.json"], ["--from", "/none.json"],
        ["--in-cluster", "--context", "x"], ["--in-cluster"], ["--kubeconfig", "/none"],
        ["--from", "x.json", "--timeout", "0"], ["--from", "x.json", "--trust-network"],
    ])
    func badUsageIsNoResult(_ arguments: [String]) async throws {
        let scene = try await Scene()
        let run = try await Tool.run(scene.options(arguments))
        #expect(run.status == 2, "\(run.all)")
        #expect(!run.error.isEmpty)
    }
}
