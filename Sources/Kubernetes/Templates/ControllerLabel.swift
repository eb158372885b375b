internal import Core

/// The labels that Kubernetes' controllers add to what they make; a template is the same with and without them.
enum ControllerLabel {
    private static let names = [
        "pod-template-hash", "controller-revision-hash", "pod-template-generation", "controller-uid", "job-name",
        "apps.kubernetes.io/pod-index", "rollouts-pod-template-hash",
    ]
    private static let domains = ["batch.kubernetes.io/", "statefulset.kubernetes.io/"]

    static func isAdded(_ label: String) -> Bool {
        names.contains { $0.isSame(as: label) } || domains.contains { label.utf8.starts(with: $0.utf8) }
    }
}
