internal import Core

/// The kinds and subresources of Kubernetes itself that bring no containers along.
enum PodlessKind {
    private static let kinds: [String: Set<String>] = [
        "": [
            "ConfigMap", "Secret", "Service", "ServiceAccount", "Namespace", "PersistentVolumeClaim",
            "PersistentVolume",
            "Endpoints", "Event", "LimitRange", "ResourceQuota", "Node",
        ],
        "admissionregistration.k8s.io": [
            "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        ],
        "apiextensions.k8s.io": ["CustomResourceDefinition"],
        "autoscaling": ["HorizontalPodAutoscaler"],
        "coordination.k8s.io": ["Lease"],
        "discovery.k8s.io": ["EndpointSlice"],
        "events.k8s.io": ["Event"],
        "networking.k8s.io": ["Ingress", "IngressClass", "NetworkPolicy"],
        "policy": ["PodDisruptionBudget"],
        "rbac.authorization.k8s.io": ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
        "scheduling.k8s.io": ["PriorityClass"],
        "storage.k8s.io": ["StorageClass", "VolumeAttachment", "CSIDriver", "CSINode", "CSIStorageCapacity"],
    ]

    static func contains(_ type: GroupVersionKind) -> Bool {
        kinds.contains { group, names in
            group.isSame(as: type.group) && names.contains { $0.isSame(as: type.kind) }
        }
    }

    /// Kinds that live in no namespace.
    static func isOfCluster(_ type: GroupVersionKind) -> Bool {
        [
            "Namespace", "PersistentVolume", "Node", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
            "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "CustomResourceDefinition", "IngressClass",
            "ClusterRole", "ClusterRoleBinding", "PriorityClass", "StorageClass", "VolumeAttachment", "CSIDriver",
            "CSINode",
        ].contains { $0.isSame(as: type.kind) } && contains(type)
    }

    static let harmlessSubresources: [(group: String, resource: String, subResource: String)] = [
        ("", "pods", "binding"), ("", "pods", "eviction"), ("", "namespaces", "finalize"),
        ("", "serviceaccounts", "token"), ("certificates.k8s.io", "certificatesigningrequests", "approval"),
    ]
}
