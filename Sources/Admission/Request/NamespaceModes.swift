package import Policy

/// What the namespaces' tightening label says, as far as it is known.
package protocol NamespaceModes: Sendable {
    /// What the label `mc.internal/mode` of a namespace says; ``AdmissionFacts/NamespaceMode/stale`` while it is not
    /// known, which counts as Enforce.
    func mode(of namespace: String) -> AdmissionFacts.NamespaceMode
}

/// No label is watched: what the policies say holds.
package struct UnlabelledNamespaces: NamespaceModes {
    package init() {}

    package func mode(of namespace: String) -> AdmissionFacts.NamespaceMode { .unlabelled }
}
