internal import Attestation
internal import Core

/// The bound signers must vouch for the image, as somebody who builds from the bound repository.
enum SignerRules: ImageClause {
    /// `evidence-missing`
    static let evidenceMissing = Rule(
        "evidence-missing",
        summary: "There is verified evidence about the image by as many distinct signers as demanded.",
        reason: "An image that nobody vouches for could be anything; one signer must not count for several.",
        remedy:
            "Sign or attest the image by digest, or check that the expected identity and predicate type are the build's.",
        specification: "OCI distribution specification 1.1, referrers; cosign signature specification")
    /// `repository-mismatch`
    static let repositoryMismatch = Rule(
        "repository-mismatch",
        summary: "Certificate and provenance name the repository that the binding names.",
        reason:
            "The annotation selects a rule and proves nothing; a workflow shared by many repositories signs for each.",
        remedy: "Deploy under the repository that built the image (annotation mc.repo), or bind that repository.",
        specification: "Admission contract, Repository")

    static let rules = [
        evidenceMissing, SignatureRules.signatureInvalid, SignatureRules.identityMismatch, repositoryMismatch,
    ]

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        let vouching = evidence.bound.filter(\.isVouching)
        // An image needs somebody who vouches for it, whatever a bundle that was not read from files says.
        let demanded = max(context.requirements.signers, 1)
        if demanded == 1, !vouching.isEmpty { return [[]] }
        let distinct = SignerThreshold.distinct(vouching.map(\.evidence))
        if distinct >= demanded { return [[]] }
        let expected =
            "\(demanded == 1 ? "a signature" : "signatures of \(demanded) distinct signers") by "
            + context.binding.signers.map(\.description).joined(separator: " or ")
        var reasons = explain(context, evidence, expected)
        if distinct > 0 {
            let some = "\(distinct) distinct signer\(distinct == 1 ? "" : "s"): \(vouching.signerNames)"
            reasons.insert(Reason(evidenceMissing, some, expected, vouching.digests), at: 0)
        }
        // Whatever is beside the image only chooses the words. A waiver for any of the ways in which evidence is missing
        // covers it, or somebody could undo the waiver by attaching what is wrong in another way; and one for missing
        // evidence covers all, since whoever may attach something may also attach nothing.
        return [
            [
                Violation(
                    reasons[0].rule, observed: reasons[0].observed, expected: reasons[0].expected,
                    evidence: reasons[0].evidence, coveredBy: reasons.map(\.rule.id), hasGrace: false)
            ]
        ]
    }

    private struct Reason {
        let rule: Rule
        let observed: String
        let expected: String
        let evidence: [Digest]

        init(_ rule: Rule, _ observed: String, _ expected: String, _ evidence: [Digest]) {
            self.rule = rule
            self.observed = observed
            self.expected = expected
            self.evidence = evidence
        }
    }

    /// Why too few vouch, the best explanation first; the last always holds.
    private static func explain(_ context: ImageContext, _ evidence: EvidenceView, _ expected: String) -> [Reason] {
        var reasons: [Reason] = []
        let strays = evidence.signed.filter {
            $0.isVouching && RepositoryAgreement.contradiction($0, context.binding) != nil
        }
        let named = strays.compactMap { RepositoryAgreement.contradiction($0, context.binding) }.uniqueByBytes()
        if let first = named.first {
            let id = context.binding.repositoryID.map { " (id \($0))" } ?? ""
            reasons.append(
                Reason(
                    repositoryMismatch, "\(first), signed by \(strays.signerNames)",
                    "\(context.binding.repositoryURL)\(id)", strays.digests))
        }
        let others = evidence.items.filter { $0.isVouching && !$0.isSigned(by: context.binding.signers) }
        let identity = SignatureRules.identityMismatch
        if !others.isEmpty {
            reasons.append(Reason(identity, "signed by \(others.signerNames)", expected, others.digests))
        }
        let refused = evidence.refused.sorted(byBytes: {
            [$0.finding.description, $0.origin] + $0.finding.evidence.map(\.description)
        })
        if let stranger = refused.first(where: { $0.finding.rule == identity.id }) {
            reasons.append(Reason(identity, stranger.finding.observed, expected, stranger.finding.evidence))
        }
        if let first = refused.first(where: { $0.finding.rule != identity.id }) {
            reasons.append(
                Reason(
                    SignatureRules.signatureInvalid,
                    "\(first.origin) is refused: \(first.finding.rule): \(first.finding.observed)", expected,
                    first.finding.evidence))
        }
        return reasons + [Reason(evidenceMissing, "no verified evidence about the image", expected, [])]
    }
}

extension EvidenceItem {
    /// Whether the evidence says that its signer stands behind the image; the outcome of a test or of somebody's
    /// verification does not.
    var isVouching: Bool {
        switch predicate {
        case nil: true
        case .success(.provenance), .success(.billOfMaterials), .success(.deliveryClaims): true
        case .success, .failure: false
        }
    }
}
