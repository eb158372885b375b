import Core
import Testing

@testable import Policy

@Suite struct ServiceRuleTests {
    static let cases: [RuleCase] = [
        .holds(ServiceRules.log, "the decision was logged"),
        .breaks(
            ServiceRules.log, "the disk is full", .undetermined, observed: "no space left on device",
            expected: "an entry in the log"
        ) { $0.doubt = .unlogged("no space left on device") },
        .holds(ServiceRules.clock, "the clock can be relied on"),
        .breaks(
            ServiceRules.clock, "the clock jumped", .undetermined, observed: "it went back by 3600 s",
            expected: "a clock that can be relied on"
        ) { $0.doubt = .clock("it went back by 3600 s") },
        .holds(ServiceRules.object, "the object can be read"),
        .breaks(
            ServiceRules.object, "its containers are no list", observed: "spec.containers: expected a list",
            expected: "an object whose images can be read"
        ) { $0.doubt = .unreadable("spec.containers: expected a list") },
    ]

    @Test(arguments: cases) func ruleHolds(_ ruleCase: RuleCase) throws { try ruleCase.check() }

    @Test func inAuditADoubtIsSaidAndLetsThrough() throws {
        var scene = try Scene()
        scene.policies = scene.policies.map { policy in
            var policy = policy
            policy.mode = .audit
            return policy
        }
        scene.doubt = .unlogged("no space left on device")
        let decision = scene.decide()
        #expect(decision.outcome == .indeterminate)
        #expect(decision.enforcedResult == .allow)
    }

    @Test func aDenialRemainsOne() throws {
        var scene = try Scene()
        scene.policies = []
        scene.doubt = .unlogged("no space left on device")
        #expect(scene.decide().outcome == .deny)
    }

    @Test func aDeletionGoesOnWhateverHappensToTheLog() throws {
        var scene = try Scene()
        scene.facts.change = .harmless("deletion")
        scene.facts.operation = .delete
        scene.doubt = .unlogged("no space left on device")
        #expect(scene.decide().enforcedResult == .allow)
        scene.facts.change = .interactive("exec")
        #expect(scene.decide().enforcedResult == .deny)
    }
}
