internal import Core
package import Lineage

/// Decisions into lineage; its store knows what it has.
package struct LineageOutput: RecorderOutput {
    package let name = "lineage"
    private let store: any LineageStore
    private let metrics: RecorderMetrics

    package init(_ store: any LineageStore, metrics: RecorderMetrics = RecorderMetrics()) {
        self.store = store
        self.metrics = metrics
    }

    package func write(_ decision: LoggedDecision) async throws(RecorderError) {
        guard !decision.isDryRun else { return }
        let record: DecisionRecord
        do throws(LineageError) {
            record = try DecisionRecord(decision.document)
        } catch {
            // It will be no better the next time.
            metrics.dropped("lineage: malformed")
            return
        }
        do throws(LineageError) {
            try await store.record([.decision(record)], at: decision.at)
        } catch {
            throw RecorderError(.output, "\(error)", at: name)
        }
    }
}
