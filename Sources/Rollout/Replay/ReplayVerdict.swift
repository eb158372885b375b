package import Core
package import Policy

/// What was decided, as far as two decisions are compared.
package struct ReplayVerdict: Sendable, Hashable {
    package let outcome: Decision.Outcome
    package let enforcedResult: Decision.Outcome
    /// The rules that deny or leave it undecided, sorted.
    package let rules: [RuleID]
    /// The verified evidence that was looked at.
    package let evidence: Set<Digest>
    /// The waivers that covered something, by the digest of what was signed.
    package let waivers: Set<Digest>

    package init(_ decision: RecordedDecision) {
        outcome = decision.outcome
        enforcedResult = decision.enforcedResult
        rules = Self.sorted(decision.blocking.map(\.rule))
        evidence = Set(decision.images.flatMap(\.evidence))
        waivers = Set(decision.waiversUsed.map(\.digest))
    }

    package init(_ decision: Decision) {
        outcome = decision.outcome
        enforcedResult = decision.enforcedResult
        rules = Self.sorted(decision.blocking.map(\.finding.rule))
        evidence = Set(decision.images.flatMap(\.evidence))
        waivers = Set(decision.waiversUsed.map(\.digest))
    }

    private static func sorted(_ rules: [RuleID]) -> [RuleID] {
        Set(rules).sorted { $0.rawValue.utf8.lexicographicallyPrecedes($1.rawValue.utf8) }
    }
}

/// How one decision differs from another about the same request.
package enum DecisionChange: String, Sendable, Hashable, CaseIterable {
    case allowToDeny = "allow-to-deny"
    /// The same denial, which was let through in Audit and is not any more.
    case nowEnforced = "now-enforced"
    case denyToAllow = "deny-to-allow"
    /// The same denial, which is let through now.
    case nowAudited = "now-audited"
    case toIndeterminate = "to-indeterminate"
    case fromIndeterminate = "from-indeterminate"
    /// The same outcome for other reasons.
    case otherRules = "other-rules"

    /// Whether somebody would be denied who was not.
    package var deniesMore: Bool { self == .allowToDeny || self == .nowEnforced }

    /// The change from one verdict to another; `nil` when there is none.
    package init?(from old: ReplayVerdict, to new: ReplayVerdict) {
        switch (old.outcome, new.outcome) {
        case (.allow, .deny): self = .allowToDeny
        case (.deny, .allow): self = .denyToAllow
        case (.indeterminate, .allow): self = .fromIndeterminate
        case (.indeterminate, .deny):
            // Undecided is denied in Enforce; in Audit it was let through like any other.
            self = old.enforcedResult == .allow && new.enforcedResult == .deny ? .nowEnforced : .fromIndeterminate
        case (_, .indeterminate) where old.outcome != .indeterminate: self = .toIndeterminate
        default:
            switch (old.enforcedResult, new.enforcedResult) {
            case (.allow, .deny): self = .nowEnforced
            case (.deny, .allow): self = .nowAudited
            default:
                guard old.rules != new.rules else { return nil }
                self = .otherRules
            }
        }
    }
}
