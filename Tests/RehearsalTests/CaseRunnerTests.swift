import Core
import Rehearsal
import Testing

/// A case passes only when exactly what it expects comes out.
@Suite("Playing cases") struct CaseRunnerTests {
    @Test(arguments: [
        ("{decision: allow}", "decision: expected allow, saw deny"),
        ("{decision: deny, rules: [sbom-missing]}", "rules: expected sbom-missing"),
        ("{decision: deny, rules: [sbom-missing]}", "rules: unexpected evidence-missing"),
        ("{decision: deny, rules: [evidence-missing], waived: [sbom-missing]}", "waived: expected sbom-missing"),
        ("{decision: deny, rules: [evidence-missing], warns: [sbom-missing]}", "warns: expected sbom-missing"),
        ("{decision: deny, rules: [evidence-missing], enforcedResult: allow}", "enforcedResult: expected allow"),
        ("{error: anything}", "expected the request to be refused as malformed"),
    ])
    func whatComesOutOtherwiseIsSaid(_ expect: String, _ difference: String) async throws {
        let results = try await Shop.play([("unsigned", "expect: \(expect)")])
        #expect(results.first?.differences.contains { $0.contains(difference) } == true, "\(results.map(\.complaint))")
        #expect(results.first?.passed == false)
    }

    @Test func whatComesOutAsExpectedPasses() async throws {
        let results = try await Shop.play([
            ("unsigned", "expect: {decision: deny, enforcedResult: deny, rules: [evidence-missing]}")
        ])
        #expect(results.map(\.complaint) == ["unsigned (line 10):\n  "] && results.filter { !$0.passed }.isEmpty)
    }

    @Test func resultsKeepTheOrderOfTheFile() async throws {
        let cases = (0..<40).map { number in
            (
                name: "case \(number)",
                body: number.isMultiple(of: 2)
                    ? "images: [{image: \"*\", evidence: [signature]}], expect: {decision: allow}"
                    : "expect: {decision: deny, rules: [evidence-missing]}"
            )
        }
        let results = try await Shop.play(cases)
        #expect(results.map(\.name) == cases.map(\.name) && results.filter { !$0.passed }.isEmpty)
    }

    @Test(arguments: [
        ("unavailable", "indeterminate", "[evidence-missing, evidence-unavailable]"),
        ("slow", "indeterminate", "[evidence-missing, evidence-unavailable]"),
    ])
    func registriesCanBeAway(_ registry: String, _ decision: String, _ rules: String) async throws {
        let results = try await Shop.play([
            (
                "away",
                "registry: \(registry), images: [{image: \"*\", evidence: [signature]}], "
                    + "expect: {decision: \(decision), rules: \(rules)}"
            )
        ])
        #expect(results.filter { !$0.passed }.isEmpty, "\(results.map(\.complaint))")
    }

    @Test func imagesThatFitNothingAreAMisspelling() async throws {
        let results = try await Shop.play([
            ("misspelt", "images: [{image: ghcr.io/org/ap, evidence: [signature]}], expect: {decision: allow}")
        ])
        #expect(results.first?.problem?.contains("\"ghcr.io/org/ap\" fits none of") == true)
    }

    @Test(arguments: [
        ("promoted a day ago", "history: [{environment: staging, at: -25h}], ", "{decision: allow}"),
        (
            "promoted an hour ago", "history: [{environment: staging, at: -1h}], ",
            "{decision: deny, rules: [promotion-missing]}"
        ),
        (
            "promoted elsewhere", "history: [{environment: dev, at: -25h}], ",
            "{decision: deny, rules: [promotion-missing]}"
        ),
        ("never promoted", "", "{decision: deny, rules: [promotion-missing]}"),
        (
            "records that cannot be read", "history: [{unavailable: the disk is full}], ",
            "{decision: indeterminate, rules: [promotion-missing]}"
        ),
    ])
    func historyIsWhatTheCaseSays(_ name: String, _ history: String, _ expect: String) async throws {
        let results = try await Shop.play(
            [(name, "images: [{image: \"*\", evidence: [signature]}], \(history)expect: \(expect)")],
            require: "{promotedFrom: {environment: staging, for: 24h}}")
        #expect(results.filter { !$0.passed }.isEmpty, "\(results.map(\.complaint))")
    }

    @Test(arguments: [
        ("self-approved", "owner: security, approvedBy: security, expires: +1h", "somebody else must approve"),
        ("by nobody known", "owner: team, approvedBy: mallory, expires: +1h", "has no approver mallory"),
        ("for too long", "owner: team, approvedBy: security, expires: +3h", "emergency"),
    ])
    func waiversThatDoNotHoldAreSaid(_ name: String, _ terms: String, _ words: String) async throws {
        let waiver =
            "{id: W-2026-001, rule: sbom-missing, namespace: shop, image: \"\(Shop.digest)\", class: emergency, "
            + "notBefore: -1m, \(terms)}"
        let results = try await Shop.play([(name, "waivers: [\(waiver)], expect: {decision: allow}")])
        #expect(results.first?.problem?.contains(words) == true, "\(results.map(\.complaint))")
    }
}
