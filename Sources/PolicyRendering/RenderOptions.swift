package import Policy

/// For which cluster a bundle is rendered, and how strictly.
package struct RenderOptions: Sendable, Hashable {
    /// The cluster, as the bundle names it; `nil` takes the only one there is.
    package var cluster: String?
    /// The mode of everything that is rendered; `nil` keeps what the bundle says policy by policy.
    package var mode: DeployPolicy.Mode?
    /// Namespaces that are left out, by name: `mc`'s own, which a policy of its own guards, and the control plane's.
    package var exempt: [String]

    package static let defaultExempt = ["kube-system", "mc-system"]

    package init(
        cluster: String? = nil, mode: DeployPolicy.Mode? = nil, exempt: [String] = Self.defaultExempt
    ) {
        self.cluster = cluster
        self.mode = mode
        self.exempt = exempt
    }
}
