import Core
import Testing

@testable import Kubernetes

/// What makes two templates one, and a Pod one of a template.
struct TemplateTests {
    static func template(_ value: JSONValue) throws -> WorkloadTemplate {
        try WorkloadTemplate(
            template: JSONCursor(value), reader: PodSpecReader(limits: .standard, requiresNames: true))
    }

    static let base = Fixtures.template

    @Test(
        arguments: [
            ("metadata.labels.pod-template-hash", "abc", true), ("metadata.labels.job-name", "abc", true),
            ("metadata.labels.controller-uid", "abc", true), ("metadata.name", "abc", true),
            ("metadata.creationTimestamp", .null, true), ("spec.nodeName", .null, true),
            ("metadata.labels.team", "abc", false), ("metadata.annotations.a", "b", false),
            ("spec.nodeName", "abc", false), ("spec.containers.0.image", "other", false),
            ("metadata.labels.mc-pod-template-hash", "abc", false),
        ] as [(String, JSONValue, Bool)])
    func whatControllersAddDoesNotCount(_ path: String, _ value: JSONValue, _ isSame: Bool) throws {
        let digest = try Self.template(Self.base).digest
        #expect((try Self.template(Fixtures.with(Self.base, path, value)).digest == digest) == isSame)
    }

    @Test func aCronJobsTemplateIsItsJobs() throws {
        let cron: JSONValue = ["spec": ["jobTemplate": ["spec": ["template": Self.base]]]]
        let job: JSONValue = [
            "spec": ["template": Fixtures.with(Self.base, "metadata.labels.batch.kubernetes.io/job-name", nil)]
        ]
        let named = Fixtures.with(
            job, "spec.template.metadata.labels", ["app": "shop", "batch.kubernetes.io/job-name": "shop-1"])
        let kinds = ["CronJob", "Job"].map { GroupVersionKind(group: "batch", version: "v1", kind: $0) }
        let digest = try Workload.read(cron, kind: kinds[0])?.templateDigest
        #expect(try Workload.read(named, kind: kinds[1])?.templateDigest == digest)
        #expect(digest != nil)
    }

    @Test func severalTemplatesHaveOneDigestByPlace() throws {
        let kind = try CustomKind(group: "example.test", kind: "Thing", podTemplates: ["spec.templates[]"])
        func digest(_ templates: JSONValue...) throws -> Digest? {
            try Workload.read(
                ["spec": ["templates": .array(templates)]],
                kind: GroupVersionKind(group: "example.test", version: "v1", kind: "Thing"), custom: [kind]
            )?.templateDigest
        }
        let other = Fixtures.with(Self.base, "spec.containers.0.image", "other:1")
        #expect(try digest() == nil)
        #expect(try digest(Self.base) == Self.template(Self.base).digest)
        #expect(try digest(Self.base, other) == digest(Self.base, other))
        #expect(try digest(Self.base, other) != digest(other, Self.base))
        #expect(try digest(Self.base, other) != digest(Self.base))
    }

    // Pods.

    static let rich: JSONValue = [
        "metadata": [
            "labels": ["app": "shop", "mc.env": "prod"], "annotations": ["mc.repo": "acme/shop", "note": "a"],
        ],
        "spec": [
            "containers": [["name": "web", "image": "web:1", "command": ["serve"]]],
            "initContainers": [["name": "init", "image": "init:1"]],
            "volumes": [["name": "models", "image": ["reference": "models:1"]]],
        ],
    ]

    struct Row: Sendable, CustomTestStringConvertible {
        let path: String
        let value: JSONValue?
        /// The one difference; `nil` when there must be none.
        let difference: String?
        /// The additions, as kind and place.
        let additions: [String]
        var testDescription: String { "\(path) \(value.map(String.init(describing:)) ?? "(gone)")" }

        init(_ path: String, _ value: JSONValue?, difference: String? = nil, additions: [String] = []) {
            self.path = path
            self.value = value
            self.difference = difference
            self.additions = additions
        }
    }

    static let sidecar: JSONValue = ["name": "sidecar", "image": "mesh:1"]
    static let rows: [Row] = [
        Row("metadata.labels.pod-template-hash", "abc"),
        Row("metadata.labels.team", "abc", additions: ["label metadata.labels.team"]),
        Row(
            "metadata.labels.app", "bank",
            difference: "label app is \"bank\", the template's is \"shop\""),
        Row("metadata.labels.app", nil, difference: "label app is (none), the template's is \"shop\""),
        Row(
            "metadata.labels", ["app": "shop", "mc.env": "test"],
            difference: "label mc.env is \"test\", the template's is \"prod\""),
        Row(
            "metadata.labels", ["app": "shop", "mc.env": "prod", "mc.repo": "acme"],
            difference: "label mc.repo is \"acme\", the template has none"),
        Row(
            "metadata.annotations", ["mc.repo": "acme/bank", "note": "a"],
            difference: "annotation mc.repo is \"acme/bank\", the template's is \"acme/shop\""),
        Row(
            "metadata.annotations", ["mc.repo": "acme/shop", "note": "a", "mc.env": "prod"],
            difference: "annotation mc.env is \"prod\", the template's is (none)"),
        Row(
            "metadata.annotations", ["mc.repo": "acme/shop", "note": "b"],
            additions: ["annotation metadata.annotations.note"]),
        Row(
            "spec.containers.0.image", "web:2",
            difference: "container web has image \"web:2\", the template's is \"web:1\""),
        Row(
            "spec.containers.0.image", nil, difference: "container web has image (none), the template's is \"web:1\""),
        Row("spec.containers.0.command", ["sh"], additions: ["field spec.containers[0].command"]),
        Row("spec.containers.0.command", nil, additions: ["field spec.containers[0].command"]),
        Row("spec.initContainers", nil, difference: "the Pod lacks the template's initContainer init"),
        Row(
            "spec.volumes.0.image.reference", "models:2",
            difference: "imageVolume models has image \"models:2\", the template's is \"models:1\"",
            additions: ["field spec.volumes[0].image"]),
        Row(
            "spec.ephemeralContainers", [sidecar], additions: ["image spec.ephemeralContainers[0].image"]),
        Row("spec.hostNetwork", true, additions: ["field spec.hostNetwork"]),
    ]

    static func match(_ pod: JSONValue) throws -> PodMatch {
        PodMatch(pod: try template(pod), template: try template(rich))
    }

    @Test(arguments: rows) func aPodIsComparedWithItsTemplate(_ row: Row) throws {
        let match = try Self.match(Fixtures.with(Self.rich, row.path, row.value))
        #expect(match.differences == (row.difference.map { [$0] } ?? []))
        #expect(match.additions.map { "\($0.kind.rawValue) \($0.field)" } == row.additions)
        #expect(match.isMatch == (row.difference == nil))
    }

    @Test func whatIsInjectedIsListedWithItsImage() throws {
        var pod = Fixtures.with(
            Self.rich, "spec.containers", [["name": "web", "image": "web:1", "command": ["serve"]], Self.sidecar])
        pod = Fixtures.with(
            pod, "spec.volumes",
            [
                ["name": "models", "image": ["reference": "models:1"]], ["name": "token", "projected": [:]],
                ["name": "more", "image": ["reference": "more:1"]],
            ])
        let match = try Self.match(pod)
        #expect(match.isMatch)
        #expect(match.additions.compactMap(\.image).map(\.image) == ["mesh:1", "more:1"])
        #expect(match.additions.filter { $0.kind == .volume }.map(\.field) == ["spec.volumes[1]"])
    }

    @Test func theSameImageInAnotherClassIsNotTheSame() throws {
        var pod = Fixtures.with(Self.rich, "spec.initContainers", nil)
        pod = Fixtures.with(pod, "spec.ephemeralContainers", [["name": "init", "image": "init:1"]])
        let match = try Self.match(pod)
        #expect(match.differences == ["the Pod lacks the template's initContainer init"])
        #expect(match.additions.compactMap(\.image).map(\.kind) == [.ephemeralContainer])
    }
}
