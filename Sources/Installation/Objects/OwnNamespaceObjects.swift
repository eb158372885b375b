internal import Core

/// What guards mc's own namespace, where the webhook is not asked: the API server itself checks the digests.
struct OwnNamespaceObjects {
    let options: InstallOptions

    static let imagesPolicy = "mc-own-images"
    static let entrancePolicy = "mc-own-entrance"

    var all: [Manifest] {
        [images, binding(Self.imagesPolicy), entrance, binding(Self.entrancePolicy)]
    }

    /// The digests that may run, as an expression of CEL; hexadecimal needs no escaping.
    private var digests: String {
        let list = [options.digest] + options.otherDigests
        return "[" + list.map { "'\($0)'" }.joined(separator: ", ") + "]"
    }

    /// Every container's image, whatever kind of container it is.
    static let images = ["containers", "initContainers", "ephemeralContainers"]
        .map { "(has(object.spec.\($0)) ? object.spec.\($0).map(c, has(c.image) ? c.image : '') : [])" }
        .joined(separator: " + ")

    private static let account =
        "!has(object.spec.serviceAccountName) || object.spec.serviceAccountName in ['mc-webhook', 'mc-recorder', 'default']"

    private var images: Manifest {
        let variables: JSONValue = [
            ["name": "digests", "expression": .string(digests)],
            ["name": "images", "expression": .string(Self.images)],
        ]
        let check: JSONValue = [
            "expression": "variables.images.all(i, variables.digests.exists(d, i.endsWith('@' + d)))",
            "messageExpression": .string(
                "'only mc itself runs in this namespace, by digest: ' + variables.images.filter(i, "
                    + "!variables.digests.exists(d, i.endsWith('@' + d)))[0] + ' is not it'"),
            "reason": "Forbidden",
        ]
        // Whoever runs as another account would have that account's rights.
        let account: JSONValue = [
            "expression": .string(Self.account),
            "message": "mc's pods run as mc-webhook or mc-recorder", "reason": "Forbidden",
        ]
        let rule = Self.rule(["pods", "pods/ephemeralcontainers"], ["CREATE", "UPDATE"])
        return policy(Self.imagesPolicy, rule, [("variables", variables), ("validations", [check, account])])
    }

    private var entrance: Manifest {
        let check: JSONValue = [
            "expression": "false",
            "message": "nobody gets into mc's pods: their logs and metrics say what there is to know",
            "reason": "Forbidden",
        ]
        let rule = Self.rule(["pods/attach", "pods/exec"], ["CONNECT"])
        return policy(Self.entrancePolicy, rule, [("validations", [check])])
    }

    private static func rule(_ resources: [String], _ operations: [String]) -> JSONValue {
        [
            "apiGroups": [""], "apiVersions": ["v1"], "operations": .list(operations), "resources": .list(resources),
            "scope": "Namespaced",
        ]
    }

    private var ownNamespace: JSONValue {
        [
            "matchExpressions": [
                [
                    "key": "kubernetes.io/metadata.name", "operator": "In", "values": .list([options.namespace]),
                ]
            ]
        ]
    }

    private func policy(_ name: String, _ rule: JSONValue, _ content: [(String, JSONValue)]) -> Manifest {
        let constraints: JSONValue = [
            "matchPolicy": "Equivalent", "namespaceSelector": ownNamespace, "resourceRules": [rule],
        ]
        let spec: [(String, JSONValue)] = [("failurePolicy", "Fail"), ("matchConstraints", constraints)] + content
        return Manifest(
            "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", name, [("spec", .members(spec))])
    }

    private func binding(_ policy: String) -> Manifest {
        let spec: JSONValue = [
            "policyName": .string(policy), "validationActions": ["Deny", "Audit"],
            "matchResources": ["namespaceSelector": ownNamespace],
        ]
        return Manifest(
            "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", policy, [("spec", spec)])
    }
}
