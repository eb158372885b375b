import Core
import Testing

@testable import Policy

@Suite struct CoverageRuleTests {
    static let cases: [RuleCase] = [
        .holds(CoverageRules.noPolicy, "a policy covers the image"),
        .holds(CoverageRules.noPolicy, "a policy covers the image behind an alias") { scene in
            let evidence = scene.facts.images[0].evidence
            scene.facts.images = [try Scene.image("harbor.example/ghcr/org/app", evidence: evidence)]
        },
        .breaks(
            CoverageRules.noPolicy, "no policy covers the image",
            observed: "no policy covers docker.io/org/app in namespace payments", expected: "at least one policy"
        ) { scene in
            let evidence = scene.facts.images[0].evidence
            scene.facts.images = [try Scene.image("docker.io/org/app", evidence: evidence)]
        },
        .breaks(CoverageRules.noPolicy, "an alias is no prefix of a longer name") { scene in
            let evidence = scene.facts.images[0].evidence
            scene.facts.images = [try Scene.image("harbor.example/ghcr2/org/app", evidence: evidence)]
        },
        .breaks(CoverageRules.noPolicy, "no policy covers the namespace") { scene in
            scene.facts.namespace = "payments-stage"
            scene.facts.environmentLabels = []
        },
        .breaks(
            CoverageRules.noPolicy, "there is no policy at all",
            observed: "no policy covers ghcr.io/org/app in namespace payments"
        ) { $0.policies = [] },
        .holds(CoverageRules.unbound, "the annotation names a bound repository"),
        .breaks(
            CoverageRules.unbound, "there is no annotation", observed: "no annotation mc.repo",
            expected: "one of org/app"
        ) { $0.facts.images[0].repository = nil },
        .breaks(
            CoverageRules.unbound, "the annotation names another repository",
            observed: "annotation mc.repo is \"org/application\"", expected: "one of org/app"
        ) { $0.facts.images[0].repository = "org/application" },
        .breaks(
            CoverageRules.unbound, "the binding is for another environment",
            observed: "annotation mc.repo is \"org/app\"", expected: "a binding for environment prod"
        ) { $0.policy.bindings[0].environments = ["staging"] },
        .breaks(CoverageRules.unbound, "the annotation only looks like the repository") {
            $0.policy.bindings[0].repository = "org/\u{E9}"
            $0.facts.images[0].repository = "org/e\u{301}"
        },
        .holds(CoverageRules.kindUnknown, "a kind that is known"),
        .breaks(
            CoverageRules.kindUnknown, "a kind that nobody knows", .undetermined,
            observed: "Widget of group \"example.test\"", expected: "a kind whose pod templates are known"
        ) {
            $0.facts.change = .unknownKind
            $0.facts.object = .init(group: "example.test", kind: "Widget", name: "w")
            $0.facts.images = []
        },
        .holds(CoverageRules.interactive, "exec where the policy allows it") {
            $0.facts.change = .interactive("exec")
            $0.facts.images = []
        },
        .breaks(
            CoverageRules.interactive, "exec where the policy denies it", observed: "exec",
            expected: "no interactive access"
        ) {
            $0.facts.change = .interactive("exec")
            $0.policy.interactive = .deny
            $0.facts.images = []
        },
        .breaks(CoverageRules.interactive, "one of several policies denies it", observed: "attach") {
            $0.facts.change = .interactive("attach")
            $0.policies.append(try Scene.plainPolicy("other"))
            $0.policies[1].interactive = .deny
        },
        .holds(CoverageRules.bundleExpired, "a second before its end") {
            $0.manifest.expires = Scene.now + .seconds(1)
        },
        .breaks(
            CoverageRules.bundleExpired, "at its end", .undetermined,
            observed: "expired at 2026-09-21T14:13:20Z", expected: "a bundle that has not expired"
        ) { $0.manifest.expires = Scene.now },
        .holds(CoverageRules.clusterUnknown, "the bundle knows the cluster"),
        .breaks(
            CoverageRules.clusterUnknown, "the bundle knows other clusters only", observed: "cluster prod-1",
            expected: "one of prod-9", others: [RequesterRules.mismatch.id]
        ) { $0.clusters[0].cluster = "prod-9" },
        .holds(CoverageRules.unavailable, "everything was read"),
        .holds(CoverageRules.unavailable, "something was not read and nothing is missing") {
            $0.facts.images[0].evidence.unread = ["ghcr.io/org/app: timed out"]
        },
        .breaks(
            CoverageRules.unavailable, "what is missing may be in what was not read", .undetermined,
            observed: "a: timed out; b: 503; c: 429 and 1 other place",
            expected: "every place that could hold evidence to be readable", others: [BillRules.missing.id]
        ) { scene in
            scene.replace(Scene.billType)
            scene.facts.images[0].evidence.unread = ["d: 401", "c: 429", "a: timed out", "b: 503"]
        },
        .breaks(
            CoverageRules.unavailable, "what is remembered from before an outage lets nothing new in", .undetermined,
            observed: "evidence that was last read at 2026-09-21T12:13:20Z; a: timed out",
            expected: "every place that could hold evidence to be readable"
        ) {
            $0.facts.images[0].evidence.stale = .init(
                readAt: Scene.now - .seconds(7_200), since: Scene.now - .seconds(3_600), reasons: ["a: timed out"])
        },
    ]

    @Test(arguments: cases) func coverage(_ example: RuleCase) throws { try example.check() }

    @Test func withoutADigestNothingUnreadCouldHelp() throws {
        var scene = try Scene()
        scene.policies = [try Scene.plainPolicy("payments")]
        scene.facts.images[0].text = "ghcr.io/org/app:1"
        scene.facts.images[0].reference = .success(try ImageReference("ghcr.io/org/app:1"))
        scene.facts.images[0].evidence.unread = ["a: timed out"]
        let decision = scene.decide()
        #expect(decision.outcome == .deny && decision.rules == [ReferenceRules.digestMissing.id], "\(decision.words)")
    }

    @Test func aRecordThatIsMissingIsNotInTheRegistry() throws {
        var scene = try Scene()
        scene.facts.history.admitted = []
        scene.facts.images[0].evidence.unread = ["a: timed out"]
        let decision = scene.decide()
        #expect(decision.outcome == .deny && decision.rules == [PromotionRules.missing.id], "\(decision.words)")
    }
}
