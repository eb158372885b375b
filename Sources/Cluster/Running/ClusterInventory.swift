package import Core
package import Kubernetes
package import KubernetesClient

/// What runs in the cluster, and what is set up to watch over it.
package struct ClusterInventory: Sendable {
    /// The pods that run.
    package var pods: [RunningPod] = []
    /// Pods that cannot be read, by name, and why.
    package var unreadable: [(name: String, problem: ReviewError)] = []
    package var webhooks: [JSONValue] = []
    /// Everything else that was given, which may be an owner.
    package var others: [JSONValue] = []

    /// Reads objects, as `kubectl get … -o json` lists them.
    package init(_ objects: [JSONValue]) {
        for object in objects {
            switch (object["apiVersion"]?.string, object["kind"]?.string) {
            case ("v1", "Pod"): add(object)
            case (_, "ValidatingWebhookConfiguration"), (_, "MutatingWebhookConfiguration"): webhooks.append(object)
            default: others.append(object)
            }
        }
    }

    /// Asks the API.
    ///
    /// - Parameter namespace: the namespace; all of them when `nil`.
    /// - Throws: ``KubernetesError`` when pods or webhook configurations cannot be listed.
    package init(_ client: KubernetesClient, namespace: String?) async throws(KubernetesError) {
        let pods = try await client.list(.pods, ObjectSelection(namespace: namespace))
        self.init(pods.items)
        webhooks += try await client.list(.validatingWebhooks).items
        webhooks += try await client.list(.mutatingWebhooks).items
    }

    private mutating func add(_ object: JSONValue) {
        do throws(ReviewError) {
            if let pod = try RunningPod(object) { pods.append(pod) }
        } catch {
            let metadata = object["metadata"]
            let name = "\(metadata?["namespace"]?.string ?? "default")/\(metadata?["name"]?.string ?? "?")"
            unreadable.append((name, error))
        }
    }
}
