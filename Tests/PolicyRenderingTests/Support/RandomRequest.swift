import Core
import TestSupport

/// Requests of all kinds, good and bad in every respect that the rendered policies look at.
enum RandomRequest {
    private static let kinds: [(group: String, kind: String, resource: String)] = [
        ("", "Pod", "pods"), ("", "PodTemplate", "podtemplates"),
        ("", "ReplicationController", "replicationcontrollers"), ("apps", "Deployment", "deployments"),
        ("apps", "ReplicaSet", "replicasets"), ("apps", "StatefulSet", "statefulsets"),
        ("apps", "DaemonSet", "daemonsets"), ("batch", "Job", "jobs"), ("batch", "CronJob", "cronjobs"),
        ("argoproj.io", "Rollout", "rollouts"), ("serving.knative.dev", "Revision", "revisions"),
    ]
    private static let names = [
        "ghcr.io/org/app", "ghcr.io/org/app", "ghcr.io/org/deep/app", "ghcr.io/elsewhere/app", "nginx", "library/nginx",
        "docker.io/nginx", "registry-1.docker.io/library/nginx", "harbor.example/ghcr/org/app",
        "harbor.example/ghcr/deep/app", "harbor.example/other", "localhost:5000/app", "org/app", "localhost/app",
    ]
    private static let broken = ["", "a b", "org/App@sha256:12", "ghcr.io//app", "ghcr.io/app:", "x@y"]

    static func make(_ random: inout SeededGenerator) -> JSONValue {
        let kind = kinds[random.below(kinds.count)]
        let namespace = pick(
            ["payments", "payments", "payments", "pay-1", "team-a", "team-a", "team-both", "elsewhere"], &random)
        let now = object(kind, &random)
        var request = Mutation.request(kind: kind, object: now, namespace: namespace, user: user(&random))
        if random.oneIn(3) {
            let old: JSONValue
            switch random.below(3) {
            case 0: old = object(kind, &random)
            case 1: old = now.setting(["metadata", "annotations"], ["note": "old"])
            // The API server fills in what is left out, so that both have a number or neither has.
            case _ where now["spec"]?["replicas"] == nil: old = now
            default: old = now.setting(["spec", "replicas"], .integer(Int64(random.below(4))))
            }
            request = request.setting(["operation"], "UPDATE").setting(["oldObject"], old)
        }
        return request
    }

    private static func pick(_ texts: [String], _ random: inout SeededGenerator) -> String {
        texts[random.below(texts.count)]
    }

    private static func image(_ random: inout SeededGenerator) -> JSONValue {
        if random.oneIn(25) { return .string(pick(broken, &random)) }
        let tag = random.oneIn(4) ? ":v1" : ""
        let digest = random.oneIn(6) ? "" : "@sha256:\(Mutation.digest)"
        return .string(pick(names, &random) + tag + digest)
    }

    private static func bindings(_ random: inout SeededGenerator) -> JSONValue {
        var annotations: [(String, JSONValue)] = []
        if !random.oneIn(6) {
            annotations.append(
                ("mc.repo", .string(pick(["org/app", "org/app", "org/app", "org/other", "org/fork"], &random))))
        }
        if random.oneIn(8) { annotations.append(("mc.repo.c0", .string(pick(["org/app", "org/other"], &random)))) }
        if random.oneIn(8) { annotations.append(("mc.env", .string(pick(["prod", "staging"], &random)))) }
        return .object(JSONObject(annotations.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    private static func spec(_ random: inout SeededGenerator) -> JSONValue {
        var spec: JSONValue = [:]
        var lists = ["containers"]
        if random.oneIn(4) { lists.append("initContainers") }
        for (index, list) in lists.enumerated() {
            let containers = (0...random.below(2)).map { number -> JSONValue in
                ["name": .string("c\(index)\(number)".replacingZeros), "image": image(&random)]
            }
            spec = spec.setting([list], .array(containers))
        }
        if random.oneIn(6) {
            spec = spec.setting(["volumes"], [["name": "v", "image": ["reference": image(&random)]]])
        }
        return spec
    }

    private static func template(_ random: inout SeededGenerator) -> JSONValue {
        var metadata: JSONValue = ["annotations": bindings(&random)]
        if random.oneIn(5) {
            metadata = metadata.setting(["labels"], ["mc.env": .string(pick(["prod", "staging"], &random))])
        }
        return ["metadata": metadata, "spec": spec(&random)]
    }

    private static func object(
        _ kind: (group: String, kind: String, resource: String), _ random: inout SeededGenerator
    ) -> JSONValue {
        let version = kind.group.isEmpty ? "v1" : "\(kind.group)/v1"
        var object: JSONValue = [
            "apiVersion": .string(version), "kind": .string(kind.kind),
            "metadata": ["name": "a", "uid": "1", "annotations": random.oneIn(4) ? bindings(&random) : [:]],
        ]
        switch kind.kind {
        case "Pod":
            let template = template(&random)
            object = object.setting(["metadata", "annotations"], template["metadata"]?["annotations"] ?? [:])
                .setting(["metadata", "labels"], template["metadata"]?["labels"] ?? [:])
                .setting(["spec"], template["spec"] ?? [:])
        case "PodTemplate": object = object.setting(["template"], template(&random))
        case "CronJob": object = object.setting(["spec", "jobTemplate", "spec", "template"], template(&random))
        case "Revision": object = object.setting(["spec"], spec(&random))
        default:
            object = object.setting(["spec", "template"], template(&random))
            if random.oneIn(2), kind.kind != "DaemonSet", kind.kind != "Job" {
                object = object.setting(["spec", "replicas"], .integer(Int64(random.below(4))))
            }
        }
        return object
    }

    private static func user(_ random: inout SeededGenerator) -> JSONValue {
        let name = pick(
            [
                "ci:repo:org/app:environment:prod", "ci:repo:org/app:environment:prod",
                "ci:repo:org@7/app@42:environment:prod", "ci:repo:org@7/app@41:environment:prod",
                "ci:repo:org/app:ref:refs/tags/v1.2", "ci:repo:org@7/app@41:ref:refs/tags/v1", "ci:robot-1", "admin",
                "ci:special:robot-2", "system:serviceaccount:flux-system:kustomize-controller",
            ], &random)
        let groups = random.some(of: ["trusted", "special"]).filter { _ in random.oneIn(3) }
        let extra: JSONValue = random.oneIn(4) ? [:] : ["example.test/repository": ["org/app"]]
        return ["username": .string(name), "groups": .array(groups.map { .string($0) }), "extra": extra]
    }
}

extension String {
    /// `c00` is the container that an annotation may be for.
    fileprivate var replacingZeros: String { self == "c00" ? "c0" : self }
}
