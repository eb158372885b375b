import Cluster
import Core
import Kubernetes
import Policy

/// What a scan found.
struct ScanResult {
    /// What became of a pod.
    enum Verdict: String {
        case allow, deny, indeterminate
        /// In a namespace that the webhook is not asked about.
        case exempt
    }

    struct Pod {
        let pod: RunningPod
        let verdict: Verdict
        /// `nil` when it could not be decided.
        let decision: Decision?
        /// Why it could not be decided.
        let problem: String?
        /// What the log has of the pod itself; `nil` also without a log.
        let entry: ScanLog.Entry?

        var name: String { "\(pod.namespace)/\(pod.name)" }
        /// Whether it runs although it was refused.
        var ranAnyway: Bool { entry?.enforcedResult == "deny" }
    }

    let at: Instant
    let cluster: String
    let pods: [Pod]
    /// Pods that cannot be read, and why.
    let unreadable: [(name: String, problem: String)]
    /// `nil` when there was no configuration to look at.
    let alarms: [WebhookAlarm]?
    let log: ScanLog?

    var violations: [Pod] { pods.filter { $0.verdict == .deny || ($0.verdict != .exempt && $0.ranAnyway) } }
    var undecided: [Pod] { pods.filter { $0.verdict == .indeterminate } }
    /// Pods that the webhook should have been asked about, and that the log has no decision of.
    var unrecorded: [Pod] { log == nil ? [] : pods.filter { $0.verdict != .exempt && $0.entry == nil } }

    /// Whether all that the log has of a pod was asked by somebody who did not prove to be the API server.
    func isUnproven(_ pod: Pod) -> Bool { pod.entry.map { log?.trusts($0) == false } ?? false }
    /// Such pods: the decision may be anybody's, and need not be on what runs.
    var unproven: [Pod] { pods.filter { $0.verdict != .exempt && isUnproven($0) } }

    /// Decisions of callers that did not prove to be the API server, and no such Pod runs.
    var unreconciled: [ScanLog.Entry] {
        let running = Set(pods.map { Array($0.pod.uid.utf8) })
        return (log?.unauthenticated ?? []).filter { entry in
            entry.uid.map { !running.contains(Array($0.utf8)) } ?? true
        }
    }

    /// How many of those decisions are of Pods that run.
    var reconciled: Int { (log?.unauthenticated.count ?? 0) - unreconciled.count }

    var outcome: Outcome {
        var outcome = Outcome.good
        if !violations.isEmpty || !unrecorded.isEmpty || alarms?.isEmpty == false { outcome = .refused }
        if !undecided.isEmpty || !unreadable.isEmpty || (log?.unreadable ?? 0) > 0 {
            outcome = outcome.worst(.unevaluated)
        }
        return outcome
    }
}
