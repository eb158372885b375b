import Admission
import Cluster
import Core
import Kubernetes
import KubernetesClient
import Policy
import TestCluster
import Testing

@Suite struct OwnerTests {
    private static let reference = OwnerReference(
        apiVersion: "apps/v1", kind: "ReplicaSet", name: "shop-1", uid: "rs", isController: true)
    private static let replicaSet = Harbour.object(
        "ReplicaSet", "shop-1", uid: "rs", ["spec": ["template": Harbour.template()]])

    @Test func anOwnerIsFoundAbsentOrUnavailable() async throws {
        let harbour = try await Harbour()
        let owners = ClusterOwners(harbour.client, deadline: .milliseconds(300))
        #expect(await owners.owner(Self.reference, namespace: "shop") == .absent)
        harbour.cluster.put(Self.replicaSet)
        guard case .found(let object) = await owners.owner(Self.reference, namespace: "shop") else {
            Issue.record("not found")
            return
        }
        #expect(object["metadata"]?["uid"] == "rs")
        #expect(await owners.owner(Self.reference, namespace: "other") == .absent)
        let troubles: [Fault.Action] = [
            .status(500, reason: "InternalError"), .status(403, reason: "Forbidden"), .drop, .text("<html>"),
            .delay(milliseconds: 2_000),
        ]
        for action in troubles {
            harbour.cluster.fail(Fault(action, times: 10))
            let start = ContinuousClock.now
            guard case .unavailable = await owners.owner(Self.reference, namespace: "shop") else {
                Issue.record("an answer in spite of \(action)")
                continue
            }
            #expect(ContinuousClock.now - start < .seconds(1.5))
            harbour.cluster.clearFaults()
        }
    }

    @Test func nothingIsKept() async throws {
        let harbour = try await Harbour()
        let owners = ClusterOwners(harbour.client)
        harbour.cluster.put(Self.replicaSet)
        #expect(await owners.owner(Self.reference, namespace: "shop") != .absent)
        harbour.cluster.remove(Self.replicaSet)
        #expect(await owners.owner(Self.reference, namespace: "shop") == .absent)
    }

    @Test func equalLookupsAtOneTimeAreOneRequestAndOthersAreNot() async throws {
        let harbour = try await Harbour()
        harbour.cluster.put(Self.replicaSet)
        harbour.cluster.fail(Fault(.delay(milliseconds: 200), times: 100))
        let owners = ClusterOwners(harbour.client)
        await withTaskGroup(of: OwnerAnswer.self) { group in
            for _ in 0..<20 { group.addTask { await owners.owner(Self.reference, namespace: "shop") } }
            group.addTask { await owners.owner(Self.reference, namespace: "other") }
            var found = 0
            for await answer in group { if case .found = answer { found += 1 } }
            #expect(found == 20)
        }
        #expect(harbour.cluster.requests.count == 2)
    }

    @Test func aKindOfSomebodyElseIsLookedUpToo() async throws {
        let harbour = try await Harbour(kinds: [ServedKind("argoproj.io", "v1alpha1", "rollouts", "Rollout")])
        let rollout = Harbour.object("Rollout", "shop", uid: "ro", apiVersion: "argoproj.io/v1alpha1")
        harbour.cluster.put(rollout)
        let owners = ClusterOwners(harbour.client)
        func reference(_ kind: String) -> OwnerReference {
            OwnerReference(
                apiVersion: "argoproj.io/v1alpha1", kind: kind, name: "shop", uid: "ro", isController: true)
        }
        #expect(await owners.owner(reference("Rollout"), namespace: "shop") != .absent)
        #expect(await owners.owner(reference("Nothing"), namespace: "shop") == .absent)
    }

    struct Revision: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var kind = "StatefulSet"
        var image = Harbour.older
        var hash = "db-1"
        var name = "db-1"
        var ownerUID = "set"
        var ownerKind: String?
        var isThere = true
        var isDown = false
        var matches = false
    }

    @Test(arguments: [
        Revision(testDescription: "an older revision of a StatefulSet", matches: true),
        Revision(
            testDescription: "an older revision of a DaemonSet", kind: "DaemonSet", hash: "1", matches: true),
        Revision(testDescription: "a DaemonSet's Pods do not name all of it", kind: "DaemonSet", hash: "db-1"),
        Revision(testDescription: "no such revision", isThere: false),
        Revision(testDescription: "the revision of another owner", ownerUID: "other"),
        Revision(testDescription: "the revision of an owner of another kind", ownerKind: "DaemonSet"),
        Revision(testDescription: "a revision with another template", image: Harbour.image + "0"),
        Revision(testDescription: "another revision than the label says", name: "db-2"),
        Revision(testDescription: "a Deployment has none", kind: "Deployment"),
        Revision(testDescription: "the API does not answer", isDown: true),
    ])
    func aPodOfAnOlderRevision(_ revision: Revision) async throws {
        let harbour = try await Harbour()
        harbour.cluster.put(
            Harbour.object(revision.kind, "db", uid: "set", ["spec": ["template": Harbour.template()]]))
        if revision.isThere {
            var template = Harbour.template(revision.image).object ?? JSONObject()
            template["$patch"] = "replace"
            harbour.cluster.put(
                Harbour.object(
                    "ControllerRevision", revision.name, uid: "cr",
                    owner: Harbour.reference(revision.ownerKind ?? revision.kind, "db", uid: revision.ownerUID),
                    ["data": ["spec": ["template": .object(template)]], "revision": 1]))
        }
        if revision.isDown { harbour.cluster.fail(Fault(.drop, part: "controllerrevisions", times: 10)) }
        let controllers = [
            "StatefulSet": "statefulset-controller", "DaemonSet": "daemon-set-controller",
            "Deployment": "deployment-controller",
        ]
        let pod = Harbour.object(
            "Pod", "db-0", uid: "pod", apiVersion: "v1", owner: Harbour.reference(revision.kind, "db", uid: "set"),
            labels: ["app": "shop", "controller-revision-hash": .string(revision.hash)],
            ["spec": Harbour.template(Harbour.older)["spec"] ?? .null])
        let found = try await harbour.owner(of: pod, controller: controllers[revision.kind] ?? "")
        switch found {
        case .found(let uid, let matches, let digest):
            #expect(uid == "set")
            #expect(matches == revision.matches)
            let older = Harbour.object(
                "StatefulSet", "x", uid: "x", ["spec": ["template": Harbour.template(Harbour.older)]])
            let kind = GroupVersionKind(group: "apps", version: "v1", kind: "StatefulSet")
            let expected = try Workload.read(older, kind: kind)?.templateDigest
            #expect((digest == expected) == revision.matches)
        case .unavailable: #expect(revision.isDown || revision.kind == "Deployment")
        case .absent: Issue.record("the owner is there")
        }
    }
}
