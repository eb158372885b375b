internal import Core
internal import Policy

/// The kinds that run pods, as rules of what an admission policy is asked about.
enum WorkloadKinds {
    private static let builtIn: [(group: String, resources: [String])] = [
        ("", ["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"]),
        ("apps", ["deployments", "replicasets", "statefulsets", "daemonsets"]),
        ("batch", ["jobs", "cronjobs"]),
    ]

    /// Rules for the built-in kinds and for all of the groups that custom kinds are of; the bundle does not know their
    /// plurals.
    static func rules(_ plan: RenderPlan) -> [JSONValue] {
        var groups: [String] = []
        for kind in plan.cluster.customKinds where !groups.contains(where: { $0.isSame(as: kind.group) }) {
            groups.append(kind.group)
        }
        return (builtIn + groups.map { ($0, ["*"]) }).map { group, resources in
            [
                "apiGroups": [.string(group)], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"],
                "resources": Value.strings(resources), "scope": "Namespaced",
            ]
        }
    }
}
