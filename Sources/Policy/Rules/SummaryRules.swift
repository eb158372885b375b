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

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard let required = context.requirements.verificationSummary else { return [[]] }
        return required.verifiers.map { [check($0, required, context, evidence)].compactMap { $0 } }
    }

    private static func check(
        _ verifier: SummaryRequirement.Verifier, _ required: SummaryRequirement, _ context: ImageContext,
        _ evidence: EvidenceView
    ) -> Violation? {
        let summaries = evidence.items.compactMap { item -> (item: EvidenceItem, content: VerificationSummary)? in
            guard case .success(.verificationSummary(let summary)) = item.predicate,
                item.isSigned(by: verifier.signers), summary.verifierID.isSame(as: verifier.id)
            else { return nil }
            return (item, summary)
        }
        let isOurs = verifier.id.utf8.starts(with: SummaryRequirement.ownVerifier.utf8)
        guard !isOurs, let newest = EvidenceOrder.newest(summaries, isAdverse: { $0.result == .failed }) else {
            return Violation(
                missing, observed: isOurs ? "verifier \(verifier.id) is ourselves" : "no summary of \(verifier.id)",
                expected: "a PASSED summary by \(verifier.signers.map(\.description).joined(separator: " or "))")
        }
        let problem = problem(newest.content, required, context)
        guard let problem else { return nil }
        return Violation(
            missing, observed: "the summary of \(verifier.id) \(problem.observed)", expected: problem.expected,
            evidence: [newest.item.evidence.digest], since: problem.since)
    }

    private static func problem(
        _ summary: VerificationSummary, _ required: SummaryRequirement, _ context: ImageContext
    ) -> (observed: String, expected: String, since: Instant?)? {
        if summary.result != .passed { return ("says FAILED", "PASSED", nil) }
        let environment = context.environment
        if summary.environment == nil, summary.cluster == nil {
            return ("names neither environment nor cluster", "mc_environment \(environment)", nil)
        }
        if let named = summary.environment, !named.isSame(as: environment) {
            return ("is for environment \(named)", "environment \(environment)", nil)
        }
        if let named = summary.cluster, !named.isSame(as: context.facts.cluster) {
            return ("is for cluster \(named)", "cluster \(context.facts.cluster)", nil)
        }
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
