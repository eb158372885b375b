import Core
import Testing

@testable import Policy

@Suite struct EnvironmentRuleTests {
    static let cases: [RuleCase] = [
        .holds(EnvironmentRules.unknown, "one map names the namespace"),
        .holds(EnvironmentRules.unknown, "two maps agree") { scene in
            scene.environments.append(
                EnvironmentMap(
                    name: "again",
                    entries: [
                        .init(
                            clusters: ["prod-1"], namespaces: [try Glob("pay*ts")], environment: "prod",
                            tenant: "team-a")
                    ]))
        },
        .breaks(
            EnvironmentRules.unknown, "no map names the namespace",
            observed: "namespace shared-1 of cluster prod-1 is not mapped", expected: "one environment"
        ) { $0.facts.namespace = "shared-1" },
        .breaks(
            EnvironmentRules.unknown, "the map is of another cluster",
            observed: "namespace payments of cluster prod-2 is not mapped", expected: "one environment",
            others: [CoverageRules.clusterUnknown.id]
        ) { $0.facts.cluster = "prod-2" },
        .breaks(
            EnvironmentRules.unknown, "two maps disagree",
            observed: "namespace payments is prod (tenant team-a) and staging", expected: "one environment"
        ) { scene in
            scene.environments.append(
                EnvironmentMap(
                    name: "other",
                    entries: [.init(clusters: ["prod-1"], namespaces: [try Glob("*")], environment: "staging")]))
        },
        .breaks(
            EnvironmentRules.unknown, "two tenants claim the namespace",
            observed: "namespace payments is prod (tenant team-a) and prod (tenant team-b)",
            expected: "one environment"
        ) { scene in
            scene.environments[0].entries.append(
                .init(clusters: ["prod-1"], namespaces: [try Glob("payments")], environment: "prod", tenant: "team-b"))
        },
        .holds(EnvironmentRules.mismatch, "the label is the environment"),
        .holds(EnvironmentRules.mismatch, "there is no label") { $0.facts.environmentLabels = [] },
        .breaks(
            EnvironmentRules.mismatch, "the label is another environment", observed: "label mc.env is \"staging\"",
            expected: "prod, the environment of namespace payments"
        ) { $0.facts.environmentLabels = ["staging"] },
        .breaks(
            EnvironmentRules.mismatch, "one of several labels is another", observed: "label mc.env is \"staging\"",
            expected: "prod, the environment of namespace payments"
        ) { $0.facts.environmentLabels = ["prod", "staging"] },
        .breaks(
            EnvironmentRules.mismatch, "the label only looks like the environment",
            observed: "label mc.env is \"PROD\""
        ) { $0.facts.environmentLabels = ["PROD"] },
        .breaks(EnvironmentRules.mismatch, "the label is empty", observed: "label mc.env is \"\"") {
            $0.facts.environmentLabels = [""]
        },
    ]

    @Test(arguments: cases) func environment(_ example: RuleCase) throws { try example.check() }
}
