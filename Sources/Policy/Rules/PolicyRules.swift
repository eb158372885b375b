package import Core

/// All rules of admission.
package enum PolicyRules {
    static let clauses: [any ImageClause.Type] = [
        ReferenceRules.self, SignerRules.self, ProvenanceRules.self, BillRules.self, DeliveryRules.self, GateRules.self,
        PromotionRules.self, SummaryRules.self,
    ]

    /// The rules by what they look at; `signature-invalid` and `identity-mismatch` belong to verification and are not
    /// repeated.
    package static let groups: [(title: String, introduction: String, rules: [Rule])] = [
        (
            "The request", "What must hold before any image is looked at.",
            EnvironmentRules.rules + RequesterRules.rules + CoverageRules.rules
        ),
        (
            "The image",
            "What a policy demands of each image. An image that carries none of the demanded evidence is refused under "
                + "`evidence-missing`, `signature-invalid` or `identity-mismatch`, whichever explains it best.",
            ReferenceRules.rules + [SignerRules.evidenceMissing, SignerRules.repositoryMismatch]
        ),
        ("Provenance", "How the image was built.", ProvenanceRules.rules),
        ("Contents", "What the image is made of.", BillRules.rules),
        ("Delivery claims", "What the pipeline claims of the delivery.", DeliveryRules.rules),
        ("Gates and other verifiers", "What tests and others found.", GateRules.rules + SummaryRules.rules),
        ("Promotion", "Where the image ran before.", PromotionRules.rules),
        ("Waivers", "Why a waiver does not help.", WaiverRules.rules),
        ("The service", "Why mc cannot vouch for its own word.", ServiceRules.rules),
    ]

    /// `image-digest-missing`
    package static let digestMissing = ReferenceRules.digestMissing.id

    /// `evidence-missing`, which verification of an image names as well.
    package static let evidenceMissing = SignerRules.evidenceMissing

    package static let all: [Rule] = groups.flatMap(\.rules)

    /// What a waiver may name without the bundle's saying so.
    package static let waivable: [RuleID] =
        (ProvenanceRules.rules + BillRules.rules + DeliveryRules.rules + GateRules.rules + SummaryRules.rules
        + PromotionRules.rules).map(\.id)

    /// What a bundle may make waivable: rules about one image that something else can stand in for.
    package static let mayBeMadeWaivable: [RuleID] =
        (ReferenceRules.rules + SignerRules.rules).map(\.id).filter { $0 != ReferenceRules.invalid.id }
}
