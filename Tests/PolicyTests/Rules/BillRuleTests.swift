import Attestation
import Core
import Testing

@testable import Policy

@Suite struct BillRuleTests {
    private static let other = Digest.of(Array("another image".utf8))

    static let cases: [RuleCase] = [
        .holds(BillRules.missing, "a bound signer's CycloneDX"),
        .holds(BillRules.missing, "a bound signer's SPDX") { $0.replace(Scene.billType, by: try Scene.spdx()) },
        .breaks(
            BillRules.missing, "there is none", observed: "no SBOM among 2 pieces of evidence",
            expected: "CycloneDX or SPDX by a bound signer"
        ) { $0.replace(Scene.billType) },
        .breaks(BillRules.missing, "a stranger's") { $0.replace(Scene.billType, by: try Scene.bill(by: .stranger)) },
        .breaks(BillRules.missing, "in a format that is not listed", expected: "SPDX by a bound signer") {
            $0.requirements.sbom?.formats = [.spdx]
        },
        .breaks(BillRules.missing, "a waiver", .waived) {
            $0.replace(Scene.billType)
            $0.waive(BillRules.missing.id)
        },
        .holds(BillRules.contradicts, "it describes this image") {
            $0.replace(Scene.billType, by: try Scene.bill(describing: Scene.image))
        },
        .holds(BillRules.contradicts, "another beside it does") {
            $0.evidence.append(try Scene.bill(describing: other))
        },
        .breaks(
            BillRules.contradicts, "it describes another image",
            observed: "the document describes \(other), the statement is about \(Scene.image)",
            expected: "a document about this image"
        ) { $0.replace(Scene.billType, by: try Scene.bill(describing: other)) },
        .holds(BillRules.expired, "it is young enough"),
        .breaks(
            BillRules.expired, "it is too old",
            observed: "signed at 2026-09-19T14:13:21Z, too old since 2026-09-20T14:13:21Z",
            expected: "at most 1d old"
        ) { $0.requirements.sbom?.maxAge = .seconds(86_400) },
    ]

    @Test(arguments: cases) func bills(_ example: RuleCase) throws { try example.check() }
}
