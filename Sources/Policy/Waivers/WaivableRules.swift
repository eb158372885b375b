package import Core
internal import YAML

/// Which rules may be waived, and which only where a bundle names them.
package struct WaivableRules: Sendable, Hashable {
    /// May be waived.
    package let always: Set<RuleID>
    /// May be waived where `spec.waivers.waivable` names them.
    package let onDemand: Set<RuleID>
    /// All rules, for messages.
    package let known: Set<RuleID>

    package init(always: some Sequence<RuleID>, onDemand: some Sequence<RuleID>, known: some Sequence<RuleID>) {
        self.always = Set(always)
        self.onDemand = Set(onDemand)
        self.known = Set(known).union(self.always).union(self.onDemand)
    }

    /// The rules of ``decide(_:by:at:)``.
    package static let standard = WaivableRules(
        always: PolicyRules.waivable, onDemand: PolicyRules.mayBeMadeWaivable, known: PolicyRules.all.map(\.id))

    /// What a manifest's `waivable` may name.
    package var nameable: [RuleID] {
        always.union(onDemand).sorted { $0.rawValue.utf8.lexicographicallyPrecedes($1.rawValue.utf8) }
    }

    /// Why a rule cannot be waived under some terms; `nil` when it can.
    package func refusal(_ rule: RuleID, terms: WaiverTerms) -> String? {
        if always.contains(rule) { return nil }
        if onDemand.contains(rule) {
            return terms.waivable.contains(rule)
                ? nil
                : "the rule \(rule) cannot be waived, because the bundle does not name it in spec.waivers.waivable"
        }
        if known.contains(rule) { return "the rule \(rule) cannot be waived" }
        let near = Suggestion.nearest(to: rule.rawValue, in: known.map(\.rawValue).sorted())
        return "there is no rule \(rule); " + (near.map { "did you mean \($0)?" } ?? "mc rules lists them")
    }
}
