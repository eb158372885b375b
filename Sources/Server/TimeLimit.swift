internal import Synchronization

/// Runs work that may take too long.
enum TimeLimit {
    private final class Race<Value: Sendable>: Sendable {
        private struct State {
            var continuation: CheckedContinuation<Value?, Never>?
            var timer: Task<Void, Never>?
        }

        private let state: Mutex<State>

        init(_ continuation: CheckedContinuation<Value?, Never>) {
            state = Mutex(State(continuation: continuation))
        }

        /// Keeps the timer, so that it ends with the work.
        func keep(_ timer: Task<Void, Never>) {
            let isOver = state.withLock { state in
                if state.continuation != nil { state.timer = timer }
                return state.continuation == nil
            }
            if isOver { timer.cancel() }
        }

        /// Whether this is the first end.
        func end(_ value: Value?) -> Bool {
            let ended = state.withLock { state in
                defer { state = State() }
                return state
            }
            ended.timer?.cancel()
            ended.continuation?.resume(returning: value)
            return ended.continuation != nil
        }
    }

    /// Gives the work's result, or `nil` when the time is over first; the work is cancelled then and left behind.
    static func run<Value: Sendable>(
        until deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let race = Race(continuation)
            let task = Task { _ = race.end(await work()) }
            race.keep(
                Task {
                    try? await Task.sleep(until: deadline, clock: .continuous)
                    if race.end(nil) { task.cancel() }
                })
        }
    }
}
