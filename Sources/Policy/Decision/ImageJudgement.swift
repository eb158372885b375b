internal import Core

/// An image under one policy and one of its bindings.
struct ImageJudgement {
    let context: ImageContext
    let origin: RequesterRules.Origin
    let cover: WaiverCover
    /// What is on the referenced digest.
    private let index: EvidenceView
    /// For an index what is on each platform's manifest, and on the index.
    private let platforms: [EvidenceView]

    init(context: ImageContext, origin: RequesterRules.Origin, cover: WaiverCover) {
        self.context = context
        self.origin = origin
        self.cover = cover
        let evidence = context.image.evidence
        // Evidence about another image than the one that was asked for is none.
        let parts = [evidence.whole].compactMap { $0 }.filter { $0.digest == context.image.digest }
        index = EvidenceView(context, parts)
        platforms = evidence.platforms.map { EvidenceView(context, parts + [$0]) }
    }

    /// What is wrong, with what became of it; empty or waived is good.
    var rulings: [Ruling] {
        var rulings: [Ruling] = []
        // Also of an unchanged template: who scales an old release up again deploys it. Other changes start nothing.
        if context.facts.change == .template || context.facts.scalesUp,
            let violation = RequesterRules.check(origin, context.binding, context.facts, context.cluster)
        {
            rulings += rule(violation)
        }
        for clause in PolicyRules.clauses { rulings += judge(clause) }
        let isOpen = rulings.contains { $0.disposition == .undetermined && $0.isAboutImage }
        let unread = context.image.evidence.unread
        if isOpen, !unread.isEmpty {
            rulings += rule(unavailable(unread))
        } else if context.requirements.hearsAdverseWords, !context.image.evidence.unanswered.isEmpty {
            // A place that gives no answer may hold what a gate or verifier said against the image.
            rulings += rule(unavailable(context.image.evidence.unanswered))
        }
        // What is remembered from before an outage keeps what was admitted running, and lets nothing new in.
        if let stale = context.image.evidence.stale { rulings += rule(outdated(stale)) }
        return rulings
    }

    /// Evidence may be on the referenced digest or, for an index, on every platform's manifest.
    private func judge(_ clause: any ImageClause.Type) -> [Ruling] {
        let whole = best(clause, index)
        guard !whole.isEmpty || clause.hearsAdverseWords, !platforms.isEmpty else { return whole }
        let worst = platforms.map { best(clause, $0) }.max { Ruling.rank($0) < Ruling.rank($1) } ?? whole
        // What is said against one platform is said against what runs there, whatever was said of the index before.
        if clause.hearsAdverseWords { return worst }
        return [whole, worst].min { Ruling.rank($0) < Ruling.rank($1) } ?? whole
    }

    private func best(_ clause: any ImageClause.Type, _ evidence: EvidenceView) -> [Ruling] {
        let alternatives = clause.alternatives(context, evidence)
        let isOpen = clause.restsOnEvidence && !context.image.evidence.unread.isEmpty
        return alternatives.map { violations in
            violations.flatMap { violation -> [Ruling] in
                var violation = violation
                // What could not be read might have satisfied the clause.
                if isOpen { violation.isUndetermined = true }
                return rule(violation)
            }
        }.min { Ruling.rank($0) < Ruling.rank($1) } ?? []
    }

    private func rule(_ violation: Violation) -> [Ruling] {
        cover.rule(violation, image: context.image, grace: context.policy.rescheduleGrace)
    }

    private func unavailable(_ places: [String]) -> Violation {
        Violation(
            CoverageRules.unavailable, observed: Self.text(of: places),
            expected: "every place that could hold evidence to be readable", isUndetermined: true)
    }

    private func outdated(_ stale: ImageEvidence.Staleness) -> Violation {
        Violation(
            CoverageRules.unavailable,
            observed: "evidence that was last read at \(stale.readAt); \(Self.text(of: stale.reasons))",
            expected: "every place that could hold evidence to be readable", since: stale.since, isUndetermined: true)
    }

    private static func text(of places: [String]) -> String {
        let unread = places.uniqueByBytes()
        let others = unread.count - 3
        let more = others > 0 ? " and \(others) other \(others == 1 ? "place" : "places")" : ""
        return unread.prefix(3).joined(separator: "; ") + more
    }
}
