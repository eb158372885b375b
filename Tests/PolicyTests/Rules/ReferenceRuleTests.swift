import Core
import Testing

@testable import Policy

@Suite struct ReferenceRuleTests {
    private static func unreadable(_ scene: inout Scene) {
        let text = "ghcr.io/Org/app"
        do throws(ImageReferenceError) {
            scene.facts.images[0].reference = .success(try ImageReference(text))
        } catch {
            scene.facts.images[0].reference = .failure(error)
        }
        scene.facts.images[0].text = text
        scene.facts.images[0].digest = nil
        scene.facts.images[0].evidence = .none
    }

    private static func tagged(_ scene: inout Scene) throws {
        scene.facts.images[0].text = "ghcr.io/org/app:v1"
        scene.facts.images[0].reference = .success(try ImageReference("ghcr.io/org/app:v1"))
    }

    static let cases: [RuleCase] = [
        .holds(ReferenceRules.invalid, "a reference that everybody reads alike"),
        .breaks(
            ReferenceRules.invalid, "an uppercase repository", observed: observed,
            expected: "registry/repository@sha256:…"
        ) { unreadable(&$0) },
        .holds(ReferenceRules.digestMissing, "the image is named by its digest"),
        .holds(ReferenceRules.digestMissing, "the policy does not ask for it") {
            try tagged(&$0)
            $0.requirements.digest = false
        },
        .breaks(
            ReferenceRules.digestMissing, "the image is named by its tag",
            observed: "ghcr.io/org/app:v1 names no digest", expected: "ghcr.io/org/app@sha256:…"
        ) { try tagged(&$0) },
        .breaks(ReferenceRules.digestMissing, "a waiver that the bundle does not let count") {
            try tagged(&$0)
            $0.waive(ReferenceRules.digestMissing.id)
        },
        .breaks(ReferenceRules.digestMissing, "a waiver of a rule that the bundle makes waivable", .waived) {
            try tagged(&$0)
            $0.waive(ReferenceRules.digestMissing.id)
            $0.manifest.waivers.waivable = [ReferenceRules.digestMissing.id]
        },
    ]

    private static let observed: String = {
        do throws(ImageReferenceError) { return "\(try ImageReference("ghcr.io/Org/app"))" } catch {
            return "ghcr.io/Org/app: \(error)"
        }
    }()

    @Test(arguments: cases) func reference(_ example: RuleCase) throws { try example.check() }

    /// An image that nobody can name may be covered by the policy that enforces.
    @Test func anAuditedImageBesideItDoesNotLetItThrough() throws {
        var scene = try Scene()
        let good = scene.facts.images[0]
        Self.unreadable(&scene)
        scene.facts.images.append(good)
        scene.policy.mode = .audit
        var decision = scene.decide()
        #expect(decision.outcome == .deny && decision.enforcedResult == .deny, "\(decision.words)")
        scene.manifest.defaultMode = .audit
        decision = scene.decide()
        #expect(decision.outcome == .deny && decision.enforcedResult == .allow)
        scene.policies.append(try Scene.plainPolicy("enforced"))
        scene.policies[1].images = [try Glob("quay.io/*")]
        #expect(scene.decide().enforcedResult == .deny)
    }

    @Test func evidenceOfAnotherDigestThanTheReferencesIsNone() throws {
        var scene = try Scene()
        let other = Digest.of([1])
        scene.facts.images[0].text = "ghcr.io/org/app@\(other)"
        scene.facts.images[0].reference = .success(try ImageReference("ghcr.io/org/app@\(other)"))
        let decision = scene.decide()
        #expect(decision.outcome == .deny)
        #expect(!decision.findings(SignerRules.evidenceMissing).isEmpty, "\(decision.words)")
    }

    @Test func evidenceAboutAnotherImageIsNone() throws {
        var scene = try Scene()
        scene.evidence = try Scene.evidence(about: Digest.of([1]))
        #expect(!scene.decide().findings(SignerRules.evidenceMissing).isEmpty)
    }
}
