internal import Core
package import Policy

/// What became of a case.
package struct CaseResult: Sendable {
    package let file: String
    package let suite: String
    package let name: String
    /// The line the case begins on.
    package let line: Int
    /// What came out otherwise than expected; empty is passed.
    package let differences: [String]
    /// Why the case could not be played.
    package let problem: String?
    package let decision: Decision?
    package let duration: Duration

    package var passed: Bool { differences.isEmpty && problem == nil }
}

extension Expectation {
    /// How a decision differs from what is expected, in words; empty when it does not.
    package func differences(from decision: Decision) -> [String] {
        guard case .decision(let outcome) = result else {
            return ["expected the request to be refused as malformed, saw \(decision.outcome.rawValue)"]
        }
        var differences: [String] = []
        if decision.outcome != outcome {
            differences.append("decision: expected \(outcome.rawValue), saw \(decision.outcome.rawValue)")
        }
        if let enforcedResult, decision.enforcedResult != enforcedResult {
            differences.append(
                "enforcedResult: expected \(enforcedResult.rawValue), saw \(decision.enforcedResult.rawValue)")
        }
        compare("rules", rules, decision.findings, [.denies, .undetermined], &differences)
        compare("warns", warns, decision.findings, [.warns], &differences)
        compare("waived", waived, decision.findings, [.waived], &differences)
        return differences
    }

    private func compare(
        _ field: String, _ expected: Set<String>, _ findings: [Decision.DecisionFinding],
        _ dispositions: Set<Decision.Disposition>, _ differences: inout [String]
    ) {
        let seen = findings.filter { dispositions.contains($0.disposition) }
        for rule in expected.sorted() where !seen.contains(where: { $0.finding.rule.rawValue == rule }) {
            differences.append("\(field): expected \(rule), which is not among them")
        }
        for item in seen where !expected.contains(item.finding.rule.rawValue) {
            let place = [item.image, item.policy].compactMap { $0 }.joined(separator: ", ")
            differences.append(
                "\(field): unexpected \(item.finding.rule)\(place.isEmpty ? "" : " (\(place))"): observed "
                    + "\(item.finding.observed); expected \(item.finding.expected)")
        }
    }

    /// How a refusal differs from what is expected.
    func differences(from error: any Error) -> [String] {
        let text = "\(error)"
        switch result {
        case .decision(let outcome): return ["expected \(outcome.rawValue), but the request is malformed: \(text)"]
        case .error(let part):
            return text.contains(part) ? [] : ["error: expected \"\(part)\" in it, saw: \(text)"]
        }
    }
}
