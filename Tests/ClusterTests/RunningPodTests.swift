import Admission
import Cluster
import Core
import Kubernetes
import TestCluster
import Testing

@Suite struct RunningPodTests {
    private static let digest = "sha256:" + String(repeating: "c", count: 64)

    private static func pod(
        imageID: String = "ghcr.io/org/app@\(digest)", image: String = "ghcr.io/org/app:v1",
        annotations: JSONValue = [:], phase: String = "Running", owner: JSONValue? = nil
    ) -> JSONValue {
        var metadata = JSONObject()
        metadata["name"] = "shop-1"
        metadata["namespace"] = "shop"
        metadata["uid"] = "pod"
        metadata["annotations"] = annotations
        if let owner { metadata["ownerReferences"] = [owner] }
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": .object(metadata),
            "spec": [
                "containers": [["name": "app", "image": .string(image)]],
                "initContainers": [["name": "setup", "image": "ghcr.io/org/setup:v1"]],
            ],
            "status": [
                "phase": .string(phase),
                "containerStatuses": [["name": "app", "imageID": .string(imageID)]],
            ],
        ]
    }

    struct ID: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let isDigest: Bool
    }

    @Test(arguments: [
        ID(testDescription: "ghcr.io/org/app@\(digest)", isDigest: true),
        ID(testDescription: "docker-pullable://ghcr.io/org/app@\(digest)", isDigest: true),
        // The digest of a configuration: nobody signs those.
        ID(testDescription: digest, isDigest: false), ID(testDescription: "docker://\(digest)", isDigest: false),
        ID(testDescription: "", isDigest: false), ID(testDescription: "app@sha256:cc", isDigest: false),
    ])
    func theKubeletsImageIsJudged(_ id: ID) throws {
        let pod = try #require(try RunningPod(Self.pod(imageID: id.testDescription)))
        #expect(pod.images.map(\.container) == ["app", "setup"])
        #expect((pod.images[0].digest?.description == Self.digest) == id.isDigest)
        #expect(pod.images[0].judged == (id.isDigest ? "ghcr.io/org/app@\(Self.digest)" : "ghcr.io/org/app:v1"))
        // What was not started yet is judged as it is written.
        #expect(pod.images[1].imageID == nil)
        #expect(pod.images[1].judged == "ghcr.io/org/setup:v1")
        #expect((pod.digests == RunningDigests()) == !id.isDigest)
    }

    @Test func anotherDigestThanTheOneWrittenIsSeen() throws {
        let other = "sha256:" + String(repeating: "d", count: 64)
        #expect(try RunningPod(Self.pod(image: "ghcr.io/org/app@\(other)"))?.images[0].differs == true)
        #expect(try RunningPod(Self.pod(image: "ghcr.io/org/app@\(Self.digest)"))?.images[0].differs == false)
        #expect(try RunningPod(Self.pod())?.images[0].differs == false)
    }

    @Test func originsAreToldApart() throws {
        let owner = Harbour.reference("ReplicaSet", "shop", uid: "rs")
        #expect(try RunningPod(Self.pod())?.origin == .bare)
        #expect(try RunningPod(Self.pod(owner: owner))?.origin == .owned)
        #expect(try RunningPod(Self.pod(annotations: ["kubernetes.io/config.mirror": "x"]))?.origin == .mirror)
        #expect(try RunningPod(Self.pod(annotations: ["kubernetes.io/config.source": "file"]))?.origin == .static)
        #expect(try RunningPod(Self.pod(annotations: ["kubernetes.io/config.source": "api"]))?.origin == .bare)
    }

    @Test(arguments: [("Running", true), ("Pending", true), ("Succeeded", false), ("Failed", false)])
    func whatHasEndedDoesNotRun(_ phase: String, _ runs: Bool) throws {
        #expect(try (RunningPod(Self.pod(phase: phase)) != nil) == runs)
    }

    @Test func anInventoryComesFromTheAPIOrAFile() async throws {
        let harbour = try await Harbour()
        let webhook: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": ["name": "mc"],
        ]
        harbour.cluster.put(Self.pod())
        harbour.cluster.put(webhook)
        for inventory in [
            try await ClusterInventory(harbour.client, namespace: nil),
            ClusterInventory([Self.pod(), webhook, Harbour.object("ReplicaSet", "shop", uid: "rs")]),
        ] {
            #expect(inventory.pods.map(\.name) == ["shop-1"])
            #expect(inventory.webhooks.count == 1)
        }
        #expect(try await ClusterInventory(harbour.client, namespace: "other").pods.isEmpty)
        let broken: JSONValue = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a/b"]]
        #expect(ClusterInventory([broken]).unreadable.map(\.name) == ["default/a/b"])
    }
}
