package import Core
package import Lineage
package import Policy

/// Records decisions with the evidence they rest on.
package struct DecisionRecorder: Sendable {
    private let store: any LineageStore

    package init(_ store: any LineageStore) { self.store = store }

    /// Records a decision and the verified evidence that was looked at, as one batch; a dry run is not recorded.
    ///
    /// - Parameters:
    ///   - decision: what was decided.
    ///   - facts: what it was decided by.
    /// - Returns: whether anything was recorded.
    /// - Throws: ``LineageError`` when the store fails; then nothing of the batch was recorded.
    @discardableResult
    package func record(_ decision: Decision, _ facts: AdmissionFacts) async throws(LineageError) -> Bool {
        guard !decision.isDryRun else { return false }
        let events = try Self.events(facts.images.map(\.evidence)) + [.decision(DecisionRecord(decision.json))]
        try await store.record(events, at: decision.at)
        return true
    }

    /// Records verified evidence alone.
    ///
    /// - Parameter now: the present; it becomes the time at which new evidence was first seen.
    /// - Throws: ``LineageError`` when the store fails.
    @discardableResult
    package func record(_ evidence: ImageEvidence, at now: Instant) async throws(LineageError) -> Recording {
        try await store.record(Self.events([evidence]), at: now)
    }

    // The store knows what it has; evidence about several subjects is one piece for each.
    private static func events(_ evidence: [ImageEvidence]) throws(LineageError) -> [LineageEvent] {
        evidence.flatMap { image in
            ([image.whole].compactMap { $0 } + image.platforms).flatMap(\.verified)
        }.flatMap { item in
            [.evidence(EvidenceRecord(item.evidence))] + (BillsOfMaterials.event(item).map { [$0] } ?? [])
        }
    }
}
