import Synchronization

/// Runs work that may take too long.
enum Deadline {
    /// Gives the work's result, or an error when the time is over first; the work is cancelled then and left behind.
    ///
    /// - Parameters:
    ///   - limit: how long to wait.
    ///   - what: the work, for the message.
    /// - Throws: the work's error, or ``UsageError`` when the time is over.
    static func run<Value: Sendable>(
        _ limit: Duration, _ what: String, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            race(limit, what, work, continuation)
        }
    }

    private final class Race: Sendable {
        private let isDone = Mutex(false)

        /// Whether the caller is the first to finish.
        func wins() -> Bool {
            isDone.withLock { done in
                defer { done = true }
                return !done
            }
        }
    }

    private static func race<Value: Sendable>(
        _ limit: Duration, _ what: String, _ work: @escaping @Sendable () async throws -> Value,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        let race = Race()
        let task = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            if race.wins() { continuation.resume(with: result) }
        }
        Task {
            try? await Task.sleep(for: limit)
            guard race.wins() else { return }
            task.cancel()
            continuation.resume(throwing: UsageError("\(what) did not end within \(limit); give --timeout for longer"))
        }
    }
}
