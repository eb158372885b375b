package import Core
internal import YAML

/// Which rules there are, and which of them cannot be waived unless a bundle names them.
package struct WaivableRules: Sendable, Hashable {
    package let known: Set<RuleID>
    package let restricted: Set<RuleID>

    /// What cannot be waived by default: without these a waiver's own scope would mean nothing.
    package static let standardRestrictions: Set<RuleID> = [
        "image-digest-missing", "signature-invalid", "identity-mismatch",
    ]

    package init(known: some Sequence<RuleID>, restricted: some Sequence<RuleID> = Self.standardRestrictions) {
        self.known = Set(known)
        self.restricted = Set(restricted)
    }

    /// Why a rule cannot be waived under some terms; `nil` when it can.
    package func refusal(_ rule: RuleID, terms: WaiverTerms) -> String? {
        guard known.contains(rule) else {
            let near = Suggestion.nearest(to: rule.rawValue, in: known.map(\.rawValue).sorted())
            return "there is no rule \(rule)" + (near.map { "; did you mean \($0)?" } ?? "; mc rules lists them")
        }
        guard restricted.contains(rule), !terms.waivable.contains(rule) else { return nil }
        return "the rule \(rule) cannot be waived, because the bundle does not name it in spec.waivers.waivable"
    }
}
