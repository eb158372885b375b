import Attestation
import Core
import Testing

@testable import Policy

/// What reviews found in the decision, each with the twin that must stay as it is.
@Suite struct DecisionReviewTests {
    /// A place that gives no answer may hold a gate's FAILED; a piece that anybody may attach may not.
    @Test func aPlaceWithoutAnswerMayHoldAnAdverseWord() throws {
        var scene = try Scene()
        scene.facts.images[0].evidence.unread = ["referrer 1: too large"]
        #expect(scene.decide().outcome == .allow)
        scene.facts.images[0].evidence.unanswered = ["ghcr.io/org/app: timed out"]
        let decision = scene.decide()
        #expect(decision.outcome == .indeterminate && decision.rules == [CoverageRules.unavailable.id])
        scene.requirements.gates = []
        scene.requirements.verificationSummary = nil
        #expect(scene.decide().outcome == .allow)
    }

    /// Whoever logs a key's old signature again must not make it look young.
    @Test func aKeysSignatureIsNoYoungerThanItSays() throws {
        let key = Party.key(1)
        let statement = try Mint.statement(
            "https://slsa.dev/provenance/v1",
            [
                "buildDefinition": ["buildType": "https://example.com/build/v1", "externalParameters": [:]],
                "runDetails": [
                    "builder": ["id": "https://example.com/builder"],
                    "metadata": ["finishedOn": .string((Scene.built - .seconds(86_400)).description)],
                ],
            ], by: key)
        #expect(statement.time == Scene.built - .seconds(86_400))
        #expect(try Mint.signature(by: key).time == nil)
        #expect(try Mint.signature(by: .release).time != nil)
    }

    /// Of two words of a key whose times nobody can know, the adverse one stands.
    @Test func aKeysPassDoesNotOutliveItsFailure() throws {
        var scene = try Scene()
        scene.policies[0].gates = [Gate(name: "unit", signers: [try Party.key(2).rule()])]
        scene.replace(
            TestResult.predicateType,
            by: try Scene.gate(by: .key(2), at: Scene.built + .seconds(3_600)).logged(9))
        #expect(scene.decide().outcome == .allow)
        scene.evidence.append(try Scene.gate("unit", .failed, by: .key(2)).logged(5))
        #expect(scene.decide().rules == [GateRules.failed.id])
    }

    /// A node's proxy reaches the pods of every namespace.
    @Test func interactiveAccessWithoutANamespaceAsksEveryPolicy() throws {
        var scene = try Scene()
        scene.facts.change = .interactive("proxy")
        scene.facts.images = []
        scene.facts.namespace = ""
        #expect(scene.decide().outcome == .allow)
        scene.policies[0].interactive = .deny
        #expect(scene.decide().rules == [CoverageRules.interactive.id])
    }

    /// An ownerReference that nobody looked up is not worth recording.
    @Test func onlyAProvenOwnerIsRecorded() throws {
        var scene = try Scene()
        scene.facts.ownerClaim = .init(kind: "ReplicaSet", name: "app-5f", uid: "claimed")
        #expect(scene.decide().ownerUID == nil)
        scene.askAsController()
        #expect(scene.decide().ownerUID != nil)
    }

    /// A waiver of another namespace does not carry claims.
    @Test func claimedWaiversAreOfTheNamespace() throws {
        for (namespace, outcome) in [("payments", Decision.Outcome.allow), ("dev", .deny)] {
            var scene = try Scene()
            scene.waive(DeliveryRules.hermetic.id, namespace: namespace)
            scene.replace(DeliveryClaims.predicateType, by: try Scene.claims(waivers: scene.waivers))
            #expect(scene.decide().outcome == outcome, "\(namespace)")
        }
    }

    /// Both forms of GitHub's subject; the id decides where both sides have one.
    @Test(arguments: [
        ("repo:org/app:environment:prod", nil, true), ("repo:org@7/app@9:environment:prod", nil, true),
        ("repo:org@7/app@9:environment:prod", "9", true), ("repo:org@7/app@9:environment:prod", "8", false),
        ("repo:org@7/app@9:environment:dev", "9", false), ("repo:evil@7/app@9:environment:prod", "9", false),
    ]) func bothFormsOfASubjectDeploy(_ subject: String, _ id: String?, _ isDeployer: Bool) throws {
        let binding = Binding(
            repository: "org/app", repositoryID: id, environments: ["prod"], signers: [],
            deployers: [
                RequesterRule(issuer: .exact("i"), subject: .exact("repo:org/app:environment:prod"))
            ])
        let scene = try Scene()
        let claims = RequesterClaims(issuer: "i", subject: subject)
        let violation = RequesterRules.check(.person(claims), binding, scene.facts, nil)
        #expect((violation == nil) == isDeployer)
    }

    /// The first finding names the cause.
    @Test func theCauseComesFirst() throws {
        var scene = try Scene()
        scene.evidence = []
        #expect(scene.decide().findings.first?.finding.rule == SignerRules.evidenceMissing.id)
        scene.facts.images[0].evidence.unread = ["ghcr.io/org/app: timed out"]
        #expect(
            scene.decide().findings.first { $0.disposition == .undetermined }?.finding.rule
                == CoverageRules.unavailable.id)
    }
}
