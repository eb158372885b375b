internal import Core

/// A kind that the server has.
package struct ServedKind: Sendable, Hashable {
    package let group: String
    package let version: String
    package let plural: String
    package let kind: String
    package let isNamespaced: Bool

    package init(_ group: String, _ version: String, _ plural: String, _ kind: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// What an API server has by itself.
    package static let standard: [ServedKind] = [
        ServedKind("", "v1", "pods", "Pod"), ServedKind("", "v1", "configmaps", "ConfigMap"),
        ServedKind("", "v1", "namespaces", "Namespace", isNamespaced: false),
        ServedKind("", "v1", "nodes", "Node", isNamespaced: false),
        ServedKind("", "v1", "replicationcontrollers", "ReplicationController"),
        ServedKind("apps", "v1", "deployments", "Deployment"), ServedKind("apps", "v1", "replicasets", "ReplicaSet"),
        ServedKind("apps", "v1", "statefulsets", "StatefulSet"), ServedKind("apps", "v1", "daemonsets", "DaemonSet"),
        ServedKind("apps", "v1", "controllerrevisions", "ControllerRevision"),
        ServedKind("batch", "v1", "jobs", "Job"), ServedKind("batch", "v1", "cronjobs", "CronJob"),
        ServedKind("events.k8s.io", "v1", "events", "Event"),
        ServedKind("coordination.k8s.io", "v1", "leases", "Lease"),
        ServedKind(
            "admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration",
            isNamespaced: false),
        ServedKind(
            "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration",
            isNamespaced: false),
    ]

    /// The two groups of policy reports.
    package static let workingGroupReports = [
        ServedKind("wgpolicyk8s.io", "v1alpha2", "policyreports", "PolicyReport"),
        ServedKind("wgpolicyk8s.io", "v1alpha2", "clusterpolicyreports", "ClusterPolicyReport", isNamespaced: false),
    ]
    package static let openReports = [
        ServedKind("openreports.io", "v1alpha1", "reports", "Report"),
        ServedKind("openreports.io", "v1alpha1", "clusterreports", "ClusterReport", isNamespaced: false),
    ]
}
