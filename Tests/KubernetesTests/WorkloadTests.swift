import Core
import Testing

@testable import Kubernetes

/// Where images are found, and what hides none.
struct WorkloadTests {
    static let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")

    static func images(_ spec: JSONValue, limits: ReviewLimits = .standard) throws -> [String] {
        let object = Fixtures.pod(spec)
        let pod = GroupVersionKind(group: "", version: "v1", kind: "Pod")
        return (try Workload.read(object, kind: pod, limits: limits)?.images ?? []).map {
            "\($0.kind.rawValue) \($0.container) \($0.image ?? "-") \($0.field)"
        }
    }

    @Test func everyWayAnImageArrivesIsFound() throws {
        let spec: JSONValue = [
            "containers": [["name": "a", "image": "a:1"]], "initContainers": [["name": "b", "image": "b:1"]],
            "ephemeralContainers": [["name": "c", "image": "c:1"]],
            "volumes": [
                ["name": "t", "emptyDir": [:]], ["name": "d", "image": ["reference": "d:1"]],
                ["name": "e", "image": ["pullPolicy": "Always"]],
            ],
        ]
        #expect(
            try Self.images(spec) == [
                "initContainer b b:1 spec.initContainers[0].image", "container a a:1 spec.containers[0].image",
                "ephemeralContainer c c:1 spec.ephemeralContainers[0].image",
                "imageVolume d d:1 spec.volumes[1].image.reference",
                "imageVolume e - spec.volumes[2].image.reference",
            ])
    }

    @Test(arguments: [JSONValue.null, "", nil])
    func aContainerWithoutImageIsReportedAsSuch(_ image: JSONValue?) throws {
        let spec = Fixtures.with(
            ["containers": [["name": "a"], ["name": "b", "image": "b:1"]]], "containers.0.image", image)
        #expect(
            try Self.images(spec) == [
                "container a - spec.containers[0].image", "container b b:1 spec.containers[1].image",
            ])
    }

    static let refused: [(spec: JSONValue, code: ReviewError.Code, field: String)] = [
        (["containers": []], .missing, "spec.containers"), ([:], .missing, "spec.containers"),
        (["containers": .null], .missing, "spec.containers"),
        (["initContainers": [Fixtures.container("a")]], .missing, "spec.containers"),
        (["containers": ["a": 1]], .shape, "spec.containers"),
        (["containers": ["web"]], .shape, "spec.containers[0]"),
        (["containers": [["image": "a"]]], .missing, "spec.containers[0].name"),
        (["containers": [["name": "A_b", "image": "a"]]], .shape, "spec.containers[0].name"),
        (["containers": [["name": "a", "image": 1]]], .shape, "spec.containers[0].image"),
        (["containers": [["name": "a", "Image": "b"]]], .lookalike, "spec.containers[0].Image"),
        (["containers": [Fixtures.container("a"), Fixtures.container("a")]], .duplicate, "spec.containers[1]"),
        (
            ["containers": [Fixtures.container("a")], "initContainers": [Fixtures.container("a")]], .duplicate,
            "spec.containers[0]"
        ),
        (["containers": [Fixtures.container("a")], "Containers": []], .lookalike, "spec.Containers"),
        (["containers": [Fixtures.container("a")], "initcontainers": []], .lookalike, "spec.initcontainers"),
        (["containers": [Fixtures.container("a")], "volume\u{17F}": []], .lookalike, "spec.volume\u{17F}"),
        (["containers": [Fixtures.container("a")], "ephemeralContainers": "x"], .shape, "spec.ephemeralContainers"),
        (["containers": [Fixtures.container("a")], "volumes": "x"], .shape, "spec.volumes"),
        (["containers": [Fixtures.container("a")], "volumes": [["image": [:]]]], .missing, "spec.volumes[0].name"),
        (
            ["containers": [Fixtures.container("a")], "volumes": [["name": "v", "image": "x"]]], .shape,
            "spec.volumes[0].image"
        ),
        (
            ["containers": [Fixtures.container("a")], "volumes": [["name": "v"], ["name": "v"]]], .duplicate,
            "spec.volumes[1]"
        ),
        (
            ["containers": [Fixtures.container("a")], "volumes": [["name": "v", "image": ["Reference": "x"]]]],
            .lookalike, "spec.volumes[0].image.Reference"
        ),
    ]

    @Test(arguments: refused.indices) func whereImagesStandNothingMalformedIsSkipped(_ index: Int) throws {
        let row = Self.refused[index]
        let error = try #require(Fixtures.error { try Self.images(row.spec) })
        #expect(error.code == row.code)
        #expect(error.field == row.field)
    }

    @Test func elsewhereNothingIsLookedAt() throws {
        let spec: JSONValue = ["containers": [Fixtures.container("a")], "nodeSelector": 1, "tolerations": ["x"]]
        #expect(try Self.images(spec).count == 1)
    }

    @Test func containersHaveACap() throws {
        func spec(_ count: Int) -> JSONValue {
            ["containers": .array((0..<count).map { Fixtures.container("c\($0)") })]
        }
        #expect(try Self.images(spec(1_000)).count == 1_000)
        let error = try #require(Fixtures.error { try Self.images(spec(1_001)) })
        #expect(error.code == .tooLarge)
        #expect(error.description.contains("containers of a pod, at most 1000"))
    }

    @Test func aTemplateThatIsMissingIsAnError() throws {
        let object = Fixtures.deployment()
        #expect(try Workload.read(object, kind: Self.deployment)?.templates.map(\.field) == ["spec.template"])
        let bare = Fixtures.with(object, "spec.template", nil)
        let error = try #require(Fixtures.error { try Workload.read(bare, kind: Self.deployment) })
        #expect(error.field == "spec.template")
        let alike = Fixtures.with(object, "Spec", [:])
        #expect(Fixtures.error { try Workload.read(alike, kind: Self.deployment) }?.code == .lookalike)
    }

    @Test(arguments: [
        ("apps", "v1beta2", "Deployment", true), ("extensions", "v1beta1", "Deployment", false),
        ("example.test", "v1", "Deployment", false), ("apps", "v1", "deployment", false),
        ("", "v1", "Deployment", false),
    ])
    func aBuiltInKindIsKnownByItsExactGroup(_ group: String, _ version: String, _ kind: String, _ known: Bool) throws {
        let type = GroupVersionKind(group: group, version: version, kind: kind)
        #expect((try Workload.read(Fixtures.deployment(), kind: type) != nil) == known)
    }

    // Configured kinds.

    static func custom(
        _ kind: String, versions: [String] = [], podTemplates: [String] = [], podSpecs: [String] = [],
        containers: [String] = []
    ) throws -> [CustomKind] {
        [
            try CustomKind(
                group: "example.test", kind: kind, versions: versions, podTemplates: podTemplates, podSpecs: podSpecs,
                containers: containers)
        ]
    }

    static func read(_ spec: JSONValue, _ custom: [CustomKind]) throws -> [String]? {
        let type = GroupVersionKind(group: "example.test", version: "v1", kind: "Thing")
        return try Workload.read(["spec": spec], kind: type, custom: custom)?.images.map {
            "\($0.field) \($0.image ?? "-")"
        }
    }

    @Test func aRolloutIsReadLikeADeployment() throws {
        let kinds = try Self.custom("Thing", podTemplates: ["spec.template"])
        #expect(
            try Self.read(["template": Fixtures.template], kinds)
                == ["spec.template.spec.containers[0].image \(Fixtures.image)"])
        #expect(try Self.read(["workloadRef": [:]], kinds) == [])
        #expect(try Self.read(["template": Fixtures.template], []) == nil)
    }

    @Test func aRevisionIsAPodSpecificationWithoutNames() throws {
        let kinds = try Self.custom("Thing", podSpecs: ["spec"])
        #expect(
            try Self.read(["containers": [["image": "a:1"], ["image": "b:1"]]], kinds)
                == ["spec.containers[0].image a:1", "spec.containers[1].image b:1"])
        #expect(throws: ReviewError.self) { try Self.read(["containers": [:]], kinds) }
    }

    @Test func pathsStepThroughArraysAndMembers() throws {
        let kinds = try Self.custom(
            "Thing", podTemplates: ["spec.roles.*.template"],
            containers: ["spec.templates[].container", "spec.templates[].sidecars[]"])
        let spec: JSONValue = [
            "roles": ["master": ["template": Fixtures.template], "worker": [:]],
            "templates": [
                ["container": ["image": "a:1"]], ["sidecars": [["image": "b:1", "name": "b"], ["image": "c:1"]]],
                ["dag": [:]],
            ],
        ]
        #expect(
            try Self.read(spec, kinds) == [
                "spec.roles.master.template.spec.containers[0].image \(Fixtures.image)",
                "spec.templates[0].container.image a:1", "spec.templates[1].sidecars[0].image b:1",
                "spec.templates[1].sidecars[1].image c:1",
            ])
        let wrong = Fixtures.with(spec, "templates", ["a": 1])
        #expect(Fixtures.error { try Self.read(wrong, kinds) }?.field == "spec.templates")
        let alike = Fixtures.with(spec, "Templates", [])
        #expect(Fixtures.error { try Self.read(alike, kinds) }?.code == .lookalike)
    }

    @Test func aVersionThatIsNotConfiguredIsUnknown() throws {
        #expect(
            try Self.read(
                ["template": Fixtures.template], Self.custom("Thing", versions: ["v1"], podTemplates: ["spec.template"])
            )
                != nil)
        #expect(
            try Self.read(
                ["template": Fixtures.template], Self.custom("Thing", versions: ["v2"], podTemplates: ["spec.template"])
            )
                == nil)
    }

    @Test(arguments: ["", "spec..template", ".spec", "spec.[]", "spec.a b", "spec.te*", "spec.{}"])
    func aMalformedPathIsRefused(_ path: String) throws {
        let error = try #require(Fixtures.error { try Self.custom("Thing", podTemplates: [path]) })
        #expect(error.code == .configuration)
        #expect(error.field == "podTemplates")
    }

    @Test func aCustomKindNeedsAPathAndAKindOfItsOwn() throws {
        #expect(Fixtures.error { try Self.custom("Thing") }?.code == .configuration)
        #expect(
            Fixtures.error { try CustomKind(group: "apps", kind: "Deployment", podTemplates: ["spec.x"]) }?.code
                == .configuration)
        #expect(try Self.custom("Thing", podSpecs: ["spec"]).count == 1)
    }
}
