import Core
import Rehearsal
import Testing
import YAML

/// What is misspelt would quietly test less, so it is refused with its place.
@Suite("Reading cases") struct AdmissionTestReaderTests {
    @Test(arguments: [
        ("expect: {decision: alow}", "cases.yaml:10:", "did you mean allow?"),
        (
            "expect: {decision: deny, rules: [sbom-mising]}", "spec.cases[0].expect.rules[0]",
            "did you mean sbom-missing?"
        ),
        ("expect: {decision: deny}", "expect.decision", "expected the rules that block"),
        ("expect: {decision: allow, rules: [sbom-missing]}", "expect.decision", "no blocking rules"),
        ("expect: {error: x, decision: deny}", "expect.decision", "unknown field"),
        ("expct: {decision: allow}", "spec.cases[0].expct", "did you mean expect?"),
        ("why: because", "spec.cases[0].expect", "missing"),
        ("manifest: x.yaml, expect: {decision: allow}", "spec.cases[0]", "one of review, manifest and object, saw 2"),
        ("at: yesterday, expect: {decision: allow}", "spec.cases[0].at", "expected a time"),
        ("images: [{image: x, evidence: [nothing]}], expect: {decision: allow}", "evidence[0]", "named set"),
        (
            "images: [{image: x, evidence: [{sbom: {}, provenance: {}}]}], expect: {decision: allow}", "evidence[0]",
            "saw 2"
        ),
        (
            "images: [{image: x, evidence: [{sbom: {}, flaw: payloadSwaped}]}], expect: {decision: allow}",
            "evidence[0].flaw", "did you mean payloadSwapped?"
        ),
        (
            "images: [{image: x, evidence: [{sbom: {}, signedAt: 2h}]}], expect: {decision: allow}",
            "evidence[0].signedAt", "such as -2h"
        ),
        ("images: [{image: x, spam: 5001}], expect: {decision: allow}", "images[0].spam", "expected 0 to 5000"),
        ("registry: gone, expect: {decision: allow}", "registry", "expected available, unavailable, slow"),
        ("history: [{environment: staging}], expect: {decision: allow}", "history[0].at", "missing"),
        ("requester: {groups: [a]}, expect: {decision: allow}", "requester", "expected a username"),
    ])
    func mistakesAreNamedWithTheirPlace(_ body: String, _ place: String, _ words: String) throws {
        let error = #expect(throws: YAMLError.self) { try Shop.test([("one", body)]) }
        let text = try "\(#require(error))"
        #expect(text.contains(place) && text.contains(words), "\(text)")
    }

    @Test func namesAreUnique() {
        let cases = [("one", "expect: {decision: allow}"), ("one", "expect: {decision: allow}")]
        #expect(throws: YAMLError.self) { try Shop.test(cases.map { (name: $0.0, body: $0.1) }) }
    }

    @Test(arguments: [
        ("kind: AdmissionTest", "kind: AdmissionTests"), ("mc.internal/v1", "mc.internal/v2"),
        ("metadata: {name: shop}", "metadata: {}"), ("  cluster: c1", "  clster: c1"), ("  cluster: c1\n", ""),
    ])
    func theFrameIsStrict(_ right: String, _ wrong: String) throws {
        let text = Shop.text([("one", "expect: {decision: allow}")])
        #expect(try AdmissionTestReader.read(Array(text.utf8), file: "f").cases.count == 1)
        let spoiled = text.replacing(right, with: wrong)
        #expect(spoiled != text)
        #expect(throws: YAMLError.self) { try AdmissionTestReader.read(Array(spoiled.utf8), file: "f") }
    }

    @Test func aFileHasAtMostAThousandCases() throws {
        let limit = AdmissionTestReader.maximumCases.limit
        func text(_ count: Int) -> [UInt8] {
            Array(Shop.text((0..<count).map { ("case \($0)", "expect: {decision: allow}") }).utf8)
        }
        #expect(try AdmissionTestReader.read(text(limit), file: "f").cases.count == limit)
        let error = #expect(throws: YAMLError.self) { try AdmissionTestReader.read(text(limit + 1), file: "f") }
        #expect(error?.code == .tooLarge)
    }
}
