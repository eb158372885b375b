/// When what has not answered counts as unanswered.
package struct EvidenceDeadline: Sendable {
    /// Returns when the time has come, or early when the task is cancelled.
    let wait: @Sendable () async -> Void

    /// - Parameter wait: waits until the time has come; returns early when its task is cancelled.
    package init(wait: @escaping @Sendable () async -> Void) { self.wait = wait }

    /// A moment of the machine's own clock.
    package static func at(_ instant: ContinuousClock.Instant) -> EvidenceDeadline {
        EvidenceDeadline { try? await Task.sleep(until: instant, clock: .continuous) }
    }

    /// So long from now.
    package static func after(_ duration: Duration) -> EvidenceDeadline { .at(.now + duration) }
}

extension EvidenceDeadline? {
    /// Does some work that is cancelled when the time has come; it still says what it has by then.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        guard let self else { return await work() }
        let task = Task { await work() }
        let timer = Task {
            await self.wait()
            task.cancel()
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
