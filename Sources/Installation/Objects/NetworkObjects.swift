internal import Core

/// How mc is reached, and whom it may reach.
struct NetworkObjects {
    let options: InstallOptions

    var all: [Manifest] {
        [
            service(Layout.webhookService, port: 443, target: "webhook"),
            service(Layout.apiService, port: 443, target: "api"), headless, disruptionBudget, denyAll, serverPolicy,
        ]
    }

    private func service(_ name: String, port: Int64, target: String) -> Manifest {
        let spec: JSONValue = [
            "type": "ClusterIP", "selector": ServerObjects.selector,
            "ports": [["name": "https", "port": .integer(port), "targetPort": .string(target), "protocol": "TCP"]],
        ]
        return Manifest("v1", "Service", name, namespace: options.namespace, [("spec", spec)])
    }

    private var headless: Manifest {
        let spec: JSONValue = [
            "clusterIP": "None", "selector": ServerObjects.selector,
            "ports": [
                ["name": "health", "port": .integer(Layout.healthPort), "targetPort": "health", "protocol": "TCP"]
            ],
        ]
        return Manifest("v1", "Service", Layout.headlessService, namespace: options.namespace, [("spec", spec)])
    }

    /// One at a time; a replica that is not ready protects nothing and may go, or a broken node could not be drained.
    private var disruptionBudget: Manifest {
        let spec: JSONValue = [
            "maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": ["matchLabels": ServerObjects.selector],
        ]
        return Manifest(
            "policy/v1", "PodDisruptionBudget", Layout.application, namespace: options.namespace, [("spec", spec)])
    }

    private var denyAll: Manifest {
        Manifest(
            "networking.k8s.io/v1", "NetworkPolicy", "mc-default-deny", namespace: options.namespace,
            [("spec", ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])])
    }

    /// The API server calls from addresses nobody knows beforehand, so that the webhook's port is open to all; TLS and,
    /// where it is used, the client certificate guard it. The API is for the cluster's pods and port-forward.
    private var serverPolicy: Manifest {
        let inside: JSONValue = [["namespaceSelector": [:]]]
        let ingress: JSONValue = [
            ["ports": [Self.port(Layout.webhookPort)]],
            ["from": inside, "ports": [Self.port(Layout.apiPort), Self.port(Layout.healthPort)]],
        ]
        // DNS, wherever the cluster has it (a cache on the node has no pod); witnesses (443) and the API server (443 or
        // 6443); registries; the other replicas' APIs.
        let outside = Set(options.registryPorts.map(Int64.init)).union([443, 6443]).sorted()
        let egress: JSONValue = [
            ["ports": [Self.port(53, "UDP"), Self.port(53)]], ["ports": .array(outside.map { Self.port($0) })],
            [
                "to": [["podSelector": ["matchLabels": ServerObjects.selector]]], "ports": [Self.port(Layout.apiPort)],
            ],
        ]
        let spec: JSONValue = [
            "podSelector": ["matchLabels": ServerObjects.selector], "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress, "egress": egress,
        ]
        return Manifest(
            "networking.k8s.io/v1", "NetworkPolicy", "mc-server", namespace: options.namespace, [("spec", spec)])
    }

    private static func port(_ number: Int64, _ transport: String = "TCP") -> JSONValue {
        ["protocol": .string(transport), "port": .integer(number)]
    }
}
