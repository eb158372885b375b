import Admission
import Cluster
import Core
import Kubernetes
import KubernetesClient
import OCI
import Outgoing
import Policy
import TestCluster

/// A cluster with workloads, and an engine that asks it for owners.
struct Harbour {
    static let image = "ghcr.io/org/app@sha256:\(String(repeating: "a", count: 64))"
    static let older = "ghcr.io/org/app@sha256:\(String(repeating: "b", count: 64))"
    static let now = Instant(seconds: 1_790_000_000)

    let cluster: TestCluster
    let client: KubernetesClient

    init(kinds: [ServedKind] = []) async throws {
        cluster = try await TestCluster(kinds: kinds)
        client = try Self.client(of: cluster)
    }

    static func client(of cluster: TestCluster, watchLife: Duration = .seconds(60)) throws -> KubernetesClient {
        guard let server = ServerAddress(cluster.address) else {
            throw KubernetesError(.configuration, "no address", at: cluster.address)
        }
        var options = ClientOptions()
        options.backoff = Backoff(base: .milliseconds(5), longest: .milliseconds(40))
        options.watchLife = watchLife
        return KubernetesClient(ClusterAccess(server: server), options: options, wallClock: { now })
    }

    static func template(_ image: String = image) -> JSONValue {
        [
            "metadata": ["labels": ["app": "shop"]],
            "spec": ["containers": [["name": "app", "image": .string(image)]]],
        ]
    }

    static func object(
        _ kind: String, _ name: String, uid: String, apiVersion: String = "apps/v1", namespace: String = "shop",
        owner: JSONValue? = nil, labels: JSONValue? = nil, _ more: [String: JSONValue] = [:]
    ) -> JSONValue {
        var metadata = JSONObject()
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(namespace)
        metadata["uid"] = .string(uid)
        if let owner { metadata["ownerReferences"] = [owner] }
        if let labels { metadata["labels"] = labels }
        var object = JSONObject()
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        object["metadata"] = .object(metadata)
        for (key, value) in more.sorted(by: { $0.key < $1.key }) { object[key] = value }
        return .object(object)
    }

    static func reference(_ kind: String, _ name: String, uid: String, apiVersion: String = "apps/v1") -> JSONValue {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": true,
        ]
    }

    /// What the engine finds of the owner of a pod that a controller makes.
    func owner(of pod: JSONValue, controller: String) async throws -> AdmissionFacts.OwnerLookup {
        guard let version = SemanticVersion("1.0.0") else { throw KubernetesError(.malformed, "version", at: "") }
        let bundle = PolicyBundle(
            manifest: BundleManifest(name: "harbour", version: version, expires: Self.now + .seconds(86_400)),
            digest: Digest.of([1]), origin: .unsigned, policies: [], environments: [],
            clusters: [ClusterIdentity(cluster: "c")], trustRoots: [])
        let admitter = try Admitter(
            bundle: bundle, cluster: "c", places: NoPlaces(), owners: ClusterOwners(client, deadline: .seconds(1)))
        let user = UserInfo(username: "system:serviceaccount:kube-system:\(controller)")
        let request = try Manifest.requests(creating: pod, user: user)
        return try await admitter.resolve(request[0], at: Self.now).facts.owner
    }

    struct NoPlaces: EvidencePlaces {
        func sources(
            for image: ImageReference, and repositories: [String]
        ) throws(RegistryError) -> [any ImageSource] { [] }
    }
}

/// Waits until something holds, at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<2_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
