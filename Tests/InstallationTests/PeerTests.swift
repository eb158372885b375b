import Core
import Foundation
import Installation
import TestSupport
import Testing

/// What Kubernetes' own schemas and CEL say of the manifests.
@Suite("Manifests by their schemas", .enabled(if: Judge.python != nil, "\(Judge.missing)"))
struct SchemaTests {
    /// Prints a line for each object that does not follow its schema, and how many were checked.
    private static let validate = """
        import sys, yaml, kubernetes_validate as kv
        foreign = ("cert-manager.io/",)
        checked = 0
        for path in sys.argv[2:]:
            for document in yaml.safe_load_all(open(path)):
                if document["apiVersion"].startswith(foreign):
                    continue
                checked += 1
                try:
                    kv.validate(document, sys.argv[1], strict=True)
                except kv.ValidationError as error:
                    print(document["kind"], document["metadata"]["name"], error.message[:300].replace("\\n", " "))
        print("checked", checked)
        """

    @Test(arguments: ["1.31", "1.34", "1.37"], [false, true])
    func builtInKindsFollowTheirSchemas(version: String, everything: Bool) async throws {
        let folder = try TemporaryFolder()
        let installation = try Samples.installation(everything: everything)
        let output = try await Judge.python(Self.validate, [version, folder.write("all.yaml", installation.yaml())])
        #expect(output == "checked \(try installation.objects().count)\n")
    }

    @Test(arguments: [("replicas: 2", "replicas: two"), ("failurePolicy:", "failurePolice:"), ("minReadySeconds", "x")])
    func otherKindsAreSeen(text: String, other: String) async throws {
        let folder = try TemporaryFolder()
        let yaml = try Samples.installation().yaml()
        #expect(yaml.contains(text))
        let output = try await Judge.python(
            Self.validate, ["1.37", folder.write("all.yaml", yaml.replacing(text, with: other))])
        #expect(output.split(separator: "\n").count > 1)
    }

    /// Evaluates the validations of a policy for an object, as the API server does: variables first, in their order.
    private static let evaluate = """
        import json, sys, yaml, cel
        policies = {d["metadata"]["name"]: d["spec"] for d in yaml.safe_load_all(open(sys.argv[1]))
                    if d["kind"] == "ValidatingAdmissionPolicy"}
        for name, value in json.load(open(sys.argv[2])):
            spec, variables = policies[name], {}
            for variable in spec.get("variables", []):
                variables[variable["name"]] = cel.evaluate(variable["expression"], {"object": value, "variables": variables})
            answer = "allow"
            for check in spec["validations"]:
                context = {"object": value, "variables": variables}
                if cel.evaluate(check["expression"], context) is not True:
                    answer = check.get("message") or cel.evaluate(check["messageExpression"], context)
                    break
            print(answer)
        """

    private static let good = JSONValue.object(JSONObject([.init(key: "image", value: .string(Samples.image))]))
    private static let bad: JSONValue = ["name": "shell", "image": "busybox"]

    @Test(
        arguments: [
            (["containers": [good]], "allow"), (["containers": [good], "serviceAccountName": "mc-webhook"], "allow"),
            (["containers": [good], "initContainers": [good], "ephemeralContainers": [good]], "allow"),
            (["containers": [["image": .string("mirror.example.com/mc@\(Samples.digest)")]]], "allow"),
            (["containers": [["image": .string("registry.example.com/platform/mc@\(Samples.older)")]]], "allow"),
            (["containers": [bad]], "busybox is not it"), (["containers": [good, bad]], "busybox is not it"),
            (["containers": [good], "initContainers": [bad]], "busybox is not it"),
            (["containers": [good], "ephemeralContainers": [bad]], "busybox is not it"),
            (["containers": [["name": "none"]]], " is not it"),
            (["containers": [["image": .string("x@\(Samples.digest):latest")]]], "is not it"),
            (["containers": [["image": .string("x:\(Samples.digest.dropFirst(7))")]]], "is not it"),
            (["containers": [good], "serviceAccountName": "cluster-admin"], "run as mc-webhook"),
        ] as [(JSONValue, String)])
    func onlyItsOwnDigestsRunInItsNamespace(spec: JSONValue, answer: String) async throws {
        #expect(try await Self.answer("mc-own-images", ["spec": spec]).contains(answer))
    }

    @Test func nobodyGetsIntoItsPods() async throws {
        #expect(try await Self.answer("mc-own-entrance", ["command": ["sh"]]).contains("nobody gets into"))
    }

    private static func answer(_ policy: String, _ object: JSONValue) async throws -> String {
        let folder = try TemporaryFolder()
        let cases: JSONValue = [[.string(policy), object]]
        return try await Judge.python(
            evaluate,
            [
                folder.write("all.yaml", Samples.installation(everything: true).yaml()),
                folder.write("cases.json", cases.canonical),
            ])
    }
}

/// What Prometheus says of the alert rules.
@Suite("Alerts by promtool", .enabled(if: PrometheusServer.isInstalled, "\(PrometheusServer.missing)"))
struct AlertTests {
    private static func rules() throws -> String {
        try #require(try Samples.installation().kustomize()["alerts/mc.rules.yaml"])
    }

    @Test func promtoolHasNothingAgainstTheRules() async throws {
        let folder = try TemporaryFolder()
        let run = try await TestProgram.run(
            try #require(PrometheusServer.promtool), ["check", "rules", folder.write("mc.rules.yaml", Self.rules())])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("SUCCESS: 21 rules found"), "\(run.output)")
    }

    @Test func promtoolComplainsOfOthers() async throws {
        let folder = try TemporaryFolder()
        let broken = try Self.rules().replacing("histogram_quantile(", with: "histogram_quantil(")
        let run = try await TestProgram.run(
            try #require(PrometheusServer.promtool), ["check", "rules", folder.write("mc.rules.yaml", broken)])
        #expect(run.status != 0)
    }

    struct Scenario: Sendable, CustomTestStringConvertible {
        let alert: String
        /// Series with their values, a minute apart, in promtool's notation; the second fires.
        let quiet: [(String, String)]
        let firing: [(String, String)]
        var testDescription: String { alert }
    }

    private static let enforced = "mc_admission_requests_total{mode=\"Enforce\",decision="
    /// 1767225600 is 2026-01-01; promtool's time begins at 0.
    private static let scenarios = [
        Scenario(
            alert: "McWebhookDown", quiet: [("mc_policy_last_good_age_seconds{instance=\"a\"}", "1x60")],
            firing: [("up", "0x60")]),
        Scenario(
            alert: "McReplicaMissing",
            quiet: [
                ("mc_policy_last_good_age_seconds{instance=\"a\"}", "1x60"),
                ("mc_policy_last_good_age_seconds{instance=\"b\"}", "1x60"),
            ], firing: [("mc_policy_last_good_age_seconds{instance=\"a\"}", "1x60")]),
        Scenario(
            alert: "McDeniedRatioHigh",
            quiet: [(enforced + "\"allow\"}", "0+96x60"), (enforced + "\"deny\"}", "0+4x60")],
            firing: [(enforced + "\"allow\"}", "0+94x60"), (enforced + "\"deny\"}", "0+6x60")]),
        Scenario(
            alert: "McIndeterminateRatioHigh",
            quiet: [(enforced + "\"allow\"}", "0+995x60"), (enforced + "\"indeterminate\"}", "0+5x60")],
            firing: [(enforced + "\"allow\"}", "0+98x60"), (enforced + "\"indeterminate\"}", "0+2x60")]),
        Scenario(
            alert: "McDecisionsSlow",
            quiet: [
                ("mc_admission_decision_seconds_bucket{phase=\"total\",le=\"0.5\"}", "0+100x60"),
                ("mc_admission_decision_seconds_bucket{phase=\"total\",le=\"+Inf\"}", "0+100x60"),
            ],
            firing: [
                ("mc_admission_decision_seconds_bucket{phase=\"total\",le=\"0.5\"}", "0+90x60"),
                ("mc_admission_decision_seconds_bucket{phase=\"total\",le=\"2.5\"}", "0+100x60"),
                ("mc_admission_decision_seconds_bucket{phase=\"total\",le=\"+Inf\"}", "0+100x60"),
            ]),
        Scenario(
            alert: "McLogAppendFails", quiet: [("mc_log_append_failures_total", "5x60")],
            firing: [("mc_log_append_failures_total", "0+1x60")]),
        Scenario(
            alert: "McLogDiskFilling", quiet: [("mc_log_bytes", "79x60"), ("mc_log_maximum_bytes", "100x60")],
            firing: [("mc_log_bytes", "81x60"), ("mc_log_maximum_bytes", "100x60")]),
        Scenario(
            alert: "McLogCheckpointOld",
            quiet: [("mc_log_checkpoint_age_seconds", "890x60")],
            firing: [("mc_log_checkpoint_age_seconds", "910x60")]),
        Scenario(
            alert: "McPolicyBundleExpiring",
            quiet: [("mc_policy_bundle_expires_timestamp_seconds", "\(7 * 86400 + 7200)x60")],
            firing: [("mc_policy_bundle_expires_timestamp_seconds", "\(7 * 86400 - 7200)x60")]),
        Scenario(
            alert: "McCertificateExpiring",
            quiet: [("mc_tls_certificate_expires_timestamp_seconds{listener=\"webhook\"}", "\(14 * 86400 + 7200)x60")],
            firing: [("mc_tls_certificate_expires_timestamp_seconds{listener=\"webhook\"}", "\(14 * 86400 - 7200)x60")]),
        Scenario(
            alert: "McPolicyReloadFails",
            quiet: [
                ("mc_policy_reload_total{result=\"refused\"}", "1x60"), ("mc_policy_last_good_age_seconds", "9x60"),
            ],
            firing: [("mc_policy_reload_total{result=\"refused\"}", "0+1x60")]),
        Scenario(
            alert: "McNamespaceWatchStale", quiet: [("mc_namespace_watch_stale", "0x60")],
            firing: [("mc_namespace_watch_stale", "1x60")]),
        Scenario(
            alert: "McShadowDifferences", quiet: [("mc_shadow_differences_total{change=\"x\"}", "3x60")],
            firing: [("mc_shadow_differences_total{change=\"x\"}", "0+1x60")]),
    ]

    /// Both sides of a threshold, evaluated by Prometheus' own engine after half an hour.
    @Test(arguments: scenarios)
    func alertsFireWhenTheyShouldAndElseNot(scenario: Scenario) async throws {
        #expect(try await Self.fires(scenario.alert, scenario.firing))
        #expect(try await !Self.fires(scenario.alert, scenario.quiet))
    }

    private static func fires(_ alert: String, _ series: [(String, String)]) async throws -> Bool {
        let folder = try TemporaryFolder()
        var lines = [
            "rule_files: [\(try folder.write("mc.rules.yaml", rules()))]", "evaluation_interval: 1m", "tests:",
            "  - interval: 1m", "    input_series:",
        ]
        for (name, values) in series { lines += ["      - series: '\(name)'", "        values: '\(values)'"] }
        // Whether it fires is asked by ALERTS, the series that Prometheus keeps of them.
        lines += [
            "    promql_expr_test:", "      - expr: count(ALERTS{alertname=\"\(alert)\",alertstate=\"firing\"}) > 0",
            "        eval_time: 30m", "        exp_samples: [{labels: '{}', value: 1}]",
        ]
        let test = try folder.write("test.yaml", lines.joined(separator: "\n") + "\n")
        let run = try await TestProgram.run(try #require(PrometheusServer.promtool), ["test", "rules", test])
        #expect(run.output.contains("SUCCESS") || run.output.contains("got: nil"), "\(run.output)")
        return run.status == 0
    }
}
