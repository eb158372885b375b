import Core
import Foundation
import Policy
import PolicyRendering
import TestSupport
import Testing

/// What is rendered fits the schemas of its kinds: Kubernetes' own by kubernetes-validate, the others by their resource
/// definitions with unknown fields refused; every expression parses and calls only functions that are there.
@Suite(.enabled(if: Judge.isThere && SharedData.isPresent, "\(Judge.missing); or \(SharedData.missing)"))
struct SchemaTests {
    @Test(arguments: PolicyTarget.allCases, [nil, DeployPolicy.Mode.audit, .enforce])
    func everyTargetFitsItsSchemas(_ target: PolicyTarget, _ mode: DeployPolicy.Mode?) async throws {
        let bundles = [
            (try Bundles.example(), "prod-eu"), (try Bundles.example(), "staging-eu"),
            (try Bundles.recorded(), "recorded"), (try Bundles.court(), "court"),
        ]
        for (bundle, cluster) in bundles {
            let rendering = try PolicyRenderer.render(
                bundle, for: target, options: RenderOptions(cluster: cluster, mode: mode))
            let complaints = try await Judge.complaints(rendering.files.map { ($0.name, $0.text) })
            #expect(complaints == [], "\(cluster)")
        }
    }

    @Test(arguments: [
        (PolicyTarget.kyverno, "  background: false", "  background: false\n  unknown: 1"),
        (.kyverno, "failureAction: Enforce", "failureAction: enforced"),
        (.kyverno, "subjectRegExp:", "subjectRegexp:"),
        (.kyverno, "policies.kyverno.io/v1\n", "policies.kyverno.io/v9\n"),
        (.kyverno, "verifyImageSignatures(", "verifySignatures("),
        (.validatingAdmissionPolicy, "validationActions:", "actions:"),
        (.validatingAdmissionPolicy, "policyName:", "policy:"),
        (.validatingAdmissionPolicy, "size(variables.pods) > 0", "size(variables.pods) > "),
        (.validatingAdmissionPolicy, ".startsWith(", ".beginsWith("),
        (.gatekeeper, "enforcementAction: deny", "enforcementAction: refuse"),
        (.gatekeeper, "digest: true", "digest: \"yes\""), (.gatekeeper, "checks:", "check:"),
        (.gatekeeper, "is_audit if ", "is_audit when "),
    ])
    func whatDoesNotFitIsSeen(_ target: PolicyTarget, _ part: String, _ wrong: String) async throws {
        let rendering = try PolicyRenderer.render(
            try Bundles.example(), for: target, options: RenderOptions(cluster: "prod-eu"))
        let files = rendering.files.map { ($0.name, $0.text.replacingOccurrences(of: part, with: wrong)) }
        #expect(files.map(\.1) != rendering.files.map(\.text))
        #expect(try await !Judge.complaints(files).isEmpty)
    }
}
