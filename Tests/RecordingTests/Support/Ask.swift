import Core

/// Objects as the API server shows them to a webhook, and who asks for them.
struct Ask {
    let object: JSONValue
    let user: String
    var old: JSONValue?
    var isDryRun = false

    var review: JSONValue {
        let kind = object["kind"]?.string ?? ""
        let parts = (object["apiVersion"]?.string ?? "").split(separator: "/").map(String.init)
        let group = parts.count == 2 ? parts[0] : ""
        let request: JSONValue = [
            "uid": "6ebe49d6-642d-41a1-b498-a4140b6827b8",
            "kind": ["group": .string(group), "version": "v1", "kind": .string(kind)],
            "resource": [
                "group": .string(group), "version": "v1", "resource": .string("\(kind.lowercased())s"),
            ],
            "name": object["metadata"]?["name"] ?? "",
            "namespace": object["metadata"]?["namespace"] ?? "",
            "operation": old == nil ? "CREATE" : "UPDATE",
            "userInfo": ["username": .string(user), "groups": ["system:authenticated"]],
            "object": object, "oldObject": old ?? .null, "dryRun": .bool(isDryRun),
        ]
        return ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request]
    }

    static let deployment = Ask(object: Objects.deployment(), user: Town.pipeline)
    static let replicaSet = Ask(object: Objects.replicaSet(), user: Town.deploymentController)

    static func pod(_ name: String, of replicaSet: JSONValue = Objects.replicaSet()) -> Ask {
        Ask(object: Objects.pod(name, of: replicaSet), user: Town.replicaSetController)
    }
}

enum Objects {
    static func template(_ variable: String = "1", hash: String? = nil) -> JSONValue {
        var labels = JSONObject()
        labels["app"] = "app"
        labels["pod-template-hash"] = hash.map { .string($0) }
        return [
            "metadata": ["labels": .object(labels), "annotations": ["mc.repo": "org/app"]],
            "spec": [
                "containers": [
                    [
                        "name": "app", "image": .string("\(Town.repository)@\(Town.image)"),
                        "env": [["name": "SIZE", "value": .string(variable)]],
                    ]
                ], "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            ],
        ]
    }

    static func deployment(namespace: String = "app-prod", replicas: Int64 = 1) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "app", "namespace": .string(namespace), "uid": "deployment-1"],
            "spec": [
                "replicas": .integer(replicas), "selector": ["matchLabels": ["app": "app"]], "template": template(),
            ],
        ]
    }

    static func replicaSet(uid: String = "replicaset-1", variable: String = "1") -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": "app-5d4f8c", "namespace": "app-prod", "uid": .string(uid),
                "labels": ["app": "app", "pod-template-hash": "5d4f8c"],
                "ownerReferences": [owner("Deployment", "app", "deployment-1")],
            ],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": ["app": "app", "pod-template-hash": "5d4f8c"]],
                "template": template(variable, hash: "5d4f8c"),
            ],
        ]
    }

    private static func owner(_ kind: String, _ name: String, _ uid: String) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }

    /// A Pod of a ReplicaSet, with what admission plugins add before webhooks are asked.
    static func pod(_ name: String, of replicaSet: JSONValue) -> JSONValue {
        let template = replicaSet["spec"]?["template"]
        var spec = template?["spec"]?.object ?? JSONObject()
        var containers: [JSONValue] = []
        for container in spec["containers"]?.array ?? [] {
            var changed = container.object ?? JSONObject()
            changed["volumeMounts"] = [
                [
                    "name": "kube-api-access-x7k2p", "readOnly": true,
                    "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                ]
            ]
            containers.append(.object(changed))
        }
        spec["containers"] = .array(containers)
        spec["serviceAccountName"] = "default"
        spec["volumes"] = [
            [
                "name": "kube-api-access-x7k2p",
                "projected": ["sources": [["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]]]],
            ]
        ]
        spec["tolerations"] = .array(
            ["not-ready", "unreachable"].map {
                [
                    "key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoExecute",
                    "tolerationSeconds": 300,
                ]
            })
        let (ownerName, uid) = (replicaSet["metadata"]?["name"]?.string, replicaSet["metadata"]?["uid"]?.string)
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": "app-prod", "uid": .string("uid-of-\(name)"),
                "labels": template?["metadata"]?["labels"] ?? [:],
                "annotations": template?["metadata"]?["annotations"] ?? [:],
                "ownerReferences": [owner("ReplicaSet", ownerName ?? "", uid ?? "")],
            ],
            "spec": .object(spec),
        ]
    }
}
