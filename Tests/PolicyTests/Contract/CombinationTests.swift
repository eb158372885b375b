import Core
import Testing

@testable import Policy

/// How several policies, images and bindings combine.
@Suite struct CombinationTests {
    @Test func everyPolicyThatCoversTheImageMustPass() throws {
        var scene = try Scene()
        scene.policies.append(try Scene.plainPolicy("signed"))
        #expect(scene.decide().outcome == .allow)
        #expect(scene.decide().policies.map(\.name) == ["payments", "signed"])
        scene.policies[1].requirements.gates = ["sast"]
        let decision = scene.decide()
        #expect(decision.outcome == .deny)
        #expect(decision.policies.map(\.outcome) == [.allow, .deny])
        #expect(decision.findings.map(\.policy) == ["signed"])
    }

    @Test func aPolicyOfOtherImagesOrNamespacesIsNotAsked() throws {
        var scene = try Scene()
        scene.policies += [try Scene.plainPolicy("images"), try Scene.plainPolicy("namespaces")]
        scene.policies[1].images = [try Glob("quay.io/*")]
        scene.policies[2].namespaces = [try Glob("other")]
        for index in 1...2 { scene.policies[index].requirements.gates = ["sast"] }
        #expect(scene.decide().outcome == .allow)
        #expect(scene.decide().policies.map(\.name) == ["payments"])
        scene.policies[1].images = [try Glob("*")]
        #expect(scene.decide().outcome == .deny)
    }

    @Test func everyImageMustPass() throws {
        var scene = try Scene()
        scene.facts.images.append(
            try Scene.image("ghcr.io/org/sidecar", digest: Scene.arm, uses: ["sidecar"], evidence: .none))
        let decision = scene.decide()
        #expect(decision.outcome == .deny)
        #expect(Set(decision.findings.map(\.image)) == ["ghcr.io/org/sidecar@\(Scene.arm)"])
        scene.facts.images[1].evidence = .init(
            whole: .init(digest: Scene.arm, verified: try Scene.evidence(about: Scene.arm)))
        scene.facts.history.admitted.append(
            .init(image: Scene.arm, environment: "staging", at: Scene.now - .seconds(90_000), decision: "d2"))
        #expect(scene.decide().outcome == .allow, "\(scene.decide().words)")
    }

    /// Signer, repository and deployer must all be of one binding.
    @Test func oneBindingMustHoldAsAWhole() throws {
        var scene = try Scene()
        scene.policies = [try Scene.plainPolicy("payments")]
        let good = scene.policy.bindings[0]
        var signers = good
        signers.deployers = []
        var deployers = good
        deployers.signers = [try Party.stranger.rule()]
        scene.policy.bindings = [signers, deployers]
        #expect(scene.decide().outcome == .deny)
        scene.policy.bindings = [signers, deployers, good]
        #expect(scene.decide().outcome == .allow)
        #expect(scene.decide().findings.isEmpty)
    }

    @Test func requestWideFindingsAreEveryPolicys() throws {
        var scene = try Scene()
        scene.policies.append(try Scene.plainPolicy("signed"))
        scene.facts.environmentLabels = ["staging"]
        #expect(scene.decide().policies.map(\.outcome) == [.deny, .deny])
    }

    @Test(arguments: ["deletion", "scale-down", "metadata only"]) func harmlessChangesAreAlwaysAllowed(_ what: String)
        throws
    {
        var scene = try Scene()
        scene.facts.requester = Requester(username: "alice")
        scene.facts.namespace = "nowhere"
        scene.facts.images = []
        scene.manifest.expires = Scene.now
        scene.policies = []
        #expect(scene.decide().outcome != .allow)
        scene.facts.change = .harmless(what)
        let decision = scene.decide()
        #expect(decision.outcome == .allow && decision.enforcedResult == .allow && decision.findings.isEmpty)
        #expect(decision.note == "always allowed: \(what)")
    }

    @Test func interactiveIsAllowedAndRecordedByDefault() throws {
        var scene = try Scene()
        scene.facts.change = .interactive("exec")
        #expect(scene.decide().note == "exec is allowed and recorded")
        #expect(scene.decide().outcome == .allow)
        scene.policy.interactive = .deny
        #expect(scene.decide().outcome == .deny && scene.decide().note == nil)
        scene.policy.namespaces = [try Glob("other")]
        #expect(scene.decide().outcome == .allow)
    }

    @Test func aRequestWithoutImagesIsAsStrictAsTheNamespacesPolicies() throws {
        var scene = try Scene()
        scene.facts.images = []
        scene.facts.environmentLabels = ["staging"]
        scene.manifest.defaultMode = .audit
        #expect(scene.decide().enforcedResult == .deny)
        scene.policy.mode = .audit
        #expect(scene.decide().enforcedResult == .allow)
    }
}
