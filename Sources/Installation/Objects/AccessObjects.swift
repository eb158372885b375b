internal import Core

/// The namespace, who mc is in it, and what mc may do.
///
/// Nothing reads Secrets: what mc needs of them is mounted, so that a hole in mc is not one in everybody's passwords.
struct AccessObjects {
    let options: InstallOptions

    var all: [Manifest] {
        [namespace, account("mc-webhook"), account("mc-recorder")] + webhook + recorder
    }

    /// Restricted from the first pod on (Pod Security Standards).
    private var namespace: Manifest {
        let levels = ["enforce", "audit", "warn"].flatMap { mode in
            [
                ("pod-security.kubernetes.io/\(mode)", "restricted"),
                ("pod-security.kubernetes.io/\(mode)-version", "latest"),
            ]
        }
        return Manifest("v1", "Namespace", options.namespace, labels: levels)
    }

    private func account(_ name: String) -> Manifest {
        Manifest(
            "v1", "ServiceAccount", name, namespace: options.namespace,
            [("automountServiceAccountToken", false)])
    }

    /// What a decision needs: a child's owner and the namespaces' tightening label.
    private var webhook: [Manifest] {
        let rules = [
            Self.rule("", ["namespaces"], ["get", "list", "watch"]),
            Self.rule("", ["replicationcontrollers"], ["get"]),
            Self.rule(
                "apps", ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"], ["get"]),
            Self.rule("batch", ["cronjobs", "jobs"], ["get"]),
        ]
        return [clusterRole("mc-webhook", rules), clusterBinding("mc-webhook", ["mc-webhook"])]
    }

    /// What goes out to the cluster. The recorder runs in the server's process, where the log's volume is, and by
    /// `mc` on its own elsewhere; both accounts are therefore bound.
    private var recorder: [Manifest] {
        let reports = ["get", "list", "create", "update", "patch", "delete"]
        let rules = [
            Self.rule("", ["events"], ["create", "patch"]),
            Self.rule("events.k8s.io", ["events"], ["create", "patch"]),
            Self.rule("wgpolicyk8s.io", ["clusterpolicyreports", "policyreports"], reports),
            Self.rule("openreports.io", ["clusterreports", "reports"], reports),
        ]
        // Who leads is in a Lease, how far each log was passed on in a ConfigMap of the same name.
        let own: [JSONValue] = [
            // A name that does not exist yet cannot be restricted to.
            Self.rule("coordination.k8s.io", ["leases"], ["create"]),
            Self.rule("coordination.k8s.io", ["leases"], ["get", "update", "patch"], names: ["mc-recorder"]),
            Self.rule("", ["configmaps"], ["create"]),
            Self.rule("", ["configmaps"], ["get", "patch"], names: ["mc-recorder"]),
        ]
        let accounts = ["mc-recorder", "mc-webhook"]
        return [
            clusterRole("mc-recorder", rules), clusterBinding("mc-recorder", accounts),
            Manifest(
                Self.version, "Role", "mc-recorder", namespace: options.namespace, [("rules", .array(own))]),
            Manifest(
                Self.version, "RoleBinding", "mc-recorder", namespace: options.namespace,
                binding("Role", "mc-recorder", accounts)),
        ]
    }

    private static let version = "rbac.authorization.k8s.io/v1"

    private static func rule(
        _ group: String, _ resources: [String], _ verbs: [String], names: [String] = []
    ) -> JSONValue {
        var members: [(String, JSONValue)] = [("apiGroups", .list([group])), ("resources", .list(resources))]
        if !names.isEmpty { members.append(("resourceNames", .list(names))) }
        return .members(members + [("verbs", .list(verbs))])
    }

    private func clusterRole(_ name: String, _ rules: [JSONValue]) -> Manifest {
        Manifest(Self.version, "ClusterRole", name, [("rules", .array(rules))])
    }

    private func clusterBinding(_ name: String, _ accounts: [String]) -> Manifest {
        Manifest(Self.version, "ClusterRoleBinding", name, binding("ClusterRole", name, accounts))
    }

    private func binding(_ kind: String, _ role: String, _ accounts: [String]) -> [(String, JSONValue)] {
        let reference = [("apiGroup", "rbac.authorization.k8s.io"), ("kind", kind), ("name", role)]
        let subjects = accounts.map { account in
            JSONValue.texts([("kind", "ServiceAccount"), ("name", account), ("namespace", options.namespace)])
        }
        return [("roleRef", .texts(reference)), ("subjects", .array(subjects))]
    }
}
