import Core
import Policy
import Testing

@testable import PolicyRendering

/// The report names every rule, and what is not said is said to be open.
@Suite struct CoverageTests {
    private static func coverage(
        _ target: PolicyTarget, _ bundle: PolicyBundle, cluster: String? = nil, mode: DeployPolicy.Mode? = nil
    ) throws -> Coverage {
        try PolicyRenderer.render(bundle, for: target, options: RenderOptions(cluster: cluster, mode: mode)).coverage
    }

    @Test(arguments: PolicyTarget.allCases) func everyRuleHasARow(_ target: PolicyTarget) throws {
        let coverage = try Self.coverage(target, Bundles.example(), cluster: "prod-eu")
        let names = coverage.rows.filter(\.isRule).map(\.name)
        #expect(
            Set(names) == Set(PolicyRules.all.map(\.id.rawValue)).union(["signature-invalid", "identity-mismatch"]))
        #expect(names.count == Set(names).count)
        for row in coverage.rows {
            #expect(!row.status.how.isEmpty, "\(row.name)")
            if case .expressed = row.status { continue }
            #expect(!row.status.open.isEmpty, "\(row.name)")
        }
    }

    /// Evidence cannot be judged without reading it; whoever says otherwise would be believed.
    @Test(arguments: [PolicyTarget.validatingAdmissionPolicy, .gatekeeper])
    func evidenceIsNotSaidToBeJudged(_ target: PolicyTarget) throws {
        let coverage = try Self.coverage(target, Bundles.example(), cluster: "prod-eu")
        let request: Set<String> = [
            "environment-unknown", "environment-mismatch", "requester-mismatch", "owner-mismatch", "no-policy-matches",
            "repository-unbound", "kind-unknown", "interactive-denied", "bundle-expired", "cluster-unknown",
            "image-reference-invalid", "image-digest-missing", "waiver-expired", "waiver-inactive",
        ]
        for row in coverage.rows where row.isRule && !request.contains(row.name) {
            #expect(row.status.name == "not", "\(row.name)")
        }
    }

    @Test func whatABundleDoesNotDemandIsNotAGap() throws {
        let example = try Self.coverage(.kyverno, Bundles.example(), cluster: "prod-eu")
        let court = try Self.coverage(.kyverno, Bundles.court())
        func isDemanded(_ coverage: Coverage, _ name: String) -> Bool? {
            coverage.rows.first { $0.name == name }?.isDemanded
        }
        for rule in ["provenance-missing", "gate-missing", "hermetic-required", "bundle-version-mismatch"] {
            #expect(isDemanded(example, rule) == true && isDemanded(court, rule) == false, "\(rule)")
        }
        #expect(isDemanded(example, "promotion-missing") == false)
    }

    @Test(arguments: PolicyTarget.allCases) func anAuditThatRefusesNothingSaysSo(_ target: PolicyTarget) throws {
        let coverage = try Self.coverage(target, Bundles.court(), mode: .audit)
        #expect(coverage.gaps.contains { $0.name == "mode Enforce" })
        #expect(try !Self.coverage(target, Bundles.court()).gaps.contains { $0.name == "mode Enforce" })
    }

    @Test func aRangeThatIsNotSaidIsAGap() throws {
        let range = try Bundles.folder("examples/policy")
        var policies = range.policies
        let index = try #require(policies.firstIndex { $0.requirements.deliveryClaims != nil })
        policies[index].requirements.deliveryClaims?.bundleVersion = VersionRange(">= v28.0, < v29.0")
        let bundle = PolicyBundle(
            manifest: range.manifest, digest: range.digest, origin: range.origin, policies: policies,
            environments: range.environments, clusters: range.clusters, trustRoots: range.trustRoots)
        let coverage = try Self.coverage(.kyverno, bundle, cluster: "prod-eu")
        let row = try #require(coverage.gaps.first { $0.name == "bundle-version-mismatch" })
        #expect(row.status.open.contains(">= v28.0, < v29.0"))
    }

    @Test func thePageAndTheDocumentSayTheSame() throws {
        let coverage = try Self.coverage(.gatekeeper, Bundles.example(), cluster: "prod-eu")
        let rows = try #require(coverage.json["rows"]?.array)
        #expect(rows.count == coverage.rows.count)
        for row in coverage.rows { #expect(coverage.markdown.contains(row.isRule ? "`\(row.name)`" : row.name)) }
    }
}
