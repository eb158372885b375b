/// Lets concurrent callers that want the same thing share one fetch.
///
/// A caller that is cancelled leaves at once without disturbing the others; when the last one has left, the fetch is
/// cancelled too. Results are not kept.
actor SingleFlight<Key: Hashable & Sendable, Value: Sendable> {
    typealias Outcome = Result<Value, RegistryError>

    private struct Flight {
        let number: Int
        let task: Task<Void, Never>
        var waiters: [Int: CheckedContinuation<Outcome, Never>]
    }

    private var flights: [Key: Flight] = [:]
    private var counter = 0

    /// - Parameters:
    ///   - key: what is wanted.
    ///   - cancelled: what a caller that is cancelled gets.
    ///   - fetch: how to get it, for the first caller.
    func run(
        _ key: Key, cancelled: RegistryError, _ fetch: @escaping @Sendable () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        counter += 1
        let waiter = counter
        let outcome: Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: .failure(cancelled))
                } else {
                    join(key, waiter, continuation, fetch)
                }
            }
        } onCancel: {
            Task { await self.leave(key, waiter, cancelled) }
        }
        return try outcome.get()
    }

    private func join(
        _ key: Key, _ waiter: Int, _ continuation: CheckedContinuation<Outcome, Never>,
        _ fetch: @escaping @Sendable () async throws(RegistryError) -> Value
    ) {
        if flights[key] != nil {
            flights[key]?.waiters[waiter] = continuation
            return
        }
        let task = Task {
            let outcome: Outcome
            do throws(RegistryError) {
                outcome = .success(try await fetch())
            } catch {
                outcome = .failure(error)
            }
            self.land(key, waiter, outcome)
        }
        flights[key] = Flight(number: waiter, task: task, waiters: [waiter: continuation])
    }

    private func land(_ key: Key, _ number: Int, _ outcome: Outcome) {
        // A flight that everybody left may have been replaced by a newer one.
        guard let flight = flights[key], flight.number == number else { return }
        flights[key] = nil
        for continuation in flight.waiters.values { continuation.resume(returning: outcome) }
    }

    private func leave(_ key: Key, _ waiter: Int, _ cancelled: RegistryError) {
        guard let continuation = flights[key]?.waiters.removeValue(forKey: waiter) else { return }
        continuation.resume(returning: .failure(cancelled))
        if let flight = flights[key], flight.waiters.isEmpty {
            flight.task.cancel()
            flights[key] = nil
        }
    }
}
