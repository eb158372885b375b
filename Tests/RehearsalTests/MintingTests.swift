import Core
import Rehearsal
import Testing

/// What a case describes is minted as real evidence, right and deliberately wrong.
@Suite("Minted evidence") struct MintingTests {
    /// Every flaw is the only thing wrong with evidence that is accepted without it.
    @Test func everyFlawIsRefusedAndItsTwinIsNot() async throws {
        let flawed = Flaws.names.map { name in
            (
                name: name,
                body: "images: [{image: \"*\", evidence: [{provenance: {}, flaw: \(name)}]}], "
                    + "expect: {decision: deny, rules: [provenance-missing]}"
            )
        }
        let good = (
            name: "no flaw", body: "images: [{image: \"*\", evidence: [provenance]}], expect: {decision: allow}"
        )
        #expect(flawed.count > 50)
        for result in try await Shop.play(flawed + [good], require: "{provenance: {}}") {
            let others = result.differences.filter {
                // How the missing signature is explained depends on the flaw.
                !$0.contains("unexpected signature-invalid") && !$0.contains("unexpected evidence-missing")
                    && !$0.contains("unexpected identity-mismatch")
            }
            #expect(others.isEmpty && result.problem == nil, "\(result.complaint)")
        }
    }

    @Test(arguments: [
        ("a workflow", "sign: {repository: org/app}", true),
        ("another workflow", "sign: {repository: org/app, workflow: other.yml}", false),
        ("another issuer", "sign: {repository: org/app, issuer: \"https://other.example\"}", false),
        ("another ref", "sign: {repository: org/app, ref: refs/heads/dev}", false),
        ("the key", "sign: {key: release}", true),
        ("a stranger's key", "sign: strangersKey", false),
        ("a person", "sign: {email: a@example.com, issuer: \"https://idp.example\"}", false),
        (
            "the workflow's name by another issuer",
            "sign: {subject: \"https://github.com/org/app/.github/workflows/release.yml@refs/heads/main\", "
                + "issuer: \"https://idp.example\"}", false
        ),
    ])
    func onlyTheBoundSignerCounts(_ name: String, _ sign: String, _ isAccepted: Bool) async throws {
        for content in ["signature", "provenance", "sbom"] {
            let results = try await Shop.play([
                (name, "images: [{image: \"*\", evidence: [{\(content): {}, \(sign)}]}], expect: {decision: allow}")
            ])
            #expect(results.map { $0.passed } == [isAccepted], "\(content): \(results.map(\.complaint))")
            #expect(results.map { $0.problem } == [nil])
        }
    }

    @Test func keysAloneNeedNoAuthority() async throws {
        let results = try await Shop.play(
            [
                (
                    "key",
                    "images: [{image: \"*\", evidence: [{signature: {}, sign: {key: release}}]}], "
                        + "expect: {decision: allow}"
                ),
                (
                    "workflow",
                    "images: [{image: \"*\", evidence: [signature]}], "
                        + "expect: {decision: deny, rules: [signature-invalid]}"
                ),
            ], root: "none")
        #expect(results.map { $0.passed } == [true, true], "\(results.map(\.complaint))")
    }

    @Test(arguments: [
        ("an unknown key", "{signature: {}, sign: {key: nobody}}", "named are release"),
        ("evidence of long ago", "{signature: {}, signedAt: -400d}", "too old to be minted"),
        ("a waiver that is not there", "{deliveryClaims: {waivers: [W-1]}}", "not among the case's waivers"),
    ])
    func whatCannotBeMintedIsSaid(_ name: String, _ piece: String, _ words: String) async throws {
        let results = try await Shop.play([
            (name, "images: [{image: \"*\", evidence: [\(piece)]}], expect: {decision: allow}")
        ])
        #expect(results.first?.problem?.contains(words) == true && results.first?.passed == false)
    }
}
