package import Core
package import Policy

/// What the next bundle would have decided, beside what the current one did: `dualVerify`.
///
/// It compares two decisions of the same facts and evidence and keeps counts and a few examples; nothing it says changes
/// what is answered.
package struct Shadow: Sendable {
    /// A request that the next bundle decides otherwise.
    package struct Difference: Sendable, Hashable {
        package let change: DecisionChange
        package let at: Instant
        package let namespace: String
        package let workload: String
        /// The rules of either decision that the other lacks, sorted.
        package let rules: [RuleID]
        /// The digest of the current bundle's decision, by which it is found in the log.
        package let current: Digest?
    }

    /// The bundle that decides.
    package let current: Digest
    /// The bundle that is tried.
    package let next: Digest
    package private(set) var compared = 0
    package private(set) var changes: [DecisionChange: Int] = [:]
    /// The first examples of each kind of change.
    package private(set) var samples: [Difference] = []
    private var sampled: [DecisionChange: Int] = [:]

    static let maximumSamples = Cap("examples of a change", 20)

    package init(current: Digest, next: Digest) {
        self.current = current
        self.next = next
    }

    /// Compares the decisions of both bundles about one request.
    ///
    /// - Parameter digest: the current decision's, where it is known, so that an example can be found in the log.
    /// - Returns: how they differ; `nil` when they do not.
    @discardableResult
    package mutating func compare(_ current: Decision, _ next: Decision, digest: Digest? = nil) -> DecisionChange? {
        compared += 1
        let old = ReplayVerdict(current)
        let new = ReplayVerdict(next)
        guard let change = DecisionChange(from: old, to: new) else { return nil }
        changes[change, default: 0] += 1
        guard sampled[change, default: 0] < Self.maximumSamples.limit else { return change }
        sampled[change, default: 0] += 1
        let object = current.object
        samples.append(
            Difference(
                change: change, at: current.at, namespace: current.namespace,
                workload: object.name.isEmpty ? object.kind : "\(object.kind)/\(object.name)",
                rules: Set(old.rules).symmetricDifference(new.rules).sorted {
                    $0.rawValue.utf8.lexicographicallyPrecedes($1.rawValue.utf8)
                }, current: digest))
        return change
    }

    /// Decides facts by the next bundle and compares with the current bundle's decision.
    package mutating func compare(
        _ current: Decision, facts: AdmissionFacts, next bundle: PolicyBundle, digest: Digest? = nil
    ) -> DecisionChange? {
        compare(current, decide(facts, by: bundle, at: current.at), digest: digest)
    }

    /// How many requests the next bundle would deny that are not denied now.
    package var deniedMore: Int { changes.filter { $0.key.deniesMore }.reduce(0) { $0 + $1.value } }

    /// Counts and examples, for the API.
    package var json: JSONValue {
        [
            "current": .string("\(current)"), "next": .string("\(next)"), "compared": .integer(Int64(compared)),
            "deniedMore": .integer(Int64(deniedMore)),
            "changes": .object(
                JSONObject(
                    DecisionChange.allCases.map {
                        JSONObject.Member(key: $0.rawValue, value: .integer(Int64(changes[$0] ?? 0)))
                    })),
            "samples": .array(
                samples.map {
                    [
                        "change": .string($0.change.rawValue), "at": .string("\($0.at)"),
                        "namespace": .string($0.namespace), "workload": .string($0.workload),
                        "rules": .array($0.rules.map { .string($0.rawValue) }),
                        "decision": $0.current.map { .string("\($0)") } ?? .null,
                    ]
                }),
        ]
    }
}
