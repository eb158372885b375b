import Attestation
import Core
import TestAuthority
import Testing

@testable import Policy

@Suite struct SignerRuleTests {
    private static func ask(_ scene: inout Scene, _ evidence: [EvidenceItem]) throws {
        scene.policies = [try Scene.plainPolicy("payments")]
        scene.evidence = evidence
    }

    private static let subject = "https://github.com/org/app/.github/workflows/"
    private static let signers =
        "subject exactly \"\(subject)release.yml@refs/tags/v1\" from issuer exactly \"\(Scene.githubIssuer)\" or "
        + "subject exactly \"\(subject)attest.yml@refs/tags/v1\" from issuer exactly \"\(Scene.githubIssuer)\""

    static let cases: [RuleCase] = [
        .holds(SignerRules.evidenceMissing, "a cosign signature") { try ask(&$0, [try Mint.signature()]) },
        .holds(SignerRules.evidenceMissing, "an attestation") { try ask(&$0, [try Scene.bill()]) },
        .holds(SignerRules.evidenceMissing, "a key") {
            try ask(&$0, [try Mint.signature(by: .key(1))])
            $0.policy.bindings[0].signers = [try Party.key(1).rule()]
        },
        .holds(SignerRules.evidenceMissing, "two distinct signers") {
            try ask(&$0, [try Mint.signature(), try Mint.signature(by: .second)])
            $0.requirements.signers = 2
        },
        .breaks(
            SignerRules.evidenceMissing, "no evidence", observed: "no verified evidence about the image",
            expected: "a signature by \(signers)"
        ) { try ask(&$0, []) },
        .breaks(
            SignerRules.evidenceMissing, "two pieces of one signer",
            observed: "1 distinct signer: \(subject)release.yml@refs/tags/v1 from \(Scene.githubIssuer)",
            expected: "signatures of 2 distinct signers by \(signers)"
        ) {
            try ask(&$0, [try Mint.signature(), try Scene.bill()])
            $0.requirements.signers = 2
        },
        .breaks(SignerRules.evidenceMissing, "the word of a test is no signature") {
            try ask(&$0, [try Scene.gate(by: .release)])
        },
        .breaks(SignerRules.evidenceMissing, "an unknown predicate is no signature") {
            try ask(&$0, [try Mint.statement("https://example.test/unknown", [:])])
        },
        .breaks(SignerRules.evidenceMissing, "a predicate that is not what its type promises is no signature") {
            try ask(&$0, [try Mint.statement(Scene.billType, ["bomFormat": "else"])])
        },
        .breaks(SignerRules.evidenceMissing, "a policy that asks for no signer still asks for one") {
            try ask(&$0, [])
            $0.requirements.signers = 0
        },
        .breaks(SignerRules.evidenceMissing, "evidence of a trust root that the policy does not list") {
            try ask(&$0, [try Mint.signature().under("other")])
            $0.policy.trustRoots = ["main"]
        },
        .holds(SignerRules.evidenceMissing, "evidence of a trust root that the policy lists") {
            try ask(&$0, [try Mint.signature()])
            $0.policy.trustRoots = ["main"]
        },
        .holds(SignatureRules.identityMismatch, "the bound signer beside a stranger") {
            try ask(&$0, [try Mint.signature(), try Mint.signature(by: .stranger)])
        },
        .breaks(
            SignatureRules.identityMismatch, "a stranger",
            observed: "signed by https://github.com/evil/app/.github/workflows/release.yml@refs/heads/main from "
                + Scene.githubIssuer, expected: "a signature by \(signers)"
        ) { try ask(&$0, [try Mint.signature(by: .stranger)]) },
        .breaks(SignatureRules.identityMismatch, "another key") {
            try ask(&$0, [try Mint.signature(by: .key(2))])
            $0.policy.bindings[0].signers = [try Party.key(1).rule()]
        },
        .breaks(SignatureRules.identityMismatch, "verification refused a stranger", observed: "what was seen") {
            try ask(&$0, [])
            $0.refused = [Scene.refusal("identity-mismatch")]
        },
        .breaks(SignatureRules.identityMismatch, "a waiver that the bundle does not let count") {
            try ask(&$0, [try Mint.signature(by: .stranger)])
            $0.waive(SignatureRules.identityMismatch.id)
        },
        .breaks(SignatureRules.identityMismatch, "a waiver of a rule that the bundle makes waivable", .waived) {
            try ask(&$0, [try Mint.signature(by: .stranger)])
            $0.waive(SignatureRules.identityMismatch.id)
            $0.manifest.waivers.waivable = [SignatureRules.identityMismatch.id]
        },
        .holds(SignatureRules.signatureInvalid, "a refused piece beside a good one") {
            try ask(&$0, [try Mint.signature()])
            $0.refused = [Scene.refusal("signature-invalid")]
        },
        .breaks(
            SignatureRules.signatureInvalid, "only a refused piece",
            observed: "referrer 1 is refused: signature-invalid: what was seen", expected: "a signature by \(signers)"
        ) {
            try ask(&$0, [])
            $0.refused = [Scene.refusal("signature-invalid")]
        },
        .breaks(SignatureRules.signatureInvalid, "a waiver that the bundle does not let count") {
            try ask(&$0, [])
            $0.refused = [Scene.refusal("signature-invalid")]
            $0.waive(SignatureRules.signatureInvalid.id)
        },
        .breaks(SignatureRules.signatureInvalid, "a waiver of a rule that the bundle makes waivable", .waived) {
            try ask(&$0, [])
            $0.refused = [Scene.refusal("signature-invalid")]
            $0.waive(SignatureRules.signatureInvalid.id)
            $0.manifest.waivers.waivable = [SignatureRules.signatureInvalid.id]
        },
        .holds(SignerRules.repositoryMismatch, "certificate and provenance name the repository and its id") {
            try ask(&$0, [try Scene.provenance(repositoryID: "632596897")])
        },
        .holds(SignerRules.repositoryMismatch, "the clone URL is the page's") {
            try ask(&$0, [try Scene.provenance(source: "https://github.com/org/app.git")])
        },
        .holds(SignerRules.repositoryMismatch, "a key names no repository") {
            try ask(&$0, [try Mint.signature(by: .key(1))])
            $0.policy.bindings[0].signers = [try Party.key(1).rule()]
        },
        .breaks(
            SignerRules.repositoryMismatch, "the shared workflow signed for another repository",
            observed:
                "https://github.com/evil/app in the certificate, signed by \(subject)release.yml@refs/tags/v1 from "
                + Scene.githubIssuer, expected: "https://github.com/org/app (id 632596897)"
        ) {
            try ask(
                &$0, [try Mint.signature(by: .release { $0.sourceRepositoryURI = "https://github.com/evil/app" })])
        },
        .breaks(SignerRules.repositoryMismatch, "only the deprecated claim names another") {
            try ask(&$0, [try Mint.signature(by: .release { $0.githubWorkflowRepository = "evil/app" })])
        },
        .breaks(
            SignerRules.repositoryMismatch, "the name was registered anew under another id",
            observed: "repository id 1 in the certificate, signed by \(subject)release.yml@refs/tags/v1 from "
                + Scene.githubIssuer
        ) { try ask(&$0, [try Mint.signature(by: .release { $0.sourceRepositoryIdentifier = "1" })]) },
        .breaks(SignerRules.repositoryMismatch, "the provenance is of another repository") {
            try ask(&$0, [try Scene.provenance(source: "https://github.com/evil/app")])
        },
        .breaks(
            SignerRules.repositoryMismatch, "the provenance is of another id",
            observed: "repository id 1 in the provenance, signed by \(subject)release.yml@refs/tags/v1 from "
                + Scene.githubIssuer
        ) { try ask(&$0, [try Scene.provenance(repositoryID: "1")]) },
    ]

    @Test(arguments: cases) func signers(_ example: RuleCase) throws { try example.check() }

    /// Whoever attaches more must not undo a waiver by changing which word explains best.
    @Test func aWaiverStandsWhateverIsAttached() throws {
        let extra: [[EvidenceItem]] = [
            [], [try Mint.signature(by: .stranger)],
            [try Mint.signature(by: .release { $0.sourceRepositoryURI = "https://github.com/evil/app" })],
            [try Scene.bill()],
        ]
        for rule in [SignatureRules.identityMismatch, SignatureRules.signatureInvalid, SignerRules.evidenceMissing] {
            for items in extra {
                var scene = try Scene()
                try Self.ask(&scene, [try Mint.signature(by: .key(7))])
                scene.refused = [Scene.refusal("signature-invalid")]
                scene.requirements.signers = 2
                scene.waive(rule.id)
                scene.manifest.waivers.waivable = [rule.id]
                #expect(scene.decide().outcome == .allow, "\(rule.id)")
                scene.evidence += items
                #expect(scene.decide().outcome == .allow, "\(rule.id): \(scene.decide().words)")
            }
        }
    }
}
