import Core
import Testing

@testable import Policy

/// Audit says what Enforce does, and only the signed bundle can loosen it.
@Suite struct ModeTests {
    private static func unsigned() throws -> Scene {
        var scene = try Scene()
        scene.evidence = []
        return scene
    }

    @Test func auditAllowsAndSaysWhatItWouldDeny() throws {
        var scene = try Self.unsigned()
        #expect(scene.decide().enforcedResult == .deny && scene.decide().mode == .enforce)
        scene.policy.mode = .audit
        let decision = scene.decide()
        #expect(decision.outcome == .deny && decision.enforcedResult == .allow && decision.mode == .audit)
        #expect(!decision.blocking.isEmpty)
    }

    @Test func indeterminateDeniesInEnforceOnly() throws {
        var scene = try Self.unsigned()
        scene.facts.history.admitted = []
        scene.requirements.promotedFrom = nil
        scene.facts.images[0].evidence.unread = ["ghcr.io: timed out"]
        #expect(scene.decide().outcome == .indeterminate && scene.decide().enforcedResult == .deny)
        scene.policy.mode = .audit
        #expect(scene.decide().outcome == .indeterminate && scene.decide().enforcedResult == .allow)
    }

    @Test(arguments: [AdmissionFacts.NamespaceMode.enforce, .stale])
    func theNamespacesLabelOnlyTightens(_ mode: AdmissionFacts.NamespaceMode) throws {
        var scene = try Self.unsigned()
        scene.policy.mode = .audit
        scene.manifest.defaultMode = .audit
        #expect(scene.decide().enforcedResult == .allow)
        scene.facts.namespaceMode = mode
        #expect(scene.decide().enforcedResult == .deny && scene.decide().mode == .enforce)
        #expect(scene.decide().policies.map(\.mode) == [.enforce])
        scene.policies = []
        #expect(scene.decide().enforcedResult == .deny)
    }

    @Test func oneEnforcedPolicyDeniesWhateverTheOthersAudit() throws {
        var scene = try Self.unsigned()
        scene.policies.append(try Scene.plainPolicy("signed"))
        scene.policy.mode = .audit
        #expect(scene.decide().enforcedResult == .deny && scene.decide().mode == .enforce)
        scene.policies[1].mode = .audit
        #expect(scene.decide().enforcedResult == .allow && scene.decide().mode == .audit)
    }

    @Test func anAuditedPolicysFindingDoesNotDenyBesideAnEnforcedOne() throws {
        var scene = try Scene()
        scene.policies.append(try Scene.plainPolicy("audited"))
        scene.policies[1].mode = .audit
        scene.policies[1].requirements.gates = ["sast"]
        #expect(scene.decide().outcome == .deny && scene.decide().enforcedResult == .allow)
        scene.policies[1].mode = .enforce
        #expect(scene.decide().enforcedResult == .deny)
    }

    @Test func whatNoPolicyCoversIsTheBundlesToDecide() throws {
        var scene = try Scene()
        scene.policy.images = [try Glob("quay.io/*")]
        #expect(scene.decide().enforcedResult == .deny)
        scene.manifest.defaultMode = .audit
        #expect(scene.decide().outcome == .deny && scene.decide().enforcedResult == .allow)
        // Also beside an image that an audited policy covers.
        scene.manifest.defaultMode = .enforce
        let evidence = scene.facts.images[0].evidence
        scene.facts.images.append(try Scene.image("quay.io/org/app", uses: ["other"], evidence: evidence))
        scene.policy.mode = .audit
        #expect(scene.decide().enforcedResult == .deny)
    }
}
