import Core
import KubernetesClient
import Rollout

/// Writes to namespaces of a cluster, with the rights of whoever runs the command.
struct ClusterNamespaceWriter: NamespaceWriter {
    let client: KubernetesClient

    func patch(_ namespace: String, merge: JSONValue) async throws {
        _ = try await client.merge(.namespaces, name: namespace, merge, manager: "mc-policy")
    }
}
