package import Core

/// What a drill tried and what came of it.
package struct DrillReport: Sendable {
    /// One thing that was tried.
    package struct Step: Sendable {
        package let title: String
        package let expected: String
        package let observed: String
        package let holds: Bool
        /// What the step rests on: digests of evidence and of decisions, as they were recorded.
        package let evidence: [Digest]

        package init(title: String, expected: String, observed: String, holds: Bool, evidence: [Digest] = []) {
            self.title = title
            self.expected = expected
            self.observed = observed
            self.holds = holds
            self.evidence = evidence
        }
    }

    package let name: String
    package let claim: String
    package let at: Instant
    package let steps: [Step]

    package init(name: String, claim: String, at: Instant, steps: [Step]) {
        self.name = name
        self.claim = claim
        self.at = at
        self.steps = steps
    }

    /// Whether every step holds; a drill without steps proved nothing.
    package var passed: Bool { !steps.isEmpty && steps.allSatisfy(\.holds) }

    /// The report as JSON.
    package var json: JSONValue {
        [
            "drill": .string(name), "passed": .bool(passed), "claim": .string(claim), "at": .string(at.description),
            "steps": .array(
                steps.map {
                    [
                        "title": .string($0.title), "expected": .string($0.expected), "observed": .string($0.observed),
                        "holds": .bool($0.holds), "evidence": .array($0.evidence.map { .string($0.description) }),
                    ]
                }),
        ]
    }
}
