internal import Core

/// Where a workload can be rolled back to.
package struct LastGood: Sendable, Hashable {
    package let workload: WorkloadName
    /// What it runs now; `nil` when nothing is known of it, or it was deleted.
    package let current: RunningWorkload?
    /// What was admitted and ran there before, with other images than now, newest first, each set of images once.
    package let candidates: [RunningWorkload]

    /// - Parameter placements: what the workload ran, newest first.
    package init(_ workload: WorkloadName, placements: [RunningWorkload]) {
        self.workload = workload
        let now = placements.first
        current = now?.runs == true ? now : nil
        var seen: Set<[String]> = []
        if let current { seen.insert(Self.images(current)) }
        // What Audit let through was never admitted, and an image without a digest is nothing to go back to.
        candidates = placements.dropFirst(current == nil ? 0 : 1).filter { placement in
            placement.runs && placement.isAdmission && !placement.images.isEmpty
                && placement.images.allSatisfy { $0.digest != nil } && seen.insert(Self.images(placement)).inserted
        }
    }

    private static func images(_ workload: RunningWorkload) -> [String] {
        workload.images.map { $0.digest?.description ?? $0.reference }.sorted()
    }
}
