package import Policy

/// What enforces in a namespace whatever its label says: the bundle itself.
package struct Enforcement: Sendable, Hashable {
    /// The version of the bundle, from which to go back.
    package let version: String
    /// The policies for the namespace that say `mode: Enforce`, by name.
    package let policies: [String]
    /// Whether that is all there is, so that the label makes no difference.
    package let isWhole: Bool

    package init(in namespace: String, by bundle: PolicyBundle) {
        let covering = bundle.policies.filter { $0.covers(namespace: namespace) }
        version = "\(bundle.manifest.version)"
        policies = covering.filter { $0.mode == .enforce }.map(\.name).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        isWhole = covering.isEmpty ? bundle.manifest.defaultMode == .enforce : policies.count == covering.count
    }
}
