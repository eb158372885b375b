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
        let distinct = SignerThreshold.distinct(vouching.map(\.evidence))
        let demanded = context.requirements.signers
        if distinct >= demanded { return [[]] }
        let expected =
            "\(demanded == 1 ? "a signature" : "signatures of \(demanded) distinct signers") by "
            + context.binding.signers.map(\.description).joined(separator: " or ")
        if distinct > 0 {
            return [
                [
                    missing(
                        evidenceMissing, "\(distinct) distinct signers: \(vouching.signerNames)", expected,
                        vouching.digests)
                ]
            ]
        }
        return [[explain(context, evidence, expected)]]
    }

    /// Why nobody vouches; whatever is beside the image only chooses the words.
    private static func explain(_ context: ImageContext, _ evidence: EvidenceView, _ expected: String) -> Violation {
        let vouching = evidence.signed.filter(\.isVouching)
        if let named = vouching.compactMap({ RepositoryAgreement.contradiction($0, context.binding) }).min() {
            let id = context.binding.repositoryID.map { " (id \($0))" } ?? ""
            return missing(
                repositoryMismatch, "\(named), signed by \(vouching.signerNames)",
                "\(context.binding.repositoryURL)\(id)",
                vouching.digests)
        }
        let others = evidence.items.filter { $0.isVouching && !$0.isSigned(by: context.binding.signers) }
        if !others.isEmpty {
            return missing(
                SignatureRules.identityMismatch, "signed by \(others.signerNames)", expected, others.digests)
        }
        let refused = evidence.refused.sorted { $0.finding.description < $1.finding.description }
        let identity = SignatureRules.identityMismatch
        if let stranger = refused.first(where: { $0.finding.rule == identity.id }) {
            return missing(identity, stranger.finding.observed, expected, stranger.finding.evidence)
        }
        if let first = refused.first {
            return missing(
                SignatureRules.signatureInvalid,
                "\(first.origin) is refused: \(first.finding.rule): \(first.finding.observed)", expected,
                first.finding.evidence)
        }
        return missing(evidenceMissing, "no verified evidence about the image", expected, [])
    }

    /// Whoever may attach something may also attach nothing, so a waiver for missing evidence covers every way in which
    /// it can be missing.
    private static func missing(
        _ rule: Rule, _ observed: String, _ expected: String, _ evidence: [Digest]
    ) -> Violation {
        Violation(
            rule, observed: observed, expected: expected, evidence: evidence,
            coveredBy: [rule.id, evidenceMissing.id])
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
