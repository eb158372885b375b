internal import Admission
internal import Attestation
internal import Core
internal import Kubernetes
internal import Lineage
internal import Policy
internal import Recording
internal import Rehearsal

/// The unsigned image is denied, the signed and attested one is admitted, and both decisions are on record with the
/// evidence they rest on.
package struct BinaryOutcomeDrill: Exercise {
    package let name = "binary-outcome"
    package let summary = "Deploys an unsigned image and a signed and attested one, and reads both decisions back."
    package let claim =
        "An image without evidence is denied, the same workload with evidence is admitted, and both decisions can be "
        + "read up with what they rest on."

    package init() {}

    package func run(_ context: DrillContext) async throws -> DrillReport {
        let range = try FiringRange(now: context.now)
        let admitter = try Admitter(
            bundle: range.stage.bundle, cluster: FiringRange.cluster, places: range.images,
            records: LineageRecords(context.store))
        return DrillReport(
            name: name, claim: claim, at: context.now,
            steps: [
                try await step(.deny, of: range.unsigned, "the unsigned image", admitter, context),
                try await step(.allow, of: range.signed, "the signed and attested image", admitter, context),
            ])
    }

    private func step(
        _ expected: Decision.Outcome, of image: Digest, _ title: String, _ admitter: Admitter, _ context: DrillContext
    ) async throws -> DrillReport.Step {
        let request = try FiringRange.request(image)
        let (decision, facts) = try await admitter.resolve(request, at: context.now)
        try await DecisionRecorder(context.store).record(decision, facts)
        let rules = Set(decision.blocking.map(\.finding.rule.rawValue)).sorted()
        let why = try await context.store.why(image)
        let digest = Digest.of(decision.json.canonical)
        let recorded = why.decisions.contains { $0.id == digest }
        let evidence = Set(decision.images.flatMap(\.evidence))
        let kept = evidence.isSubset(of: Set(why.evidence.map(\.record.digest)))
        let observed =
            [
                decision.outcome.rawValue, rules.isEmpty ? nil : "by \(rules.joined(separator: ", "))",
                "\(evidence.count) pieces of evidence", recorded ? "decision recorded" : "decision NOT recorded",
                kept ? nil : "evidence NOT recorded",
            ].compactMap { $0 }.joined(separator: "; ")
        let enforced = decision.enforcedResult == (expected == .allow ? .allow : .deny)
        return DrillReport.Step(
            title: title, expected: "\(expected.rawValue), recorded with its evidence", observed: observed,
            holds: decision.outcome == expected && enforced && recorded && kept
                && (expected == .allow ? rules.isEmpty && !evidence.isEmpty : rules.contains("evidence-missing")),
            evidence: [digest] + evidence.sorted { $0.description < $1.description })
    }
}
