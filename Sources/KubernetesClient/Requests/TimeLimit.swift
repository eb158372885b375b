internal import Core
internal import Outgoing

/// Ends work that takes too long.
enum TimeLimit {
    /// Gives the work's result; the work is cancelled when the time is over.
    ///
    /// - Throws: the work's error, or one with code `timeout`.
    static func run<Value: Sendable>(
        _ limit: Duration, _ place: String, _ pacing: Pacing,
        _ work: @escaping @Sendable () async throws(KubernetesError) -> Value
    ) async throws(KubernetesError) -> Value {
        typealias Outcome = Result<Value, KubernetesError>
        let outcome: Outcome = await withTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                do throws(KubernetesError) { return .success(try await work()) } catch { return .failure(error) }
            }
            group.addTask {
                await pacing.sleep(limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            let code: KubernetesError.Code = Task.isCancelled ? .cancelled : .timeout
            return .failure(KubernetesError(code, "no answer within \(limit)", at: place))
        }
        return try outcome.get()
    }
}
