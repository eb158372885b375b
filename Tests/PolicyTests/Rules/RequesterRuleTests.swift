import Core
import Testing

@testable import Policy

@Suite struct RequesterRuleTests {
    private static let deployer =
        "subject exactly \"repo:org/app:environment:prod\" from issuer exactly "
        + "\"https://token.actions.githubusercontent.com\", repository exactly \"org/app\""

    static let cases: [RuleCase] = [
        .holds(RequesterRules.mismatch, "the pipeline is the deployer"),
        .holds(RequesterRules.mismatch, "a GitOps controller listed for the repository") {
            $0.facts.requester = Requester(username: Scene.flux)
        },
        .holds(RequesterRules.mismatch, "claims assumed on the command line") {
            $0.facts.requester = Requester(username: "nobody")
            $0.facts.assumedClaims = RequesterClaims(
                issuer: Scene.githubIssuer, subject: "repo:org/app:environment:prod", further: ["repository": "org/app"]
            )
        },
        .breaks(
            RequesterRules.mismatch, "a person whom no mapping knows",
            observed: "user \"alice\", whom no mapping of the cluster knows", expected: deployer
        ) { $0.facts.requester = Requester(username: "alice") },
        .breaks(
            RequesterRules.mismatch, "a pipeline of another environment",
            observed: "user \"github:repo:org/app:environment:dev\": subject \"repo:org/app:environment:dev\" from "
                + "https://token.actions.githubusercontent.com, repository \"org/app\"", expected: deployer
        ) { $0.facts.requester.username = "github:repo:org/app:environment:dev" },
        .breaks(
            RequesterRules.mismatch, "a GitOps controller listed for another repository",
            observed: "user \"\(Scene.flux)\": listed for org/other", expected: deployer
        ) {
            $0.facts.requester = Requester(username: Scene.flux)
            $0.clusters[0].gitOpsControllers[0].repositories = ["org/other"]
        },
        .breaks(
            RequesterRules.mismatch, "a user name that only looks like the prefix",
            observed: "user \"github\u{FF1A}repo:org/app:environment:prod\", whom no mapping of the cluster knows"
        ) { $0.facts.requester.username = "github\u{FF1A}repo:org/app:environment:prod" },
        .breaks(RequesterRules.mismatch, "the prefix stands further inside") {
            $0.facts.requester.username = "x-github:repo:org/app:environment:prod"
        },
        .breaks(
            RequesterRules.mismatch, "an extra with two values is no claim",
            observed: "user \"github:repo:org/app:environment:prod\": subject \"repo:org/app:environment:prod\" from "
                + "https://token.actions.githubusercontent.com"
        ) { $0.facts.requester.extra = ["example.test/repository": ["org/app", "evil/app"]] },
        .breaks(RequesterRules.mismatch, "an extra of another key is no claim") {
            $0.facts.requester.extra = ["evil.test/repository": ["org/app"]]
        },
        .breaks(RequesterRules.mismatch, "a person without the mapping's group is not taken by a shorter prefix") {
            $0.clusters[0].users[0].groups = ["ci"]
            $0.clusters[0].users.append(
                .init(
                    issuer: Scene.githubIssuer, usernamePrefix: "git", claims: ["repository": "example.test/repository"]
                ))
            $0.policy.bindings[0].deployers = [
                RequesterRule(issuer: .exact(Scene.githubIssuer), subject: .glob(try Glob("*repo:org/app:*")))
            ]
        },
        .breaks(RequesterRules.mismatch, "two mappings that differ name nobody") {
            $0.clusters[0].users.append(.init(issuer: "https://other.example", usernamePrefix: "github:"))
        },
        .holds(RequesterRules.mismatch, "the mapping with more groups decides") {
            $0.clusters[0].users.append(.init(issuer: "https://other.example", usernamePrefix: "github:"))
            $0.clusters[0].users[0].groups = ["github"]
        },
        .breaks(
            RequesterRules.mismatch, "an ownerReference forged by a person",
            observed: "user \"alice\", whom no mapping of the cluster knows; its claim to belong to ReplicaSet app-5f "
                + "counts for nothing, since it is not that kind's controller"
        ) {
            $0.askAsController()
            $0.facts.requester = Requester(username: "alice")
        },
        .breaks(RequesterRules.mismatch, "a controller of another kind") {
            $0.askAsController()
            $0.facts.requester = Requester(username: "system:serviceaccount:kube-system:job-controller")
        },
        .breaks(RequesterRules.mismatch, "a controller's name in another namespace") {
            $0.askAsController()
            $0.facts.requester = Requester(username: "system:serviceaccount:payments:replicaset-controller")
        },
        .breaks(RequesterRules.mismatch, "a controller without an owner") {
            $0.askAsController()
            $0.facts.ownerClaim = nil
        },
        .breaks(
            RequesterRules.mismatch, "a binding without deployers", expected: "a GitOps controller listed for org/app"
        ) { $0.policy.bindings[0].deployers = [] },
        .holds(RequesterRules.owner, "a controller's child of a real owner") { $0.askAsController() },
        .holds(RequesterRules.owner, "a controller that the cluster lists") {
            $0.askAsController()
            $0.facts.requester = Requester(username: "system:serviceaccount:argo:rollouts")
            $0.facts.ownerClaim?.kind = "Rollout"
            $0.clusters[0].workloadControllers = [
                .init(serviceAccount: "system:serviceaccount:argo:rollouts", creates: "Pod", owner: "Rollout")
            ]
        },
        .breaks(
            RequesterRules.owner, "there is no such owner", observed: "there is no ReplicaSet app-5f",
            expected: "ReplicaSet app-5f with UID owner-uid"
        ) {
            $0.askAsController()
            $0.facts.owner = .absent
        },
        .breaks(
            RequesterRules.owner, "the owner is another one of that name",
            observed: "ReplicaSet app-5f has UID other-uid", expected: "UID owner-uid"
        ) {
            $0.askAsController()
            $0.facts.owner = .found(uid: "other-uid", templateMatches: true, templateDigest: Scene.template)
        },
        .breaks(
            RequesterRules.owner, "the owner has another template",
            observed: "ReplicaSet app-5f has another pod template",
            expected: "the same pod template"
        ) {
            $0.askAsController()
            $0.facts.owner = .found(uid: "owner-uid", templateMatches: false, templateDigest: Scene.template)
        },
        .breaks(
            RequesterRules.owner, "the owner could not be looked up", .undetermined,
            observed: "ReplicaSet app-5f could not be looked up: timed out", expected: "the owner as the API has it"
        ) {
            $0.askAsController()
            $0.facts.owner = .unavailable("timed out")
        },
    ]

    @Test(arguments: cases) func requester(_ example: RuleCase) throws { try example.check() }

    /// What a Deployment's controller asks when it scales an older ReplicaSet in proportion, and what else could look
    /// like it.
    @Test(arguments: [
        ("owner", true), ("itself", true), ("another template", false), ("another owner", false), ("later", false),
        ("never", false), ("a changed template", false), ("a creation", false), ("another UID", false),
    ])
    func anOlderChildThatIsScaled(_ what: String, _ isAllowed: Bool) throws {
        var scene = try Scene()
        scene.askAsController()
        scene.facts.operation = .update
        scene.facts.change = .unchangedTemplate
        scene.facts.scalesUp = true
        scene.facts.object.uid = "own-uid"
        scene.facts.owner = .found(uid: "owner-uid", templateMatches: false, templateDigest: Digest.of([9]))
        switch what {
        case "itself": scene.admitBefore(uid: "own-uid")
        case "another template": scene.admitBefore(template: Digest.of([1]))
        case "another owner": scene.admitBefore(uid: "third-uid")
        case "later": scene.admitBefore(at: Scene.now + .seconds(1))
        case "never": break
        default: scene.admitBefore()
        }
        if what == "a changed template" { scene.facts.change = .template }
        if what == "a creation" { scene.facts.operation = .create }
        if what == "another UID" {
            scene.facts.owner = .found(uid: "other-uid", templateMatches: false, templateDigest: Digest.of([9]))
        }
        let decision = scene.decide()
        #expect((decision.outcome == .allow) == isAllowed, "\(decision.words)")
        #expect(decision.findings(RequesterRules.owner).isEmpty == isAllowed)
        #expect((decision.ownerUID == "owner-uid") == isAllowed)
    }

    /// Scaling an old release up again deploys it; changing tolerations does not.
    @Test func anUnchangedTemplateNeedsItsDeployerWhenItIsScaledUp() throws {
        var scene = try Scene()
        scene.facts.change = .unchangedTemplate
        scene.facts.scalesUp = true
        #expect(scene.decide().outcome == .allow)
        scene.facts.requester = Requester(username: "alice")
        scene.facts.scalesUp = false
        #expect(scene.decide().outcome == .allow)
        scene.facts.scalesUp = true
        #expect(scene.decide().rules == [RequesterRules.mismatch.id])
    }
}
