internal import Core
internal import Policy
package import PrometheusMetrics

extension ServerMetrics {
    /// What the server tells while it works, counted.
    package var events: ServerEvents {
        let decide = admissionDecision.with("decide")
        let total = admissionDecision.with("total")
        var events = ServerEvents()
        events.decided = { _, time in decide.record(time) }
        events.answered = { decision, time in
            total.record(time)
            count(decision)
        }
        events.malformed = { httpRejected.with("malformed").increment() }
        events.unlogged = { _ in logAppendFailures.increment() }
        events.rejected = { httpRejected.with($0).increment() }
        events.reloaded = { source, problem in
            policyReload.with(source, problem == nil ? "good" : "refused").increment()
        }
        events.differed = { shadowDifferences.with($0).increment() }
        return events
    }

    private func count(_ decision: Decision) {
        admissionRequests.with(
            decision.operation.rawValue, decision.object.kind, decision.outcome.rawValue,
            decision.enforcedResult.rawValue, decision.mode.rawValue
        ).increment()
        for waiver in decision.waiversUsed { waiversUsed.with(waiver.rule.rawValue).increment() }
        guard decision.outcome != .allow else { return }
        for rule in Set(decision.blocking.map(\.finding.rule.rawValue)) {
            if rule == "waiver-expired" { waiversExpiredDenials.increment() }
            admissionDenied.with(decision.namespace, rule).increment()
        }
    }
}
