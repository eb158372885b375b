import Core
import Testing

@testable import Policy

/// What an attacker can write only selects which rule applies.
@Suite struct AttackTests {
    /// Texts that Swift's `==` takes for each other.
    private static let lookAlikes: [(String, String)] = [("org/\u{E9}", "org/e\u{301}"), ("org/\u{212A}", "org/K")]

    @Test(arguments: lookAlikes) func lookAlikesOfARepositoryAreOthers(_ bound: String, _ written: String) throws {
        #expect(bound == written)
        var scene = try Scene()
        scene.policies = [try Scene.plainPolicy("payments")]
        scene.policy.bindings[0].repository = bound
        scene.facts.images[0].repository = written
        #expect(scene.decide().rules == [CoverageRules.unbound.id])
    }

    @Test(arguments: lookAlikes) func lookAlikesOfAnEnvironmentAreOthers(_ mapped: String, _ written: String) throws {
        var scene = try Scene()
        scene.policies = [try Scene.plainPolicy("payments")]
        scene.environments[0].entries[0].environment = mapped
        scene.policy.bindings[0].environments = [mapped]
        scene.facts.environmentLabels = [mapped]
        #expect(scene.decide().outcome == .allow)
        scene.facts.environmentLabels = [written]
        #expect(scene.decide().rules == [EnvironmentRules.mismatch.id])
        scene.facts.environmentLabels = [mapped]
        scene.policy.bindings[0].environments = [written]
        #expect(scene.decide().outcome == .deny)
    }

    @Test(arguments: lookAlikes) func lookAlikesOfAnOwnerAreOthers(_ real: String, _ written: String) throws {
        var scene = try Scene()
        scene.askAsController()
        scene.facts.owner = .found(uid: real, templateMatches: true, templateDigest: Scene.template)
        scene.facts.ownerClaim?.uid = real
        #expect(scene.decide().outcome == .allow)
        scene.facts.ownerClaim?.uid = written
        #expect(scene.decide().rules == [RequesterRules.owner.id])
    }

    @Test(arguments: lookAlikes) func lookAlikesOfADeployerAreOthers(_ real: String, _ written: String) throws {
        var scene = try Scene()
        scene.policy.bindings[0].deployers = [
            RequesterRule(issuer: .exact(Scene.githubIssuer), subject: .exact(real))
        ]
        scene.facts.requester.username = "github:\(real)"
        #expect(scene.decide().outcome == .allow)
        scene.facts.requester.username = "github:\(written)"
        #expect(scene.decide().rules == [RequesterRules.mismatch.id])
    }

    @Test(arguments: lookAlikes) func lookAlikesOfAGateAreOthers(_ real: String, _ written: String) throws {
        var scene = try Scene()
        scene.requirements.gates = [real]
        scene.policy.gates[0].name = real
        scene.replace("https://in-toto.io/attestation/test-result/v0.1", by: try Scene.gate(real))
        #expect(scene.decide().outcome == .allow)
        scene.replace("https://in-toto.io/attestation/test-result/v0.1", by: try Scene.gate(written))
        #expect(scene.decide().rules == [GateRules.missing.id])
    }

    @Test(arguments: lookAlikes) func lookAlikesOfAWaiversNamespaceAreOthers(_ real: String, _ written: String) throws {
        var scene = try Scene()
        scene.replace(Scene.billType)
        scene.environments[0].entries[0].namespaces = [try Glob("*")]
        scene.policy.namespaces = [try Glob("*")]
        scene.facts.namespace = real
        scene.waive(BillRules.missing.id, namespace: real)
        #expect(scene.decide().outcome == .allow)
        scene.facts.namespace = written
        #expect(scene.decide().outcome == .deny)
    }

    @Test func anAnnotationChoosesABindingAndProvesNothing() throws {
        var scene = try Scene()
        var evil = scene.policy.bindings[0]
        evil.repository = "evil/app"
        evil.repositoryID = nil
        evil.signers = [try Party.stranger.rule()]
        evil.deployers = []
        scene.policies = [try Scene.plainPolicy("payments")]
        scene.policy.bindings.append(evil)
        scene.facts.images[0].repository = "evil/app"
        let decision = scene.decide()
        #expect(
            decision.rules == [RequesterRules.mismatch.id, SignerRules.evidenceMissing.id]
                || decision.rules == [RequesterRules.mismatch.id, "identity-mismatch"], "\(decision.words)")
        scene.facts.images[0].repository = "org/app"
        #expect(scene.decide().outcome == .allow)
    }

    @Test func assumedClaimsDoNotOutvoteAController() throws {
        var scene = try Scene()
        scene.askAsController()
        scene.facts.owner = .absent
        scene.facts.assumedClaims = RequesterClaims(
            issuer: Scene.githubIssuer, subject: "repo:org/app:environment:prod", further: ["repository": "org/app"])
        #expect(scene.decide().rules == [RequesterRules.owner.id])
    }

    @Test func longTextsAreCut() throws {
        var scene = try Scene()
        scene.facts.images[0].repository = String(repeating: "a", count: 1 << 20)
        #expect(scene.decide().bytes.count < 10_000)
    }
}
