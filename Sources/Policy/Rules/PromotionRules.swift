internal import Core

/// Built once, promoted many: the digest must have been admitted in an earlier environment.
enum PromotionRules: ImageClause {
    /// `promotion-missing`
    static let missing = Rule(
        "promotion-missing", severity: .high,
        summary: "The same digest was admitted in the earlier environment, long enough ago.",
        reason: "What was never run anywhere else is tried out in production; a rebuild is another image.",
        remedy: "Deploy this digest to the earlier environment first, and wait as long as the policy asks.",
        specification: "Admission contract, Promotion")

    static let rules = [missing]
    // It rests on records of decisions.
    static let restsOnEvidence = false

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard let required = context.requirements.promotedFrom, !required.environment.isSame(as: context.environment)
        else { return [[]] }
        let history = context.facts.history
        let admitted = history.admitted.filter {
            $0.image == context.image.digest && $0.environment.isSame(as: required.environment) && $0.at <= context.now
        }.map(\.at).min()
        if let admitted, admitted + required.soak <= context.now { return [[]] }
        let wait = required.soak == .zero ? "" : " at least \(required.soak.policyText) ago"
        let observed =
            admitted.map { "first admitted in \(required.environment) at \($0)" }
            ?? history.unavailable.map { "the records cannot be read: \($0)" }
            ?? "no recorded admission in \(required.environment)"
        return [
            [
                Violation(
                    missing, observed: observed, expected: "admitted in \(required.environment)\(wait)",
                    isUndetermined: history.unavailable != nil)
            ]
        ]
    }
}
