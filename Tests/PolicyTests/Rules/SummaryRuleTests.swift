import Attestation
import Core
import Testing

@testable import Policy

@Suite struct SummaryRuleTests {
    private static let type = VerificationSummary.predicateType
    private static let id = Scene.auditor
    private static let later = Scene.built + .seconds(3_600)
    private static let subject = "https://github.com/auditor/verifier/.github/workflows/verify.yml@refs/heads/main"

    private static func breaks(
        _ name: String, observed: String? = nil, expected: String? = nil,
        _ change: @escaping @Sendable (inout Scene) throws -> Void
    ) -> RuleCase {
        .breaks(SummaryRules.missing, name, observed: observed, expected: expected, change)
    }

    private static func holds(_ name: String, _ change: @escaping @Sendable (inout Scene) throws -> Void = { _ in })
        -> RuleCase
    { .holds(SummaryRules.missing, name, change) }

    static let cases: [RuleCase] = [
        holds("a listed verifier's word for this environment"),
        holds("a listed verifier's word for this cluster") {
            $0.replace(type, by: try Scene.summary(environment: nil, cluster: "prod-1"))
        },
        breaks(
            "no summary", observed: "no summary of \(id)",
            expected: "a PASSED summary by subject exactly \"\(subject)\" from issuer exactly \"\(Scene.githubIssuer)\""
        ) { $0.replace(type) },
        breaks("a stranger's") { $0.replace(type, by: try Scene.summary(by: .stranger)) },
        breaks("the build's own") { $0.replace(type, by: try Scene.summary(by: .release)) },
        breaks("another verifier's name") { $0.replace(type, by: try Scene.summary(id: "https://other.example")) },
        breaks(
            "without an audience", observed: "the summary of \(id) names neither environment nor cluster",
            expected: "mc_environment prod"
        ) { $0.replace(type, by: try Scene.summary(environment: nil)) },
        breaks(
            "for another environment", observed: "the summary of \(id) is for environment staging",
            expected: "environment prod"
        ) { $0.replace(type, by: try Scene.summary(environment: "staging")) },
        breaks(
            "for this environment of another cluster", observed: "the summary of \(id) is for cluster prod-2",
            expected: "cluster prod-1"
        ) { $0.replace(type, by: try Scene.summary(cluster: "prod-2")) },
        breaks(
            "by another policy", observed: "the summary of \(id) was made by a policy that is not listed",
            expected: "policy digest \(Scene.auditPolicy)"
        ) { $0.replace(type, by: try Scene.summary(policy: Digest.of([1]))) },
        breaks("by a policy without a digest") { $0.replace(type, by: try Scene.summary(policy: nil)) },
        breaks(
            "with too low a level", observed: "the summary of \(id) verifies SLSA_BUILD_LEVEL_2",
            expected: "SLSA_BUILD_LEVEL_3"
        ) { $0.replace(type, by: try Scene.summary(levels: ["SLSA_BUILD_LEVEL_2"])) },
        breaks("without an end", observed: "the summary of \(id) names no end", expected: "mc_expires") {
            $0.replace(type, by: try Scene.summary(expires: nil))
        },
        breaks(
            "at its end", observed: "the summary of \(id) expired at 2026-09-21T14:13:20Z", expected: "a newer summary"
        ) { $0.replace(type, by: try Scene.summary(expires: Scene.now)) },
        holds("a second before its end") {
            $0.replace(type, by: try Scene.summary(expires: Scene.now + .seconds(1)))
        },
        breaks("a newer FAILED", observed: "the summary of \(id) says FAILED") {
            $0.replace(type, by: try Scene.summary().logged(4), try Scene.summary(.failed, at: later).logged(5))
        },
        holds("a FAILED that was mended since") {
            $0.replace(type, by: try Scene.summary(.failed).logged(4), try Scene.summary(at: later).logged(5))
        },
        holds("a newer FAILED for another environment says nothing here") {
            $0.replace(
                type, by: try Scene.summary().logged(4),
                try Scene.summary(.failed, environment: "staging", at: later).logged(5))
        },
        breaks("a newer FAILED for no environment in particular") {
            $0.replace(
                type, by: try Scene.summary().logged(4),
                try Scene.summary(.failed, environment: nil, at: later).logged(5))
        },
        breaks("a PASSED for another environment mends nothing") {
            $0.replace(
                type, by: try Scene.summary().logged(3), try Scene.summary(.failed).logged(4),
                try Scene.summary(environment: "staging", at: later).logged(5))
        },
        holds("a newer PASSED for another environment takes nothing back") {
            $0.replace(
                type, by: try Scene.summary().logged(4), try Scene.summary(environment: "staging", at: later).logged(5))
        },
        breaks(
            "our own verifier", observed: "verifier https://mc.internal/verifier/1 is ourselves",
            expected: "a summary by somebody else"
        ) {
            $0.replace(type, by: try Scene.summary(id: "https://mc.internal/verifier/1"))
            $0.requirements.verificationSummary?.verifiers[0].id = "https://mc.internal/verifier/1"
        },
        breaks("no verifier is listed", observed: "no verifier is listed") {
            $0.requirements.verificationSummary?.verifiers = []
        },
        holds("one of two verifiers suffices") {
            $0.requirements.verificationSummary?.verifiers.append(
                .init(id: "https://other.example", signers: [try Party.stranger.rule()]))
        },
        .breaks(SummaryRules.missing, "a waiver", .waived) {
            $0.replace(type)
            $0.waive(SummaryRules.missing.id)
        },
    ]

    @Test(arguments: cases) func summaries(_ example: RuleCase) throws { try example.check() }
}
