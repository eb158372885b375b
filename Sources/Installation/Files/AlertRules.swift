internal import Core
internal import YAML

/// Prometheus rules on mc's metrics; those labelled `rollback: "true"` say when to go back to Audit.
struct AlertRules {
    let options: InstallOptions

    struct Alert: Sendable {
        let name: String
        let expression: String
        /// How long it must hold.
        let hold: String
        let severity: String
        var isRollback = false
        let summary: String
        var runbook = "webhook-down.md"
    }

    var text: String {
        YAMLWriter.text(
            ["groups": .array(groups.map { ["name": .string($0.0), "rules": .array($0.1.map(Self.rule))] })],
            heading: "Prometheus rules; every expression reads metrics of docs/reference/metrics.md.")
    }

    private static func rule(_ alert: Alert) -> JSONValue {
        var labels = [("severity", alert.severity)]
        if alert.isRollback { labels.append(("rollback", "true")) }
        return [
            "alert": .string(alert.name), "expr": .string(alert.expression), "for": .string(alert.hold),
            "labels": .texts(labels),
            "annotations": .texts([("summary", alert.summary), ("runbook", "docs/runbooks/\(alert.runbook)")]),
        ]
    }

    private var groups: [(String, [Alert])] {
        [
            ("mc-availability", availability), ("mc-decisions", Self.decisions), ("mc-log", Self.log),
            ("mc-policy", Self.policy),
        ]
    }

    private var availability: [Alert] {
        [
            Alert(
                name: "McWebhookDown", expression: "absent(mc_policy_last_good_age_seconds)", hold: "2m",
                severity: "critical", isRollback: true,
                summary: "No replica of mc is scraped: deploys are refused until one answers."),
            Alert(
                name: "McReplicaMissing",
                expression: "count(mc_policy_last_good_age_seconds) < \(options.replicas)", hold: "10m",
                severity: "warning", summary: "Fewer than \(options.replicas) replicas of mc are scraped."),
            Alert(
                name: "McWebhookCallsFail",
                expression: "sum(rate(apiserver_admission_webhook_rejection_count{name=~\".+[.]mc[.]internal\","
                    + "error_type=~\"calling_webhook_error|apiserver_internal_error\"}[5m])) > 0", hold: "2m",
                severity: "critical", isRollback: true,
                summary: "The API server cannot reach or does not trust mc; what it asks is refused."),
            Alert(
                name: "McCertificateExpiring",
                expression: "min by (listener) (mc_tls_certificate_expires_timestamp_seconds) - time() < 14 * 86400",
                hold: "15m", severity: "warning",
                summary: "The certificate of {{ $labels.listener }} ends within 14 days and was not renewed."),
            Alert(
                name: "McCertificateEnds",
                expression: "min by (listener) (mc_tls_certificate_expires_timestamp_seconds) - time() < 2 * 86400",
                hold: "5m", severity: "critical",
                summary: "The certificate of {{ $labels.listener }} ends within two days; then every deploy is refused."
            ),
            Alert(
                name: "McMemoryHigh",
                expression: "max by (pod, instance) (process_resident_memory_bytes and on (instance) mc_log_entries) "
                    + "> 480 * 1024 * 1024", hold: "5m", severity: "warning",
                summary: "mc is close to its memory limit of 512 MiB."),
        ]
    }

    private static let enforced = "mc_admission_requests_total{mode=\"Enforce\"}"

    private static let decisions = [
        Alert(
            name: "McDeniedRatioHigh",
            expression: "sum(rate(mc_admission_requests_total{mode=\"Enforce\",decision=\"deny\"}[10m])) / "
                + "sum(rate(\(enforced)[10m])) > 0.05 and sum(increase(\(enforced)[10m])) > 20", hold: "5m",
            severity: "critical", isRollback: true,
            summary: "Over 5 % of requests in Enforce are denied: a rule or a pipeline is broken.",
            runbook: "admission-denied.md"),
        Alert(
            name: "McIndeterminateRatioHigh",
            expression: "sum(rate(mc_admission_requests_total{decision=\"indeterminate\"}[10m])) / "
                + "sum(rate(mc_admission_requests_total[10m])) > 0.01 and "
                + "sum(increase(mc_admission_requests_total[10m])) > 20", hold: "5m", severity: "critical",
            isRollback: true,
            summary: "Over 1 % of requests could not be decided: a registry, the log or the policy is not available.",
            runbook: "admission-denied.md"),
        Alert(
            name: "McDecisionsSlow",
            expression: "histogram_quantile(0.99, sum by (le) "
                + "(rate(mc_admission_decision_seconds_bucket{phase=\"total\"}[5m]))) > 1", hold: "10m",
            severity: "warning", isRollback: true,
            summary: "One decision in a hundred takes over a second; the API server gives up after ten."),
        Alert(
            name: "McExpiredWaiverDenies", expression: "increase(mc_waivers_expired_denials_total[15m]) > 0",
            hold: "0s",
            severity: "info", summary: "A waiver ended while somebody still relies on it.",
            runbook: "waiver-refused.md"),
        Alert(
            name: "McNamespaceWatchStale", expression: "max(mc_namespace_watch_stale) > 0", hold: "5m",
            severity: "warning", summary: "The watch of namespaces is stale: all of them count as Enforce."),
        Alert(
            name: "McRequestsRejected", expression: "sum by (reason) (rate(mc_http_rejected_total[5m])) > 1",
            hold: "10m", severity: "warning",
            summary: "mc turns HTTP requests away before a decision: {{ $labels.reason }}."),
    ]

    private static let log = [
        Alert(
            name: "McLogAppendFails", expression: "increase(mc_log_append_failures_total[5m]) > 0", hold: "0s",
            severity: "critical", isRollback: true,
            summary: "A decision could not be recorded; it was given as indeterminate."),
        Alert(
            name: "McLogDiskFilling",
            expression: "mc_log_bytes / mc_log_maximum_bytes > 0.8 or "
                + "predict_linear(mc_log_bytes[6h], 4 * 86400) > mc_log_maximum_bytes", hold: "30m",
            severity: "warning", summary: "The log's volume is at 80 %, or will be full within four days."),
        Alert(
            name: "McLogCheckpointOld",
            expression: "max(mc_log_checkpoint_age_seconds) > 900", hold: "5m", severity: "warning",
            summary: "Entries of the log have waited a quarter of an hour for a checkpoint."),
        Alert(
            name: "McRecorderBehind", expression: "max(mc_recorder_lag_entries) > 1000", hold: "15m",
            severity: "warning", summary: "Events and reports in the cluster lag behind the log."),
    ]

    private static let policy = [
        Alert(
            name: "McPolicyBundleExpiring",
            expression: "min(mc_policy_bundle_expires_timestamp_seconds) - time() < 7 * 86400", hold: "15m",
            severity: "warning", summary: "The policy bundle in force ends within 7 days; sign a new version."),
        Alert(
            name: "McPolicyReloadFails",
            expression: "increase(mc_policy_reload_total{result=\"refused\"}[15m]) > 0 or "
                + "mc_policy_last_good_age_seconds > 3600", hold: "5m", severity: "critical", isRollback: true,
            summary: "A changed bundle, waivers or trust root was refused; the last good one is in force."),
        Alert(
            name: "McReplicasDisagree",
            expression: "count(count by (digest) (mc_policy_bundle_info)) > 1", hold: "15m", severity: "critical",
            isRollback: true, summary: "Replicas have decided by different bundles for a quarter of an hour."),
        Alert(
            name: "McShadowDifferences",
            expression: "sum by (change) (increase(mc_shadow_differences_total[1h])) > 0", hold: "0s",
            severity: "info", summary: "The next bundle would decide otherwise: {{ $labels.change }}."),
        Alert(
            name: "McMetricsRefused", expression: "sum by (metric) (increase(mc_metrics_refused_total[1h])) > 0",
            hold: "0s", severity: "info", summary: "{{ $labels.metric }} has more label values than are kept apart."),
    ]
}
