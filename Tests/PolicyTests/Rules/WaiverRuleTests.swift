import Core
import Testing

@testable import Policy

@Suite struct WaiverRuleTests {
    private static let rule = BillRules.missing.id
    private static let digest = Digest.of(Array("waiver W-1".utf8))
    private static let name = "waiver W-1 (\(digest)) of team-payments for sbom-missing"
    private static let wanted = "an active waiver of a rule that may be waived"

    private static func inactive(
        _ name: String, observed: String? = nil, expected: String? = nil,
        _ change: @escaping @Sendable (inout Scene) throws -> Void
    ) -> RuleCase {
        .breaks(WaiverRules.inactive, name, .explains, observed: observed, expected: expected, others: [rule]) {
            scene in
            scene.replace(Scene.billType)
            try change(&scene)
        }
    }

    static let cases: [RuleCase] = [
        .holds(WaiverRules.expired, "a second before its end") {
            $0.replace(Scene.billType)
            $0.waive(rule, expires: Scene.now + .seconds(1))
        },
        .holds(WaiverRules.expired, "an expired one that nobody needs") {
            $0.waive(rule, expires: Scene.now - .seconds(1))
        },
        .breaks(
            WaiverRules.expired, "at its end", observed: "\(name) expired at 2026-09-21T14:13:20Z",
            expected: "a waiver that is active at 2026-09-21T14:13:20Z", others: [rule]
        ) {
            $0.replace(Scene.billType)
            $0.waive(rule, expires: Scene.now)
        },
        .breaks(
            WaiverRules.expired, "a second after its end", observed: "\(name) expired at 2026-09-21T14:13:19Z",
            others: [rule]
        ) {
            $0.replace(Scene.billType)
            $0.waive(rule, expires: Scene.now - .seconds(1))
        },
        .holds(WaiverRules.inactive, "an active waiver beside a revoked one") {
            $0.replace(Scene.billType)
            $0.waive(rule)
            $0.waive(rule, id: "W-2")
            $0.revoke("W-1")
        },
        inactive("revoked", observed: "\(name): revoked at 2026-09-21T14:12:20Z", expected: wanted) {
            $0.waive(rule)
            $0.revoke("W-1")
        },
        inactive(
            "the revocation list is stale",
            observed: "\(name): void: the revocation list of 2026-09-20T14:13:20Z is stale since 2026-09-21T14:13:20Z"
        ) {
            $0.waive(rule)
            $0.revoke("W-2", issued: Scene.now - .seconds(86_400))
        },
        inactive("the revocation list is of the future") {
            $0.waive(rule)
            $0.revoke("W-2", issued: Scene.now + .seconds(1))
        },
        inactive("there is no revocation list", observed: "\(name): void: there is no revocation list") {
            $0.waive(rule)
            $0.revocations = nil
        },
        inactive("not yet valid", observed: "\(name): not yet valid") {
            $0.waive(rule, notBefore: Scene.now + .seconds(1))
        },
        .holds(WaiverRules.inactive, "valid from now on") {
            $0.replace(Scene.billType)
            $0.waive(rule, notBefore: Scene.now)
        },
        .breaks(
            WaiverRules.inactive, "a rule that the bundle does not let be waived", .explains,
            observed: "waiver W-1 (\(digest)) of team-payments for image-digest-missing: the bundle does not let "
                + "image-digest-missing be waived", expected: wanted, others: [ReferenceRules.digestMissing.id]
        ) {
            $0.facts.images[0].reference = .success(try ImageReference("ghcr.io/org/app:v1"))
            $0.waive(ReferenceRules.digestMissing.id)
        },
    ]

    @Test(arguments: cases) func waivers(_ example: RuleCase) throws { try example.check() }

    /// A waiver covers one rule for one image in one namespace.
    @Test(arguments: ["namespace", "image", "rule"]) func aWaiverForSomethingElseDoesNotCount(_ what: String) throws {
        var scene = try Scene()
        scene.replace(Scene.billType)
        switch what {
        case "namespace": scene.waive(Self.rule, namespace: "payments-stage")
        case "image": scene.waive(Self.rule, image: Scene.arm)
        default: scene.waive(BillRules.expired.id)
        }
        let decision = scene.decide()
        #expect(decision.outcome == .deny && decision.rules == [Self.rule], "\(decision.words)")
        scene.waive(Self.rule, id: "W-2")
        #expect(scene.decide().outcome == .allow)
        #expect(scene.decide().waiversUsed.map(\.id) == ["W-2"])
    }

    /// What holds for a whole request or cannot be named is nobody's to waive, whatever the bundle says.
    @Test(arguments: [
        EnvironmentRules.mismatch, EnvironmentRules.unknown, RequesterRules.mismatch, RequesterRules.owner,
        CoverageRules.noPolicy, CoverageRules.unbound, CoverageRules.bundleExpired, CoverageRules.unavailable,
        ReferenceRules.invalid, WaiverRules.expired,
    ])
    func someRulesCannotBeMadeWaivable(_ rule: Rule) throws {
        let own = try #require(RuleRegistry.cases.first { $0.rule == rule.id && $0.disposition != nil })
        var scene = try Scene()
        try own.change(&scene)
        let before = scene.decide()
        scene.waive(rule.id, id: "W-8")
        scene.manifest.waivers.waivable = RuleRegistry.rules.map(\.id)
        let after = scene.decide()
        #expect(before.enforcedResult == .deny && after.enforcedResult == .deny)
        #expect(after.waiversUsed.isEmpty)
    }

    @Test func aUsedWaiverIsNamed() throws {
        var scene = try Scene()
        scene.replace(Scene.billType)
        scene.waive(Self.rule)
        let decision = scene.decide()
        let used = try #require(decision.waiversUsed.first)
        #expect(used.id == "W-1" && used.digest == Self.digest && used.owner == "team-payments")
        #expect(used.rule == Self.rule && used.expires == Scene.now + .seconds(3_600))
        #expect(decision.findings.map(\.waiver) == ["W-1"])
    }
}
