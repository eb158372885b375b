import Core
import Testing

@testable import Policy

@Suite struct PromotionRuleTests {
    private static func admitted(
        _ scene: inout Scene, ago: Int64, image: Digest = Scene.image, environment: String = "staging"
    ) {
        scene.facts.history.admitted = [
            .init(image: image, environment: environment, at: Scene.now - .seconds(ago), decision: "d")
        ]
    }

    private static let wanted = "admitted in staging at least 1d ago"

    static let cases: [RuleCase] = [
        .holds(PromotionRules.missing, "admitted there long enough ago"),
        .holds(PromotionRules.missing, "just long enough ago") { admitted(&$0, ago: 86_400) },
        .breaks(
            PromotionRules.missing, "a second too early",
            observed: "first admitted in staging at 2026-09-20T14:13:21Z", expected: wanted
        ) { admitted(&$0, ago: 86_399) },
        .breaks(
            PromotionRules.missing, "never admitted, or in a dry run, which leaves no record",
            observed: "no recorded admission in staging", expected: wanted
        ) { $0.facts.history.admitted = [] },
        .breaks(PromotionRules.missing, "admitted in another environment") {
            admitted(&$0, ago: 90_000, environment: "dev")
        },
        .breaks(PromotionRules.missing, "another digest was admitted") { admitted(&$0, ago: 90_000, image: Scene.arm) },
        .breaks(PromotionRules.missing, "a record of the future") { admitted(&$0, ago: -90_000) },
        .breaks(
            PromotionRules.missing, "the records cannot be read", .undetermined,
            observed: "the records cannot be read: locked"
        ) {
            $0.facts.history.admitted = []
            $0.facts.history.unavailable = "locked"
        },
        .breaks(PromotionRules.missing, "an image without a digest", others: [SignerRules.evidenceMissing.id]) {
            $0.policies = [try Scene.plainPolicy("payments")]
            $0.requirements.promotedFrom = PromotionRequirement(environment: "staging")
            $0.requirements.digest = false
            $0.facts.images[0].reference = .success(try ImageReference("ghcr.io/org/app:v1"))
            $0.facts.images[0].digest = nil
            $0.facts.images[0].evidence = .none
        },
        .holds(PromotionRules.missing, "it does not apply in that environment itself") {
            $0.facts.history.admitted = []
            $0.requirements.promotedFrom?.environment = "prod"
        },
        .breaks(PromotionRules.missing, "a waiver", .waived) {
            $0.facts.history.admitted = []
            $0.waive(PromotionRules.missing.id)
        },
    ]

    @Test(arguments: cases) func promotion(_ example: RuleCase) throws { try example.check() }
}
