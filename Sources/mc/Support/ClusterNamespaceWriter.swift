import Core
import KubernetesClient
import Rollout

/// Writes to namespaces of a cluster, with the rights of whoever runs the command.
struct ClusterNamespaceWriter: NamespaceWriter {
    let client: KubernetesClient

    func patch(_ namespace: String, merge: JSONValue) async throws {
        do {
            _ = try await client.merge(.namespaces, name: namespace, merge, manager: "mc-policy")
        } catch {
            throw UsageError("namespace \(namespace.printable) was not changed, those before it were: \(error)")
        }
    }
}
