import Attestation
import Core
import Testing

@testable import Policy

@Suite struct ProvenanceRuleTests {
    private static let type = Provenance.Version.v1.rawValue
    private static let types = "https://slsa.dev/provenance/v0.2 or https://slsa.dev/provenance/v1 by a bound signer"
    private static let month = Duration.seconds(30 * 86_400)

    static let cases: [RuleCase] = [
        .holds(ProvenanceRules.missing, "a bound signer's provenance"),
        .breaks(
            ProvenanceRules.missing, "there is none", observed: "no provenance among 2 pieces of evidence",
            expected: types
        ) { $0.replace(type) },
        .breaks(ProvenanceRules.missing, "a stranger's", observed: "no provenance among 2 pieces of evidence") {
            $0.replace(type, by: try Scene.provenance(by: .stranger))
        },
        .breaks(
            ProvenanceRules.missing, "of a version that is not listed",
            expected: "\(Provenance.Version.v0_2.rawValue) by a bound signer"
        ) {
            $0.requirements.provenance?.versions = [.v0_2]
        },
        .breaks(ProvenanceRules.missing, "it cannot be read") {
            $0.replace(type, by: try Mint.statement(type, ["buildDefinition": [:]]))
        },
        .breaks(ProvenanceRules.missing, "of another repository") {
            $0.replace(type, by: try Scene.provenance(source: "https://github.com/evil/app"))
        },
        .breaks(ProvenanceRules.missing, "a waiver", .waived) {
            $0.replace(type)
            $0.waive(ProvenanceRules.missing.id)
        },
        .holds(ProvenanceRules.builder, "a listed builder"),
        .holds(ProvenanceRules.builder, "any builder where none is listed") {
            $0.replace(type, by: try Scene.provenance(builder: ""))
            $0.requirements.provenance?.builders = []
        },
        .holds(ProvenanceRules.builder, "one of two pieces is of a listed builder") {
            $0.evidence.append(try Scene.provenance(builder: "https://evil.example/builder"))
        },
        .breaks(
            ProvenanceRules.builder, "another builder", observed: "builder \"https://evil.example/builder\"",
            expected: "\"https://github.com/actions/runner/github-hosted\""
        ) { $0.replace(type, by: try Scene.provenance(builder: "https://evil.example/builder")) },
        .breaks(ProvenanceRules.builder, "no builder at all", observed: "builder \"\"") {
            $0.replace(type, by: try Scene.provenance(builder: ""))
        },
        .breaks(ProvenanceRules.builder, "a waiver for having none covers a flawed one", .waived) {
            $0.replace(type, by: try Scene.provenance(builder: ""))
            $0.waive(ProvenanceRules.missing.id)
        },
        // Minted evidence is recorded one second after its certificate was issued.
        .holds(ProvenanceRules.expired, "a second before its age is too high") {
            $0.requirements.provenance?.maxAge = .seconds(2 * 86_400)
        },
        .breaks(
            ProvenanceRules.expired, "at its highest age",
            observed: "signed at 2026-09-19T14:13:21Z, too old since 2026-09-21T14:13:20Z",
            expected: "at most 172799s old"
        ) { $0.requirements.provenance?.maxAge = .seconds(2 * 86_400 - 1) },
        .breaks(
            ProvenanceRules.expired, "nobody knows when it was signed",
            observed: "signed at no verified time, too old since 0001-01-01T00:00:00Z", expected: "at most 30d old"
        ) { $0.replace(type, by: try Scene.provenance().timeless) },
        .holds(ProvenanceRules.expired, "a younger piece beside it") {
            $0.requirements.provenance?.maxAge = .seconds(86_400)
            $0.evidence.append(try Scene.provenance(at: Scene.now - .seconds(3_600)))
        },
    ]

    @Test(arguments: cases) func provenance(_ example: RuleCase) throws { try example.check() }
}
