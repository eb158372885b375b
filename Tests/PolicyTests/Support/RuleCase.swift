import Core
import Testing

@testable import Policy

/// One change to the scene and what one rule makes of it.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let rule: RuleID
    let name: String
    /// What becomes of the finding; `nil` when the rule must have nothing to say and the request is allowed.
    let disposition: Decision.Disposition?
    let observed: String?
    let expected: String?
    /// Other rules that are broken by the same change.
    let others: Set<RuleID>
    let change: @Sendable (inout Scene) throws -> Void

    var testDescription: String { "\(rule): \(name)" }

    /// The rule holds.
    static func holds(
        _ rule: Rule, _ name: String, _ change: @escaping @Sendable (inout Scene) throws -> Void = { _ in }
    ) -> RuleCase {
        RuleCase(
            rule: rule.id, name: name, disposition: nil, observed: nil, expected: nil, others: [], change: change)
    }

    /// The rule is broken.
    static func breaks(
        _ rule: Rule, _ name: String, _ disposition: Decision.Disposition = .denies, observed: String? = nil,
        expected: String? = nil, others: Set<RuleID> = [], _ change: @escaping @Sendable (inout Scene) throws -> Void
    ) -> RuleCase {
        RuleCase(
            rule: rule.id, name: name, disposition: disposition, observed: observed, expected: expected,
            others: others, change: change)
    }

    func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        var scene = try Scene()
        try change(&scene)
        let decision = scene.decide()
        let about = decision.findings.filter { $0.finding.rule == rule }
        guard let disposition else {
            #expect(about.isEmpty, "\(decision.words)", sourceLocation: sourceLocation)
            #expect(decision.outcome == .allow, "\(decision.words)", sourceLocation: sourceLocation)
            #expect(decision.enforcedResult == .allow, "\(decision.words)", sourceLocation: sourceLocation)
            return
        }
        let finding = try #require(
            about.first { $0.disposition == disposition }, "\(decision.words)", sourceLocation: sourceLocation)
        if let observed { #expect(finding.finding.observed == observed, sourceLocation: sourceLocation) }
        if let expected { #expect(finding.finding.expected == expected, sourceLocation: sourceLocation) }
        #expect(finding.finding.documentation == "docs/reference/rules.md#\(rule)", sourceLocation: sourceLocation)
        let blocking = Set(decision.blocking.map(\.finding.rule))
        switch disposition {
        case .denies, .undetermined:
            #expect(
                decision.outcome == (disposition == .denies ? .deny : .indeterminate), "\(decision.words)",
                sourceLocation: sourceLocation)
            #expect(decision.enforcedResult == .deny, sourceLocation: sourceLocation)
            #expect(blocking == others.union([rule]), "\(decision.words)", sourceLocation: sourceLocation)
        case .waived, .warns:
            #expect(decision.outcome == .allow, "\(decision.words)", sourceLocation: sourceLocation)
            #expect(blocking.isEmpty, sourceLocation: sourceLocation)
        case .explains:
            #expect(blocking == others, "\(decision.words)", sourceLocation: sourceLocation)
        }
    }
}

extension Decision {
    /// The findings on a line each.
    var words: String {
        ([outcome.rawValue] + findings.map { "\($0.disposition.rawValue) \($0.finding)" }).joined(separator: "\n")
    }

    var rules: Set<RuleID> { Set(findings.map(\.finding.rule)) }

    /// The findings of a rule.
    func findings(_ rule: Rule) -> [DecisionFinding] { findings.filter { $0.finding.rule == rule.id } }

    var bytes: [UInt8] { json.canonical }
}
