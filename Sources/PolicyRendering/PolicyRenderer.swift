internal import Core
package import Policy
internal import YAML

/// Writes a bundle in the words of another admission engine.
package enum PolicyRenderer {
    /// Renders a bundle.
    ///
    /// The same bundle and options give the same bytes.
    ///
    /// - Throws: ``RenderError`` when the cluster is not known, or the target would read something differently.
    package static func render(
        _ bundle: PolicyBundle, for target: PolicyTarget, options: RenderOptions = RenderOptions()
    ) throws(RenderError) -> Rendering {
        let plan = try RenderPlan(bundle, options)
        var files: [Rendering.File] = []
        switch target {
        case .validatingAdmissionPolicy:
            files.append(
                Rendering.File(name: Rendering.main, documents: try AdmissionPolicyTarget(plan).documents()))
        case .kyverno:
            let policies = ImageValidatingPolicyTarget(plan)
            if let policy = try ClusterPolicyTarget(plan).document() {
                files.append(Rendering.File(name: Rendering.main, documents: [policy]))
            }
            files.append(
                Rendering.File(
                    name: "abac-verify-requests.yaml",
                    documents: try AdmissionPolicyTarget(plan, qualified: true).documents()))
            let twin = try policies.documents()
            if !twin.isEmpty {
                let exception = policies.exception().map { [$0] } ?? []
                files.append(
                    Rendering.File(name: "abac-verify-images.yaml", documents: twin + exception, isAlternative: true))
            }
        case .gatekeeper:
            let gatekeeper = GatekeeperTarget(plan)
            files.append(Rendering.File(name: Rendering.main, documents: [gatekeeper.template]))
            files.append(
                Rendering.File(name: "abac-verify-constraints.yaml", documents: try gatekeeper.constraints()))
        }
        return Rendering(files: files, coverage: Coverage(target, plan))
    }
}
