import Core
import Testing

@testable import Kubernetes

/// Requests made of what people write.
struct ManifestTests {
    static func requests(_ object: JSONValue, limits: ReviewLimits = .standard) throws -> [AdmissionRequest] {
        try Manifest.requests(creating: object, namespace: "store", user: Fixtures.someone, limits: limits)
    }

    static let configMap: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]]

    @Test func anObjectBecomesTheRequestThatCreatesIt() throws {
        let request = try #require(
            try Self.requests(Fixtures.with(Fixtures.deployment(), "metadata.namespace", nil)).first)
        #expect(request.uid == "manifest-1")
        #expect(request.kind.description == "apps/v1 Deployment")
        #expect(request.resource.description == "apps/v1 deployments")
        #expect(request.namespace == "store")
        #expect(request.name == "shop")
        #expect(request.operation == .create)
        #expect(request.isDryRun)
        #expect(request.userInfo.username == "dev@example.test")
        #expect(try Change.of(request) == .newTemplate)
        #expect(try request.workload()?.images.count == 1)
    }

    @Test func anObjectsOwnNamespaceCounts() throws {
        let object = Fixtures.with(Fixtures.deployment(), "metadata.namespace", "bank")
        #expect(try Self.requests(object).first?.namespace == "bank")
        let role: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": "a:b"],
        ]
        #expect(try Self.requests(role).first?.namespace == nil)
        let other: JSONValue = ["apiVersion": "example.test/v1", "kind": "ClusterRole", "metadata": ["name": "a"]]
        #expect(try Self.requests(other).first?.namespace == "store")
    }

    @Test func aListIsExpanded() throws {
        let list: JSONValue = [
            "apiVersion": "v1", "kind": "List",
            "items": [
                Self.configMap, ["apiVersion": "v1", "kind": "List", "items": [Fixtures.deployment()]],
                [
                    "apiVersion": "v1", "kind": "PodList",
                    "items": [["metadata": ["name": "p"], "spec": Fixtures.podSpec]],
                ],
            ],
        ]
        let requests = try Self.requests(list)
        #expect(requests.map(\.kind.kind) == ["ConfigMap", "Deployment", "Pod"])
        #expect(requests.map(\.uid) == ["manifest-1", "manifest-2", "manifest-3"])
        #expect(try Self.requests(["apiVersion": "v1", "kind": "List", "items": []]).isEmpty)
    }

    static let refused: [(object: JSONValue, code: ReviewError.Code, field: String)] = [
        ("text", .shape, ""), (["kind": "Pod"], .missing, "kind"), ([:], .missing, "kind"),
        (["apiVersion": "a/b/c", "kind": "Pod"], .shape, "apiVersion"),
        (["apiVersion": "v1", "kind": "Pod"], .missing, "metadata.name"),
        (["apiVersion": "v1", "kind": "List"], .shape, "items"),
        (["apiVersion": "v1", "kind": "List", "items": ["x"]], .shape, "items[0]"),
        (["apiVersion": "v1", "kind": "List", "items": [["metadata": ["name": "a"]]]], .missing, "items[0].kind"),
        (
            ["apiVersion": "v1", "kind": "List", "items": [configMap, ["apiVersion": "v1", "kind": "Pod"]]], .missing,
            "items[1].metadata.name"
        ),
        (
            ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "namespace": "B"]], .shape,
            "metadata.namespace"
        ),
    ]

    @Test(arguments: refused.indices) func aMalformedObjectIsRefusedWithItsPlace(_ index: Int) throws {
        let row = Self.refused[index]
        let error = try #require(Fixtures.error { try Self.requests(row.object) })
        #expect(error.code == row.code)
        #expect(error.field == row.field)
    }

    @Test func listsHaveCaps() throws {
        func list(_ items: [JSONValue]) -> JSONValue { ["apiVersion": "v1", "kind": "List", "items": .array(items)] }
        var limits = ReviewLimits.standard
        limits.objects = Cap("objects of a manifest", 4)
        #expect(try Self.requests(list(Array(repeating: Self.configMap, count: 4)), limits: limits).count == 4)
        for many in [
            list(Array(repeating: Self.configMap, count: 5)),
            list([list([Self.configMap, Self.configMap]), list(Array(repeating: Self.configMap, count: 3))]),
        ] {
            #expect(Fixtures.error { try Self.requests(many, limits: limits) }?.code == .tooLarge)
        }
        let nested = (0..<4).reduce(Self.configMap) { value, _ in list([value]) }
        #expect(try Self.requests(nested).count == 1)
        #expect(Fixtures.error { try Self.requests(list([nested])) }?.code == .tooLarge)
    }
}
