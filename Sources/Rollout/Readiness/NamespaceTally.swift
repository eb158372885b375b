internal import Core
internal import Policy

/// Where an entry is.
package struct EntryPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Which of several logs; each replica writes one.
    package let log: String
    package let index: UInt64

    package init(log: String, index: UInt64) {
        self.log = log
        self.index = index
    }

    package static func < (left: EntryPlace, right: EntryPlace) -> Bool {
        left.log.isSame(as: right.log)
            ? left.index < right.index : left.log.utf8.lexicographicallyPrecedes(right.log.utf8)
    }

    package var description: String { log.isEmpty ? "\(index)" : "\(log)#\(index)" }
}

/// What the log says of one namespace under one bundle; the order in which it is told does not matter.
struct NamespaceTally: Sendable {
    /// A rule that denied, or would have.
    struct Denials: Sendable {
        /// Each workload once, so that a controller that retries is one.
        var workloads: Set<Int> = []
        var decisions = 0
        var last: Instant
        var example: EntryPlace
    }

    /// How many workloads a rule is counted for; beyond that there are many.
    static let maximumWorkloads = Cap("workloads of a rule in a namespace", 4_096)
    static let maximumRules = Cap("rules of a namespace", 256)

    var allowed = 0
    var allowedInWindow = 0
    var indeterminate = 0
    var indeterminateInWindow = 0
    var firstAllowed: Instant?
    var lastAllowed: Instant?
    /// When something was last denied, or would have been.
    var lastDenied: Instant?
    var denials: [RuleID: Denials] = [:]
    /// Under Enforce alone.
    var firstEnforced: Instant?
    var enforcedAllowedInWindow = 0
    var lastEnforcedDenied: Instant?
    var mode: (at: Instant, place: EntryPlace, mode: DeployPolicy.Mode)?
    /// The last stretch, for rollback triggers; enforced requests only.
    var recent = RollbackCounts()
    private var recentDenied: Set<Int> = []

    mutating func add(
        _ decision: Sighting, at place: EntryPlace, windowStart: Instant, recentStart: Instant, now: Instant
    ) {
        let at = decision.at
        if at <= now {
            let isLater = mode.map { $0.at < at || ($0.at == at && $0.place < place) } ?? true
            if isLater { mode = (at, place, decision.mode) }
        }
        let isEnforced = decision.mode == .enforce
        switch decision.outcome {
        case .allow:
            // What a wrong clock dates into the future has not been seen yet.
            guard at <= now else { return }
            allowed += 1
            firstAllowed = firstAllowed.map { min($0, at) } ?? at
            lastAllowed = lastAllowed.map { max($0, at) } ?? at
            if at >= windowStart { allowedInWindow += 1 }
            guard isEnforced else { return }
            firstEnforced = firstEnforced.map { min($0, at) } ?? at
            if at >= windowStart { enforcedAllowedInWindow += 1 }
            if at >= recentStart { recent.allowed += 1 }
        case .indeterminate:
            indeterminate += 1
            if at >= windowStart { indeterminateInWindow += 1 }
            if isEnforced, at >= recentStart { recent.indeterminate += 1 }
        case .deny:
            deny(decision, place)
            if isEnforced {
                lastEnforcedDenied = lastEnforcedDenied.map { max($0, at) } ?? at
                if at >= recentStart, recentDenied.count < Self.maximumWorkloads.limit,
                    recentDenied.insert(decision.workload).inserted
                {
                    recent.denied += 1
                }
            }
        }
    }

    /// Takes that a denial was repeated.
    mutating func repeatDenial(until: Instant) {
        lastDenied = lastDenied.map { max($0, until) } ?? until
    }

    private mutating func deny(_ decision: Sighting, _ place: EntryPlace) {
        lastDenied = lastDenied.map { max($0, decision.at) } ?? decision.at
        for rule in decision.rules {
            guard denials[rule] != nil || denials.count < Self.maximumRules.limit else { continue }
            var counted = denials[rule] ?? Denials(last: decision.at, example: place)
            if counted.workloads.count < Self.maximumWorkloads.limit { counted.workloads.insert(decision.workload) }
            counted.decisions += 1
            counted.last = max(counted.last, decision.at)
            counted.example = min(counted.example, place)
            denials[rule] = counted
        }
    }
}

/// What readiness looks at of a decision.
struct Sighting: Sendable {
    /// What stands for the rules of a decision that is too large for the log.
    static let unnamed: RuleID = "too-large-for-the-log"

    let at: Instant
    let outcome: Decision.Outcome
    let mode: DeployPolicy.Mode
    let rules: Set<RuleID>
    /// A hash of what identifies the workload: its template, or kind and name where it has none.
    ///
    /// A Deployment, its ReplicaSets and their Pods share a template, so a rollout that is denied at each step is one.
    let workload: Int

    init(_ decision: RecordedDecision) {
        at = decision.at
        outcome = decision.outcome
        mode = decision.mode
        rules = Set(decision.findings.filter { $0.disposition == .denies }.map(\.rule))
        var hasher = Hasher()
        if let template = decision.object.templateDigest {
            hasher.combine(template)
        } else {
            hasher.combine(decision.object.group)
            hasher.combine(decision.object.kind)
            hasher.combine(decision.object.name)
        }
        workload = hasher.finalize()
    }

    /// An entry that holds its decision's digest alone.
    init(_ entry: LogEntry) {
        at = entry.at
        outcome = entry.outcome
        mode = entry.outcome != .allow && entry.enforcedResult == .deny ? .enforce : .audit
        rules = [Self.unnamed]
        workload = entry.images.hashValue
    }
}
