import Attestation
import Core
import Testing

@testable import Policy

@Suite struct GateRuleTests {
    private static let type = TestResult.predicateType
    private static let subject = "https://github.com/org/gates/.github/workflows/unit.yml@refs/heads/main"
    private static let signer = "subject exactly \"\(subject)\" from issuer exactly \"\(Scene.githubIssuer)\""
    private static let later = Scene.built + .seconds(3_600)

    static let cases: [RuleCase] = [
        .holds(GateRules.missing, "the gate's own signer says PASSED"),
        .holds(GateRules.missing, "WARNED is no failure") { $0.replace(type, by: try Scene.gate("unit", .warned)) },
        .breaks(
            GateRules.missing, "no result", observed: "no result of gate unit", expected: "a result by \(signer)"
        ) { $0.replace(type) },
        .breaks(
            GateRules.missing, "a stranger's result",
            observed: "no result of gate unit; test results of "
                + "https://github.com/evil/app/.github/workflows/release.yml@refs/heads/main from \(Scene.githubIssuer) "
                + "are not this gate's"
        ) { $0.replace(type, by: try Scene.gate(by: .stranger)) },
        .breaks(GateRules.missing, "the build's own result") { $0.replace(type, by: try Scene.gate(by: .release)) },
        .breaks(GateRules.missing, "a result of another gate") { $0.replace(type, by: try Scene.gate("lint")) },
        .breaks(
            GateRules.missing, "a gate that nobody may speak for", observed: "nobody may speak for gate sast",
            expected: "a gate of that name"
        ) {
            $0.requirements.gates = ["sast"]
        },
        .breaks(GateRules.missing, "a waiver", .waived) {
            $0.replace(type)
            $0.waive(GateRules.missing.id)
        },
        .holds(GateRules.failed, "a failure that was mended since") {
            $0.evidence.append(try Scene.gate("unit", .failed, at: Scene.built - .seconds(60)).logged(nil))
        },
        .breaks(
            GateRules.failed, "a newer failure", observed: "gate unit FAILED: a test, another", expected: "PASSED"
        ) {
            $0.replace(
                type, by: try Scene.gate().logged(nil),
                try Scene.gate("unit", .failed, failed: ["a test", "another"], at: later).logged(nil))
        },
        .holds(GateRules.failed, "a stranger's failure counts for nothing") {
            $0.evidence.append(try Scene.gate("unit", .failed, by: .stranger, at: later))
        },
        .breaks(GateRules.failed, "at the same moment the failure is the later word") {
            $0.replace(type, by: try Scene.gate().logged(nil), try Scene.gate("unit", .failed).logged(nil))
        },
        .breaks(GateRules.failed, "where a log holds both its order decides") {
            $0.replace(
                type, by: try Scene.gate(at: later).logged(4), try Scene.gate("unit", .failed).logged(5))
        },
        .holds(GateRules.failed, "the log's order mends as well") {
            $0.replace(
                type, by: try Scene.gate().logged(6), try Scene.gate("unit", .failed, at: later).logged(5))
        },
        .breaks(GateRules.failed, "a result of unknown time mends nothing") {
            $0.replace(type, by: try Scene.gate().timeless, try Scene.gate("unit", .failed))
        },
        .breaks(GateRules.failed, "a third piece without a log entry does not change the order of the others") {
            $0.replace(
                type, by: try Scene.gate(at: later).logged(4), try Scene.gate("unit", .failed).logged(5),
                try Scene.gate(at: Scene.built - .seconds(600)).logged(nil))
        },
        .breaks(GateRules.failed, "a waiver", .waived) {
            $0.replace(type, by: try Scene.gate("unit", .failed))
            $0.waive(GateRules.failed.id)
        },
        .holds(GateRules.expired, "the result is young enough"),
        .breaks(GateRules.expired, "an old pass after a failure does not undo the failure's waiver", .waived) {
            $0.policy.gates[0].maxAge = .seconds(86_400)
            $0.replace(type, by: try Scene.gate().logged(5), try Scene.gate("unit", .failed).logged(4))
            $0.waive(GateRules.failed.id)
        },
        .breaks(
            GateRules.expired, "the result is too old",
            observed: "signed at 2026-09-19T14:13:21Z, too old since 2026-09-20T14:13:21Z", expected: "at most 1d old"
        ) { $0.policy.gates[0].maxAge = .seconds(86_400) },
        .holds(GateRules.expired, "an older result logged later does not age a younger one") {
            $0.policy.gates[0].maxAge = .seconds(3 * 86_400)
            $0.replace(
                type, by: try Scene.gate().logged(4), try Scene.gate(at: Scene.now - .seconds(9 * 86_400)).logged(5))
        },
    ]

    @Test(arguments: cases) func gates(_ example: RuleCase) throws { try example.check() }
}
