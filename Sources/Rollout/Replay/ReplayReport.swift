package import Core
internal import Policy

/// What a replay found, grouped so that a loop of a thousand requests is one line.
package struct ReplayReport: Sendable {
    /// Decisions that change alike.
    package struct Group: Sendable, Hashable {
        package let change: DecisionChange
        package let namespace: String
        package let workload: String
        /// The rules that make the difference, sorted.
        package let rules: [RuleID]
        package internal(set) var count: Int
        /// Where the first of them is recorded.
        package let example: String
        package let at: Instant
        /// What was seen, of the first rule.
        package let observed: String
    }

    /// Decisions that could not be compared, alike.
    package struct Gap: Sendable, Hashable {
        package let problem: ReplayProblem
        package internal(set) var count: Int
        package let example: String
    }

    /// Past decisions, those of a loop each.
    package private(set) var decisions = 0
    /// How many different ones were made again.
    package private(set) var judged = 0
    package private(set) var unchanged = 0
    package private(set) var changes: [DecisionChange: Int] = [:]
    package private(set) var gaps: [ReplayProblem: Gap] = [:]
    private var found: [String: Group] = [:]
    /// Changes that are counted and not listed, for there are too many kinds of them.
    package private(set) var unlisted = 0

    static let maximumGroups = Cap("groups of changes", 10_000)

    package init() {}

    /// Takes that so many decisions were asked about and one of them made again.
    mutating func add(_ item: ReplayItem, _ result: ReplayJudge.Result, count: Int, isFirst: Bool) {
        decisions += count
        if isFirst { judged += 1 }
        switch result {
        case .same: unchanged += count
        case .incomparable(let problem, _): addGap(problem, at: item.place, count: count)
        case .changed(let change, let decision):
            changes[change, default: 0] += count
            group(item, change, decision, count)
        }
    }

    /// Takes that an entry could not be made again.
    package mutating func add(_ problem: ReplayProblem, at place: String) {
        decisions += 1
        addGap(problem, at: place, count: 1)
    }

    private mutating func addGap(_ problem: ReplayProblem, at place: String, count: Int) {
        gaps[problem, default: Gap(problem: problem, count: 0, example: place)].count += count
    }

    private mutating func group(_ item: ReplayItem, _ change: DecisionChange, _ decision: Decision, _ count: Int) {
        let new = ReplayVerdict(decision).rules
        let added = new.filter { !item.old.rules.contains($0) }
        let removed = item.old.rules.filter { !new.contains($0) }
        let rules =
            switch change {
            case .denyToAllow, .nowAudited, .fromIndeterminate: removed.isEmpty ? item.old.rules : removed
            case .allowToDeny, .nowEnforced, .toIndeterminate: added.isEmpty ? new : added
            case .otherRules: added + removed
            }
        let key = ([change.rawValue, item.facts.namespace, item.workload] + rules.map(\.rawValue))
            .joined(separator: "\u{0}")
        guard found[key] != nil || found.count < Self.maximumGroups.limit else {
            unlisted += count
            return
        }
        let observed = decision.blocking.first { item in rules.contains(item.finding.rule) }?.finding.observed ?? ""
        found[
            key,
            default: Group(
                change: change, namespace: item.facts.namespace, workload: item.workload, rules: rules, count: 0,
                example: item.place, at: item.at, observed: observed)
        ].count += count
    }

    /// What denies more first, then by namespace, workload and rules.
    package var groups: [Group] {
        found.values.sorted { left, right in
            let order = { (group: Group) in
                [
                    "\(DecisionChange.allCases.firstIndex(of: group.change) ?? 0)", group.namespace, group.workload,
                    group.rules.map(\.rawValue).joined(separator: " "),
                ].map { Array($0.utf8) }
            }
            for (left, right) in zip(order(left), order(right)) where left != right {
                return left.lexicographicallyPrecedes(right)
            }
            return false
        }
    }

    /// How many decisions would deny who was not denied.
    package var deniedMore: Int { changes.filter { $0.key.deniesMore }.reduce(0) { $0 + $1.value } }

    /// How many decisions say nothing about the bundle.
    package var notCompared: Int { gaps.values.reduce(0) { $0 + $1.count } }
}
