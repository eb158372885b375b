internal import Core
internal import Synchronization

/// The collections under way, so that those who want the same share one.
final class EvidenceFlights: Sendable {
    struct Entry: Sendable {
        let number: Int
        let flight: Flight<PlaceEvidence>
        let progress: PlaceProgress
        /// What the disk held, as soon as it is read.
        let stored: StoredBox
        /// The present that signing times are held against.
        let now: Instant
        fileprivate let began: ContinuousClock.Instant
    }

    /// What the disk held.
    final class StoredBox: Sendable {
        private let state = Mutex<StoredEvidence?>(nil)
        var value: StoredEvidence? { state.withLock { $0 } }
        func set(_ value: StoredEvidence?) { state.withLock { $0 = value } }
    }

    private struct State {
        var entries: [EvidenceKey: Entry] = [:]
        var counter = 0
        var running = 0
    }

    private let state = Mutex(State())
    private let maximum: Int

    /// - Parameter maximum: how many may be under way.
    init(maximum: Int) { self.maximum = maximum }

    /// Joins the collection of a key, or begins one.
    ///
    /// - Parameters:
    ///   - now: what was verified at a later present is not shared.
    ///   - patience: how long a collection may take before another is begun beside it.
    ///   - begin: starts the work; it must call the closure that it is given when it is done.
    /// - Returns: `nil` when there are too many.
    func join(
        _ key: EvidenceKey, now: Instant, patience: Duration,
        begin: (PlaceProgress, StoredBox, @escaping @Sendable () -> Void) -> Flight<PlaceEvidence>,
        progress: () -> PlaceProgress
    ) -> Entry? {
        state.withLock { state in
            let moment = ContinuousClock.now
            if let entry = state.entries[key], entry.now <= now, moment < entry.began + patience { return entry }
            guard state.running < maximum else { return nil }
            state.running += 1
            state.counter += 1
            let number = state.counter
            let progress = progress()
            let stored = StoredBox()
            let flight = begin(progress, stored) { self.end(key, number) }
            let entry = Entry(
                number: number, flight: flight, progress: progress, stored: stored, now: now, began: moment)
            // One that is older than what is asked for stays: others may have joined it.
            if state.entries[key].map({ $0.now <= now }) ?? true { state.entries[key] = entry }
            return entry
        }
    }

    private func end(_ key: EvidenceKey, _ number: Int) {
        state.withLock { state in
            state.running -= 1
            if state.entries[key]?.number == number { state.entries[key] = nil }
        }
    }
}
