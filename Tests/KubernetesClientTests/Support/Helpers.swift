import Core
import Kubernetes
import KubernetesClient
import Outgoing
import Synchronization
import TestCluster

/// A value that several tasks change.
final class Box<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        state.withLock { value in body(&value) }
    }
}

extension ClientOptions {
    /// Short enough for tests.
    static var quick: ClientOptions {
        var options = ClientOptions()
        options.backoff = Backoff(base: .milliseconds(5), longest: .milliseconds(40))
        options.deadline = .seconds(5)
        return options
    }
}

extension KubernetesClient {
    convenience init(
        _ cluster: TestCluster, _ credential: ClusterAccess.Credential = .init(), options: ClientOptions = .quick,
        pacing: Pacing = .real()
    ) throws {
        guard let server = ServerAddress(cluster.address) else {
            throw KubernetesError(.configuration, "no address", at: cluster.address)
        }
        self.init(
            ClusterAccess(server: server, credential: credential), options: options, pacing: pacing,
            wallClock: { Instant(seconds: 1_790_000_000) })
    }
}

extension APIResource {
    static let configMaps = APIResource("configmaps", kind: "ConfigMap")
}

func configMap(_ name: String, _ value: String = "1", namespace: String = "shop") -> JSONValue {
    [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": ["name": .string(name), "namespace": .string(namespace)], "data": ["value": .string(value)],
    ]
}

extension JSONValue {
    var name: String { self["metadata"]?["name"]?.string ?? "" }
    var version: String { self["metadata"]?["resourceVersion"]?.string ?? "" }
}

/// Waits until something holds, at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<2_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
