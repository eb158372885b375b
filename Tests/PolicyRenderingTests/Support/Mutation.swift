import Core
import Policy
import Testing

/// A bundle as a test's argument.
struct PolicyBundleBox: Sendable {
    let bundle: PolicyBundle

    init(_ bundle: PolicyBundle) { self.bundle = bundle }
}

/// A request that differs in one thing from one that is in order, and what it is refused for.
struct Mutation: Sendable, CustomTestStringConvertible {
    let name: String
    let request: JSONValue
    let rules: Set<String>

    var testDescription: String { name }

    static let digest = String(repeating: "0123456789abcdef", count: 4)
    static let pipeline: JSONValue = [
        "username": "https://token.actions.githubusercontent.com#repo:org/app:environment:prod",
        "groups": ["oidc:github", "system:authenticated"],
        "extra": ["example.test/repository": ["org/app"], "example.test/environment": ["prod"]],
    ]
    static let image: JSONValue = .string("ghcr.io/org/app@sha256:\(digest)")
    static let deployer: JSONValue = [
        "username": "ci:repo:org/app:environment:prod", "groups": ["system:authenticated"],
        "extra": ["example.test/repository": ["org/app"]],
    ]
    static let template: JSONValue = [
        "metadata": ["labels": ["app": "a", "mc.env": "prod"], "annotations": ["mc.repo": "org/app"]],
        "spec": ["containers": [["name": "web", "image": image]]],
    ]

    /// A Deployment that everything is in order with, in the court's terms.
    static let good: JSONValue = request(
        kind: ("apps", "Deployment", "deployments"),
        object: [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "a", "uid": "1"],
            "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "a"]], "template": template],
        ])

    static func request(
        kind: (group: String, kind: String, resource: String), object: JSONValue, namespace: String = "payments",
        operation: String = "CREATE", old: JSONValue = .null, user: JSONValue = deployer
    ) -> JSONValue {
        [
            "uid": "7", "kind": ["group": .string(kind.group), "version": "v1", "kind": .string(kind.kind)],
            "resource": ["group": .string(kind.group), "version": "v1", "resource": .string(kind.resource)],
            "name": "a", "namespace": .string(namespace), "operation": .string(operation), "userInfo": user,
            "object": object, "oldObject": old, "dryRun": false,
        ]
    }

    private init(_ name: String, _ rules: Set<String>, _ request: JSONValue) {
        self.name = name
        self.rules = rules
        self.request = request
    }

    private static func change(_ path: [String], _ value: JSONValue) -> JSONValue { good.setting(path, value) }
    private static let pod = ["object", "spec", "template"]

    private static func image(_ text: String) -> JSONValue {
        change(pod + ["spec", "containers"], [["name": "web", "image": .string(text)]])
    }

    private static func update(_ path: [String], _ value: JSONValue, user: JSONValue = ["username": "admin"])
        -> JSONValue
    {
        let now = good.setting(path, value)
        return now.setting(["oldObject"], good["object"] ?? .null).setting(["operation"], "UPDATE")
            .setting(["userInfo"], user)
    }

    private static func user(_ name: String, groups: [String] = [], extra: JSONValue = [:]) -> JSONValue {
        ["username": .string(name), "groups": .array(groups.map { .string($0) }), "extra": extra]
    }

    static let all: [Mutation] = images + requesters + places + changes

    private static let images = [
        Mutation("nothing is changed", [], good),
        Mutation("a tag", ["image-digest-missing"], image("ghcr.io/org/app:v1")),
        Mutation("a tag and a digest", [], image("ghcr.io/org/app:v1@sha256:\(digest)")),
        Mutation(
            "a digest of capitals", ["image-reference-invalid"], image("ghcr.io/org/app@sha256:\(digest.uppercased())")),
        Mutation("a short digest", ["image-reference-invalid"], image("ghcr.io/org/app@sha256:1234")),
        Mutation("no image", ["image-reference-invalid"], image("")),
        Mutation("an underscore in a registry", ["image-reference-invalid"], image("a_b.c/org/app@sha256:\(digest)")),
        Mutation("port 70000", ["image-reference-invalid"], image("ghcr.io:70000/org/app@sha256:\(digest)")),
        Mutation("another registry's port", ["no-policy-matches"], image("ghcr.io:443/org/app@sha256:\(digest)")),
        Mutation("an uncovered image", ["no-policy-matches"], image("ghcr.io/elsewhere/app@sha256:\(digest)")),
        Mutation("a look-alike registry", ["no-policy-matches"], image("ghcrxio/org/app@sha256:\(digest)")),
        Mutation("a short name that is covered", [], image("nginx@sha256:\(digest)")),
        Mutation("the same with Docker Hub's other name", [], image("index.docker.io/nginx@sha256:\(digest)")),
        Mutation("a short name that is not", ["no-policy-matches"], image("busybox@sha256:\(digest)")),
        Mutation("an alias", [], image("harbor.example/ghcr/org/app@sha256:\(digest)")),
        Mutation("the longer alias", [], image("harbor.example/ghcr/deep/app@sha256:\(digest)")),
        Mutation("a tag under an alias", ["image-digest-missing"], image("harbor.example/ghcr/org/app:v1")),
        Mutation(
            "an init container by tag", ["image-digest-missing"],
            change(pod + ["spec", "initContainers"], [["name": "init", "image": "ghcr.io/org/app:v1"]])),
        Mutation(
            "a mounted image by tag", ["image-digest-missing"],
            change(pod + ["spec", "volumes"], [["name": "v", "image": ["reference": "ghcr.io/org/models:v1"]]])),
        Mutation(
            "a volume that is no image", [],
            change(pod + ["spec", "volumes"], [["name": "v", "emptyDir": [:]]])),
    ]

    private static let requesters = [
        Mutation(
            "somebody else", ["requester-mismatch"], change(["userInfo"], user("admin", groups: ["system:masters"]))),
        Mutation(
            "another environment's pipeline", ["requester-mismatch"],
            change(
                ["userInfo"],
                user("ci:repo:org/app:environment:dev", extra: ["example.test/repository": ["org/app"]]))),
        Mutation("without the claim", ["requester-mismatch"], change(["userInfo", "extra"], [:])),
        Mutation(
            "another claim", ["requester-mismatch"],
            change(["userInfo", "extra"], ["example.test/repository": ["org/fork"]])),
        Mutation(
            "a claim twice", ["requester-mismatch"],
            change(["userInfo", "extra"], ["example.test/repository": ["org/app", "org/app"]])),
        Mutation(
            "a group that maps to less", ["requester-mismatch"],
            change(["userInfo", "groups"], ["trusted"])),
        Mutation(
            "a longer prefix that wants a group", ["requester-mismatch"],
            change(["userInfo", "username"], "ci:special:repo:org/app:environment:prod")),
        Mutation(
            "immutable ids", [],
            change(["userInfo", "username"], "ci:repo:org@7/app@42:environment:prod")),
        Mutation(
            "the ids of a repository that was made anew", ["requester-mismatch"],
            change(["userInfo", "username"], "ci:repo:org@7/app@43:environment:prod")),
        Mutation(
            "GitOps", [],
            change(["userInfo"], user("system:serviceaccount:flux-system:kustomize-controller"))),
        Mutation(
            "GitOps for another repository", ["requester-mismatch"],
            change(["userInfo"], user("system:serviceaccount:flux-system:kustomize-controller")).setting(
                pod + ["metadata", "annotations"], ["mc.repo": "org/other"])),
        Mutation(
            "a robot of another issuer", [],
            change(["userInfo"], user("ci:special:robot-1", groups: ["special"])).setting(
                pod + ["metadata", "annotations"], ["mc.repo": "org/other"])),
        Mutation(
            "a forged owner", ["requester-mismatch"],
            change(["userInfo"], user("admin")).setting(
                ["object", "metadata", "ownerReferences"],
                [
                    [
                        "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "r", "uid": "9",
                        "controller": true,
                    ]
                ])),
    ]

    private static let places = [
        Mutation("no annotation", ["repository-unbound"], change(pod + ["metadata", "annotations"], [:])),
        Mutation(
            "another repository", ["repository-unbound"],
            change(pod + ["metadata", "annotations"], ["mc.repo": "org/fork"])),
        Mutation(
            "a wildcard for a repository", ["repository-unbound"],
            change(pod + ["metadata", "annotations"], ["mc.repo": "*"])),
        Mutation(
            "another repository for one container", ["repository-unbound"],
            change(pod + ["metadata", "annotations"], ["mc.repo": "org/app", "mc.repo.web": "org/fork"])),
        Mutation(
            "the annotation on the object", [],
            change(pod + ["metadata", "annotations"], [:]).setting(
                ["object", "metadata", "annotations"], ["mc.repo": "org/app"])),
        Mutation(
            "another environment's label", ["environment-mismatch"],
            change(pod + ["metadata", "labels"], ["mc.env": "staging"])),
        Mutation(
            "another environment on the object", ["environment-mismatch"],
            change(["object", "metadata", "annotations"], ["mc.env": "staging"])),
        Mutation("a namespace of a pattern", [], change(["namespace"], "pay-1")),
        Mutation(
            "an unmapped namespace", ["environment-unknown", "no-policy-matches"],
            change(["namespace"], "pay-12")),
        Mutation(
            "exec", ["interactive-denied"],
            [
                "uid": "7", "kind": ["group": "", "version": "v1", "kind": "PodExecOptions"],
                "resource": ["group": "", "version": "v1", "resource": "pods"], "subResource": "exec", "name": "a",
                "namespace": "payments", "operation": "CONNECT", "userInfo": user("admin"),
                "object": ["apiVersion": "v1", "kind": "PodExecOptions"], "oldObject": nil, "dryRun": false,
            ]),
        Mutation(
            "exec where it is allowed", [],
            [
                "uid": "7", "kind": ["group": "", "version": "v1", "kind": "PodExecOptions"],
                "resource": ["group": "", "version": "v1", "resource": "pods"], "subResource": "exec", "name": "a",
                "namespace": "team-a", "operation": "CONNECT", "userInfo": user("admin"),
                "object": ["apiVersion": "v1", "kind": "PodExecOptions"], "oldObject": nil, "dryRun": false,
            ]),
    ]

    private static let changes = [
        Mutation(
            "another template by somebody else", ["requester-mismatch"], update(pod + ["spec", "hostNetwork"], true)),
        Mutation("scaling up by somebody else", ["requester-mismatch"], update(["object", "spec", "replicas"], 3)),
        Mutation("scaling down by somebody else", [], update(["object", "spec", "replicas"], 1)),
        Mutation("a finalizer by somebody else", [], update(["object", "metadata", "finalizers"], ["a/b"])),
        Mutation(
            "another repository on the object by somebody else", ["requester-mismatch"],
            update(["object", "metadata", "annotations"], ["mc.repo": "org/other"])),
        Mutation("another strategy by somebody else", [], update(["object", "spec", "paused"], true)),
        Mutation(
            "the new template's tag", ["image-digest-missing"],
            update(
                pod + ["spec", "containers"], [["name": "web", "image": "ghcr.io/org/app:v1"]], user: deployer)),
    ]
}

extension JSONValue {
    /// The value with a member somewhere below replaced or added.
    func setting(_ path: [String], _ value: JSONValue) -> JSONValue {
        guard let first = path.first else { return value }
        var members = object ?? JSONObject()
        members[first] = (members[first] ?? .object(JSONObject())).setting(Array(path.dropFirst()), value)
        return .object(members)
    }
}
