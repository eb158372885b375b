internal import Core

/// The kinds of Kubernetes itself that run pods, each with where its pod template stands.
package enum BuiltInKind: String, Sendable, Hashable, CaseIterable {
    case pod = "Pod"
    case deployment = "Deployment"
    case replicaSet = "ReplicaSet"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case job = "Job"
    case cronJob = "CronJob"
    case podTemplate = "PodTemplate"
    case replicationController = "ReplicationController"

    /// The kind of that group, in whatever version: the template's place is the same in all.
    package init?(_ kind: GroupVersionKind) {
        guard let known = Self.allCases.first(where: { kind.isKind($0.rawValue, group: $0.group) }) else { return nil }
        self = known
    }

    /// The API group; empty for the core group.
    package var group: String {
        switch self {
        case .pod, .podTemplate, .replicationController: ""
        case .deployment, .replicaSet, .statefulSet, .daemonSet: "apps"
        case .job, .cronJob: "batch"
        }
    }

    /// The plural under which the objects are served.
    package var resource: String { rawValue.lowercased() + "s" }

    /// The members that lead to the pod template; none for a Pod, which is one.
    var template: [String] {
        switch self {
        case .pod: []
        case .podTemplate: ["template"]
        case .cronJob: ["spec", "jobTemplate", "spec", "template"]
        default: ["spec", "template"]
        }
    }
}
