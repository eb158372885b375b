import Attestation
import Core
import Testing

@testable import Policy

/// Every rule's cases, so that a rule without tests is seen.
enum RuleRegistry {
    static let cases =
        EnvironmentRuleTests.cases + RequesterRuleTests.cases + CoverageRuleTests.cases + ReferenceRuleTests.cases
        + SignerRuleTests.cases + ProvenanceRuleTests.cases + BillRuleTests.cases + DeliveryRuleTests.cases
        + GateRuleTests.cases + SummaryRuleTests.cases + PromotionRuleTests.cases + WaiverRuleTests.cases
        + ServiceRuleTests.cases

    /// The rules of admission and the two of verification that it names as well.
    static let rules = PolicyRules.all + [SignatureRules.signatureInvalid, SignatureRules.identityMismatch]

    static func untested(_ rules: [Rule], _ cases: [RuleCase]) -> [String] {
        rules.flatMap { rule -> [String] in
            let own = cases.filter { $0.rule == rule.id }
            var missing: [String] = []
            if !own.contains(where: { $0.disposition == nil }) { missing.append("\(rule.id) has no case that holds") }
            if !own.contains(where: { $0.disposition != nil && $0.observed != nil && $0.expected != nil }) {
                missing.append("\(rule.id) has no case that breaks it with its exact words")
            }
            return missing
        }
    }
}

@Suite("Every rule is tested") struct RuleRegistryTests {
    @Test func everyRuleHasACaseThatHoldsAndOneThatBreaksIt() {
        #expect(RuleRegistry.untested(RuleRegistry.rules, RuleRegistry.cases) == [])
        #expect(RuleRegistry.rules.count >= 30)
    }

    @Test func aRuleWithoutTestsIsSeen() {
        let rule = Rule("brand-new", summary: "", reason: "", remedy: "", specification: "")
        #expect(RuleRegistry.untested([rule], RuleRegistry.cases).count == 2)
    }

    @Test func noCaseIsOfAnUnknownRule() {
        let known = Set(RuleRegistry.rules.map(\.id))
        #expect(RuleRegistry.cases.filter { !known.contains($0.rule) }.map(\.testDescription) == [])
    }

    @Test func everyClausesRulesAreInTheReference() {
        let known = Set(RuleRegistry.rules.map(\.id))
        #expect(PolicyRules.clauses.flatMap { $0.rules }.map(\.id).allSatisfy { known.contains($0) })
        #expect(Set(PolicyRules.all.map(\.id)).count == PolicyRules.all.count)
    }

    @Test func theSceneItselfIsAllowedWithoutAFinding() throws {
        let decision = try Scene().decide()
        #expect(decision.outcome == .allow && decision.findings.isEmpty, "\(decision.words)")
        #expect(decision.enforcedResult == .allow && decision.mode == .enforce)
        #expect(decision.environment == "prod" && decision.tenant == "team-a")
        #expect(decision.images.first?.evidence.count == 5)
    }
}
