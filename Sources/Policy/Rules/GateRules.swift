internal import Attestation
internal import Core

/// What the gates found, by those who may speak for each.
enum GateRules: ImageClause {
    /// `gate-missing`
    static let missing = Rule(
        "gate-missing", severity: .high, summary: "Every required gate attests its result for this digest.",
        reason: "A report that nobody signed, or somebody else did, can be written by whoever wants to pass.",
        remedy:
            "Let the gate attest \(TestResult.predicateType) with its name in `configuration`, signed by an identity "
            + "the policy lists for it.",
        specification: "in-toto test-result v0.1; admission contract, Gates")
    /// `gate-failed`
    static let failed = Rule(
        "gate-failed", severity: .high, summary: "The newest result of every required gate is no failure.",
        reason: "A newer failure says more than an older pass.",
        remedy: "Fix what the gate found and build again, or run the gate again if it was wrong.",
        specification: "in-toto test-result v0.1, result")
    /// `gate-expired`
    static let expired = Rule(
        "gate-expired", severity: .medium, summary: "The newest result of every gate is within its maximum age.",
        reason: "What was clean when it was scanned need not be today.", remedy: "Run the gate again for this digest.",
        specification: "Admission contract, Time and availability")

    static let rules = [missing, failed, expired]
    static let hearsAdverseWords = true

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        [context.requirements.gates.flatMap { check($0, context, evidence) }]
    }

    private static func check(_ name: String, _ context: ImageContext, _ evidence: EvidenceView) -> [Violation] {
        guard let gate = context.policy.gates.first(where: { $0.name.isSame(as: name) }) else {
            return [Violation(missing, observed: "nobody may speak for gate \(name)", expected: "a gate of that name")]
        }
        let results = evidence.items.compactMap { item -> (item: EvidenceItem, content: TestResult)? in
            guard case .success(.testResult(let result)) = item.predicate, item.isSigned(by: gate.signers),
                result.configuration.contains(where: { $0.name?.isSame(as: name) == true })
            else { return nil }
            return (item, result)
        }
        let heard = EvidenceOrder.hear(results, isAdverse: { $0.result == .failed })
        if heard.standing.isEmpty, let adverse = heard.adverse {
            let tests = adverse.content.failedTests.prefix(5).joined(separator: ", ")
            return [
                Violation(
                    failed, observed: "gate \(name) FAILED\(tests.isEmpty ? "" : ": \(tests)")", expected: "PASSED",
                    evidence: [adverse.item.evidence.digest])
            ]
        }
        guard let youngest = heard.standing.map(\.item).youngest else {
            let strangers = evidence.items.filter {
                if case .success(.testResult) = $0.predicate { true } else { false }
            }
            let seen = strangers.isEmpty ? "" : "; test results of \(strangers.signerNames) are not this gate's"
            return [
                Violation(
                    missing, observed: "no result of gate \(name)\(seen)",
                    expected: "a result by \(gate.signers.map(\.description).joined(separator: " or "))")
            ]
        }
        guard let since = youngest.tooOldSince(gate.maxAge, at: context.now) else { return [] }
        // An old PASSED after a FAILED must not undo the waiver for the failure, nor one that is as good as none.
        let covers = [expired.id, missing.id] + (heard.adverse == nil ? [] : [failed.id])
        return [.aged(expired, youngest, since, gate.maxAge, coveredBy: covers)]
    }
}
