package import CoreMetrics
package import Policy
internal import Synchronization

/// What admission counts, under the names of `docs/reference/metrics.md`.
package final class AdmissionMetrics: Sendable {
    private struct RequestKey: Hashable {
        let operation: String
        let kind: String
        let decision: String
        let enforced: String
        let mode: String
    }

    private struct DenialKey: Hashable {
        let namespace: String
        let rule: String
    }

    private struct Handles {
        var requests: [RequestKey: Counter] = [:]
        var denials: [DenialKey: Counter] = [:]
    }

    /// Handles kept for reuse; beyond it they are made each time, and the backend caps what it keeps.
    private static let maximumHandles = 4_096

    private let factory: any MetricsFactory
    private let decide: Timer
    private let total: Timer
    private let appendFailures: Counter
    private let coalesced: Counter
    private let expired: Counter
    private let handles = Mutex(Handles())

    package init(factory: any MetricsFactory) {
        self.factory = factory
        decide = Timer(label: "mc_admission_decision_seconds", dimensions: [("phase", "decide")], factory: factory)
        total = Timer(label: "mc_admission_decision_seconds", dimensions: [("phase", "total")], factory: factory)
        appendFailures = Counter(label: "mc_log_append_failures_total", dimensions: [], factory: factory)
        coalesced = Counter(label: "mc_log_coalesced_total", dimensions: [], factory: factory)
        expired = Counter(label: "mc_waivers_expired_denials_total", dimensions: [], factory: factory)
    }

    /// What the server tells while it works, counted.
    package var events: ServerEvents {
        var events = ServerEvents()
        events.decided = { [decide] _, time in decide.recordNanoseconds(time.nanoseconds) }
        events.answered = { [self] decision, time in answered(decision, time) }
        events.malformed = { [self] in count("mc_http_rejected_total", ("reason", "malformed")) }
        events.unlogged = { [appendFailures] _ in appendFailures.increment() }
        events.rejected = { [self] in count("mc_http_rejected_total", ("reason", $0)) }
        events.reloaded = { [self] source, problem in reloaded(source, problem) }
        events.differed = { [self] in count("mc_shadow_differences_total", ("change", $0)) }
        return events
    }

    /// A repeat of a denial was counted and not logged.
    package func repeated() { coalesced.increment() }

    private func answered(_ decision: Decision, _ time: Duration) {
        total.recordNanoseconds(time.nanoseconds)
        let key = RequestKey(
            operation: decision.operation.rawValue, kind: decision.object.kind, decision: decision.outcome.rawValue,
            enforced: decision.enforcedResult.rawValue, mode: decision.mode.rawValue)
        handles.withLock { handles in
            if let known = handles.requests[key] { return known }
            let counter = Counter(
                label: "mc_admission_requests_total",
                dimensions: [
                    ("operation", key.operation), ("kind", key.kind), ("decision", key.decision),
                    ("enforced", key.enforced), ("mode", key.mode),
                ], factory: factory)
            if handles.requests.count < Self.maximumHandles { handles.requests[key] = counter }
            return counter
        }.increment()
        for waiver in decision.waiversUsed {
            count("mc_waivers_used_total", ("rule", waiver.rule.rawValue))
        }
        guard decision.outcome != .allow else { return }
        for rule in Set(decision.blocking.map(\.finding.rule.rawValue)) {
            if rule == "waiver-expired" { expired.increment() }
            denied(DenialKey(namespace: decision.namespace, rule: rule))
        }
    }

    private func denied(_ key: DenialKey) {
        handles.withLock { handles in
            if let known = handles.denials[key] { return known }
            let counter = Counter(
                label: "mc_admission_denied_abac_total",
                dimensions: [("namespace", key.namespace), ("rule", key.rule)], factory: factory)
            if handles.denials.count < Self.maximumHandles { handles.denials[key] = counter }
            return counter
        }.increment()
    }

    private func reloaded(_ source: String, _ problem: String?) {
        Counter(
            label: "mc_policy_reload_total",
            dimensions: [("source", source), ("result", problem == nil ? "good" : "kept-last")], factory: factory
        ).increment()
    }

    private func count(_ label: String, _ dimension: (String, String)) {
        Counter(label: label, dimensions: [dimension], factory: factory).increment()
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + attoseconds / 1_000_000_000
    }
}
