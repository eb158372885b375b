import Core
import Testing

@testable import Kubernetes

/// What a request does, told from the request alone.
struct ChangeTests {
    typealias Scale = Change.Scale

    static func update(
        _ object: JSONValue, _ old: JSONValue, resource: String = "deployments", sub: String? = nil
    ) throws -> Change {
        try Change.of(
            Fixtures.request(
                Fixtures.review(
                    object, old: old, operation: "UPDATE", resource: resource,
                    changes: sub.map { ["subResource": .string($0)] } ?? [:])))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let path: String
        let value: JSONValue?
        let change: Change
        var testDescription: String { "\(path) \(value.map(String.init(describing:)) ?? "(gone)")" }

        init(_ path: String, _ value: JSONValue?, _ change: Change) {
            self.path = path
            self.value = value
            self.change = change
        }
    }

    static func unchanged(_ scale: Scale? = nil, _ touched: Set<Change.Part> = []) -> Change {
        .unchangedTemplate(scale: scale, touched: touched)
    }

    static let deployment: [Row] = [
        Row("spec.replicas", 1, unchanged()),
        Row("spec.replicas", 3, unchanged(Scale(from: 1, to: 3))),
        Row("spec.replicas", 0, unchanged(Scale(from: 1, to: 0))),
        Row("spec.replicas", nil, unchanged(nil, [.spec])),
        Row("spec.paused", true, unchanged(nil, [.spec])),
        Row("spec.template.metadata.creationTimestamp", .null, unchanged()),
        Row("spec.template.metadata.labels.pod-template-hash", "abc", unchanged(nil, [.spec])),
        Row("spec.template.metadata.labels.app", "bank", .changedTemplate),
        Row("spec.template.metadata.annotations.restartedAt", "now", .changedTemplate),
        Row("spec.template.spec.containers.0.image", "other:1", .changedTemplate),
        Row("spec.template.spec.containers.0.command", ["sh"], .changedTemplate),
        Row("spec.template.spec.hostNetwork", true, .changedTemplate),
        Row("metadata.labels", ["team": "a"], unchanged(nil, [.metadata])),
        Row("metadata.finalizers", ["a/b"], unchanged(nil, [.metadata])),
        Row("metadata.resourceVersion", "2", unchanged()),
        Row("metadata.managedFields", [[:]], unchanged()),
        Row("metadata.labels", ["mc.env": "prod"], .changedTemplate),
        Row("metadata.annotations", ["mc.repo": "acme/bank"], .changedTemplate),
        Row("status", ["replicas": 1], unchanged(nil, [.status])),
        Row("extra", 1, unchanged(nil, [.spec])),
    ]

    @Test(arguments: deployment) func anUpdateOfADeploymentIsTold(_ row: Row) throws {
        let old = Fixtures.deployment()
        #expect(try Self.update(Fixtures.with(old, row.path, row.value), old) == row.change)
    }

    @Test func theOrderOfMembersMakesNoDifference() throws {
        let old = Fixtures.deployment()
        let turned = JSONValue.object(JSONObject((old.object?.members ?? []).reversed()))
        #expect(try Self.update(turned, old) == Self.unchanged())
    }

    @Test func anOldTemplateThatCannotBeReadMakesTheNewOneNew() throws {
        let old = Fixtures.with(Fixtures.deployment(), "spec.template", nil)
        #expect(try Self.update(Fixtures.deployment(), old) == .newTemplate)
        #expect(try Self.update(Fixtures.deployment(), .null) == .newTemplate)
        #expect(throws: ReviewError.self) { try Self.update(old, Fixtures.deployment()) }
    }

    static let debugger = Fixtures.container("debug", "busybox:1")
    static let pod: [Row] = [
        Row("metadata.labels", ["team": "a"], unchanged(nil, [.metadata])),
        Row("metadata.labels", ["mc.env": "prod"], .changedTemplate),
        Row("spec.containers.0.image", "other:1", .changedTemplate),
        Row("spec.containers.0.command", ["sh"], .changedTemplate),
        Row("spec.containers.0.resources", ["limits": [:]], unchanged(nil, [.spec])),
        Row("spec.tolerations", [["operator": "Exists"]], unchanged(nil, [.spec])),
        Row("spec.hostNetwork", true, .changedTemplate),
        Row("spec.volumes", [["name": "v", "image": ["reference": "a:1"]]], .changedTemplate),
        Row("spec.ephemeralContainers", [debugger], .ephemeralContainers(added: ["debug"])),
        Row("spec.ephemeralContainers", [], unchanged(nil, [.spec])),
        Row("status.phase", "Running", unchanged(nil, [.status])),
    ]

    @Test(arguments: pod) func anUpdateOfAPodIsTold(_ row: Row) throws {
        let old = Fixtures.pod()
        #expect(try Self.update(Fixtures.with(old, row.path, row.value), old, resource: "pods") == row.change)
    }

    @Test func whatADebuggerIsCannotBeReplaced() throws {
        func pod(_ containers: JSONValue...) -> JSONValue {
            Fixtures.with(Fixtures.pod(), "spec.ephemeralContainers", .array(containers))
        }
        let other = Fixtures.container("debug", "other:1")
        let second = Fixtures.container("more", "other:1")
        func update(_ new: JSONValue, _ old: JSONValue) throws -> Change {
            try Self.update(new, old, resource: "pods", sub: "ephemeralcontainers")
        }
        #expect(try update(pod(Self.debugger, second), pod(Self.debugger)) == .ephemeralContainers(added: ["more"]))
        #expect(try update(pod(other), pod(Self.debugger)) == .changedTemplate)
        #expect(try update(pod(), pod(Self.debugger)) == .changedTemplate)
        // Together with another change it is one of the template.
        let both = Fixtures.with(pod(Self.debugger), "spec.containers.0.image", "other:1")
        #expect(try update(both, pod()) == .changedTemplate)
    }

    static func object(_ apiVersion: JSONValue, _ kind: JSONValue, _ spec: JSONValue) -> JSONValue {
        ["apiVersion": apiVersion, "kind": kind, "metadata": ["name": "shop", "namespace": "store"], "spec": spec]
    }

    @Test(
        arguments: [
            (["parallelism": 4], Scale(from: 1, to: 4)), (["suspend": true], Scale(from: 1, to: 0)), ([:], nil),
            (["suspend": true, "parallelism": 4], Scale(from: 1, to: 0)),
        ] as [([String: JSONValue], Scale?)])
    func aJobsNumberIsItsParallelism(_ changes: [String: JSONValue], _ scale: Scale?) throws {
        let old = Self.object("batch/v1", "Job", ["template": Fixtures.template])
        let new = changes.reduce(old) { Fixtures.with($0, "spec.\($1.key)", $1.value) }
        #expect(try Self.update(new, old, resource: "jobs") == Self.unchanged(scale))
        let back = scale.map { Scale(from: $0.to, to: $0.from ?? 1) }
        #expect(try Self.update(old, new, resource: "jobs") == Self.unchanged(back))
    }

    @Test func aCronJobIsWokenUp() throws {
        let awake = Self.object("batch/v1", "CronJob", ["jobTemplate": ["spec": ["template": Fixtures.template]]])
        let asleep = Fixtures.with(awake, "spec.suspend", true)
        #expect(try Self.update(awake, asleep, resource: "cronjobs") == Self.unchanged(Scale(from: 0, to: 1)))
        #expect(try Self.update(asleep, awake, resource: "cronjobs") == Self.unchanged(Scale(from: 1, to: 0)))
        let moved = Fixtures.with(awake, "spec.schedule", "* * * * *")
        #expect(try Self.update(moved, awake, resource: "cronjobs") == Self.unchanged(nil, [.spec]))
    }

    @Test(arguments: [
        (JSONValue.integer(1), JSONValue.integer(3), Scale(from: 1, to: 3), true), (3, 1, Scale(from: 3, to: 1), false),
        (nil, 1, Scale(from: 0, to: 1), true), (1, nil, Scale(from: 1, to: 0), false),
        (2, 2, Scale(from: 2, to: 2), false),
    ])
    func theScaleSubresourceGoesUpOrDown(
        _ from: JSONValue, _ to: JSONValue, _ scale: Scale, _ isUp: Bool
    ) throws {
        func object(_ replicas: JSONValue) -> JSONValue {
            Self.object("autoscaling/v1", "Scale", replicas == .null ? [:] : ["replicas": replicas])
        }
        var review = Fixtures.review(
            object(to), old: object(from), operation: "UPDATE", changes: ["subResource": "scale"])
        review = Fixtures.with(review, "request.resource.group", "apps")
        let change = try Change.of(Fixtures.request(review))
        #expect(change == .scale(scale))
        #expect(scale.isUp == isUp)
        #expect(change.startsNothing == !isUp)
        let odd = Fixtures.with(review, "request.object.spec", ["replicas": "many"])
        #expect(throws: ReviewError.self) { try Change.of(Fixtures.request(odd)) }
    }

    @Test func aScaleOfUnknownBeginningGoesUp() {
        #expect(Scale(from: nil, to: 1).isUp)
        #expect(!Scale(from: nil, to: 0).isUp)
    }

    @Test(arguments: [
        ("pods", "exec", Change.Connection.exec), ("pods", "attach", .attach), ("pods", "portforward", .portForward),
        ("pods", "proxy", .other("proxy")), ("services", "exec", .other("exec")), ("pods", "Exec", .other("Exec")),
    ])
    func connectingIsToldByItsWay(_ resource: String, _ sub: String, _ connection: Change.Connection) throws {
        let object: JSONValue = ["apiVersion": "v1", "kind": "PodExecOptions"]
        let review = Fixtures.review(
            object, operation: "CONNECT", resource: resource, changes: ["subResource": .string(sub)])
        #expect(try Change.of(Fixtures.request(review)) == .connection(connection))
    }

    @Test(arguments: [
        ("v1", "Binding", "pods", "binding", Change.NoTemplate.harmlessSubresource("binding")),
        ("policy/v1", "Eviction", "pods", "eviction", .harmlessSubresource("eviction")),
        ("v1", "Binding", "pods", "other", .unknownSubresource("other")),
        ("v1", "ConfigMap", "configmaps", "", .kindWithoutPods),
        ("v1", "configmap", "configmaps", "", .unknownKind),
        ("example.test/v1", "ConfigMap", "configmaps", "", .unknownKind),
        ("apps/v1", "ControllerRevision", "controllerrevisions", "", .unknownKind),
        ("example.test/v1", "Thing", "things", "", .unknownKind),
        ("example.test/v1", "Thing", "things", "status", .harmlessSubresource("status")),
        ("example.test/v1", "Thing", "things", "resize", .unknownSubresource("resize")),
    ])
    func withoutATemplateTheReasonIsTold(
        _ apiVersion: String, _ kind: String, _ resource: String, _ sub: String, _ reason: Change.NoTemplate
    ) throws {
        let object = Self.object(.string(apiVersion), .string(kind), [:])
        var review = Fixtures.review(object, resource: resource, changes: ["subResource": .string(sub)])
        if kind == "Eviction" { review = Fixtures.with(review, "request.resource.group", "") }
        let change = try Change.of(Fixtures.request(review))
        #expect(change == .noTemplate(reason))
        let isHarmless =
            switch reason {
            case .harmlessSubresource, .kindWithoutPods: true
            default: false
            }
        #expect(change.startsNothing == isHarmless)
    }

    @Test func aConfiguredKindIsToldLikeADeployment() throws {
        let kind = try CustomKind(group: "example.test", kind: "Rollout", podTemplates: ["spec.template"])
        func change(_ spec: JSONValue, _ old: JSONValue) throws -> Change {
            let review = Fixtures.review(
                Self.object("example.test/v1", "Rollout", spec), old: Self.object("example.test/v1", "Rollout", old),
                operation: "UPDATE", resource: "rollouts")
            return try Change.of(Fixtures.request(review), custom: [kind])
        }
        let spec: JSONValue = ["template": Fixtures.template, "replicas": 1]
        #expect(try change(Fixtures.with(spec, "replicas", 2), spec) == Self.unchanged(Scale(from: 1, to: 2)))
        #expect(try change(Fixtures.with(spec, "replicas", nil), spec) == Self.unchanged(Scale(from: 0, to: 1)))
        #expect(try change(Fixtures.with(spec, "replicas", "many"), spec) == Self.unchanged(Scale(from: 0, to: 1), []))
        #expect(try change(Fixtures.with(spec, "suspend", false), spec) == Self.unchanged(nil, [.spec]))
        #expect(try change(["workloadRef": [:]], spec) == .noTemplate(.templateNotFound))
        #expect(try change(spec, ["workloadRef": [:]]) == .newTemplate)
    }

    @Test(arguments: [
        (Change.deletion, true), (.newTemplate, false), (.changedTemplate, false), (.connection(.exec), false),
        (.ephemeralContainers(added: ["a"]), false), (unchanged(nil, [.metadata, .status]), true),
        (unchanged(nil, [.spec]), false), (unchanged(Scale(from: 3, to: 1), [.metadata]), true),
        (unchanged(Scale(from: 1, to: 3)), false), (unchanged(Scale(from: 3, to: 1), [.spec]), false),
    ])
    func nothingStartsThroughLess(_ change: Change, _ startsNothing: Bool) {
        #expect(change.startsNothing == startsNothing)
    }
}
