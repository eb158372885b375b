internal import Attestation
internal import Core

/// What somebody else's verifier found, where a policy relies on it.
enum SummaryRules: ImageClause {
    /// `verification-summary-missing`
    static let missing = Rule(
        "verification-summary-missing", severity: .high,
        summary: "A listed verifier's newest summary says PASSED, for this place, by a listed policy, not yet expired.",
        reason:
            "A summary without audience, policy or end can be replayed anywhere and for ever; our own must not come "
            + "back as evidence for itself.",
        remedy: "Let the verifier write mc_environment or mc_cluster, mc_expires and its policy's digest, and list all "
            + "three.",
        specification: "SLSA VSA v1; admission contract, VSAs")

    static let rules = [missing]
    static let hearsAdverseWords = true

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard let required = context.requirements.verificationSummary else { return [[]] }
        let alternatives = required.verifiers.flatMap { check($0, required, context, evidence) }
        guard alternatives.isEmpty else { return alternatives }
        return [[Violation(missing, observed: "no verifier is listed", expected: "a verifier that may be relied on")]]
    }

    /// Each PASSED that no later FAILED takes back may satisfy it: a verifier may well have judged for another
    /// environment since.
    private static func check(
        _ verifier: SummaryRequirement.Verifier, _ required: SummaryRequirement, _ context: ImageContext,
        _ evidence: EvidenceView
    ) -> [[Violation]] {
        if verifier.id.utf8.starts(with: SummaryRequirement.ownVerifier.utf8) {
            return [
                [
                    Violation(
                        missing, observed: "verifier \(verifier.id) is ourselves",
                        expected: "a summary by somebody else")
                ]
            ]
        }
        let summaries = evidence.items.compactMap { item -> (item: EvidenceItem, content: VerificationSummary)? in
            guard case .success(.verificationSummary(let summary)) = item.predicate,
                item.isSigned(by: verifier.signers), summary.verifierID.isSame(as: verifier.id),
                summary.result == .passed || elsewhere(summary, context) == nil
            else { return nil }
            return (item, summary)
        }
        let heard = EvidenceOrder.hear(summaries, isAdverse: { $0.result == .failed })
        if heard.standing.isEmpty {
            let observed =
                heard.adverse == nil ? "no summary of \(verifier.id)" : "the summary of \(verifier.id) says FAILED"
            let signers = verifier.signers.map(\.description).joined(separator: " or ")
            return [
                [
                    Violation(
                        missing, observed: observed, expected: "a PASSED summary by \(signers)",
                        evidence: heard.adverse.map { [$0.item.evidence.digest] } ?? [])
                ]
            ]
        }
        return heard.standing.map { item, summary in
            guard let problem = problem(summary, required, context) else { return [] }
            return [
                Violation(
                    missing, observed: "the summary of \(verifier.id) \(problem.observed)",
                    expected: problem.expected, evidence: [item.evidence.digest], since: problem.since)
            ]
        }
    }

    /// The other place a summary is meant for; it says nothing here.
    private static func elsewhere(
        _ summary: VerificationSummary, _ context: ImageContext
    ) -> (observed: String, expected: String)? {
        if let named = summary.environment, !named.isSame(as: context.environment) {
            return ("is for environment \(named)", "environment \(context.environment)")
        }
        if let named = summary.cluster, !named.isSame(as: context.facts.cluster) {
            return ("is for cluster \(named)", "cluster \(context.facts.cluster)")
        }
        return nil
    }

    private static func problem(
        _ summary: VerificationSummary, _ required: SummaryRequirement, _ context: ImageContext
    ) -> (observed: String, expected: String, since: Instant?)? {
        if summary.environment == nil, summary.cluster == nil {
            return ("names neither environment nor cluster", "mc_environment \(context.environment)", nil)
        }
        if let place = elsewhere(summary, context) { return (place.observed, place.expected, nil) }
        guard let policy = summary.policy.digests.compactMap(\.digest).first(where: { $0.algorithm == .sha256 }),
            required.policyDigests.contains(policy)
        else {
            let listed = required.policyDigests.map(\.description).sorted().joined(separator: " or ")
            return ("was made by a policy that is not listed", "policy digest \(listed)", nil)
        }
        let lacking = required.levels.filter { level in !summary.verifiedLevels.contains { $0.isSame(as: level) } }
        if !lacking.isEmpty {
            return ("verifies \(summary.verifiedLevels.joined(separator: ", "))", lacking.joined(separator: ", "), nil)
        }
        guard let expires = summary.expires else { return ("names no end", "mc_expires", nil) }
        return context.now < expires ? nil : ("expired at \(expires)", "a newer summary", expires)
    }
}
