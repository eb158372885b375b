internal import Synchronization

/// One piece of work that any number of callers wait for.
///
/// A caller that is cancelled leaves at once, even where the work does not heed cancellation, and disturbs nobody.
final class Flight<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var counter = 0
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())
    /// Whether the work is cancelled when the last caller has left.
    private let endsAlone: Bool

    /// Begins the work.
    ///
    /// - Parameters:
    ///   - endsAlone: whether the work is cancelled when the last caller has left.
    ///   - limit: when the work is cancelled in any case.
    init(endsAlone: Bool, limit: Duration? = nil, _ work: @escaping @Sendable () async -> Value) {
        self.endsAlone = endsAlone
        let task = Task {
            let value: Value
            if let limit {
                let inner = Task { await work() }
                let timer = Task {
                    try? await Task.sleep(for: limit)
                    inner.cancel()
                }
                value = await withTaskCancellationHandler {
                    await inner.value
                } onCancel: {
                    inner.cancel()
                }
                timer.cancel()
            } else {
                value = await work()
            }
            self.land(value)
        }
        let isLate = state.withLock { state in
            if state.value == nil { state.task = task }
            return state.isCancelled
        }
        if isLate { task.cancel() }
    }

    /// Waits for the work's end.
    ///
    /// - Returns: `nil` when the caller was cancelled before.
    func value() async -> Value? {
        let number = state.withLock { state in
            state.counter += 1
            return state.counter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Value?? = state.withLock { state in
                    if let value = state.value { return .some(value) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[number] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (gone, task) = state.withLock { state -> (CheckedContinuation<Value?, Never>?, Task<Void, Never>?) in
                let gone = state.waiters.removeValue(forKey: number)
                guard gone != nil, endsAlone, state.waiters.isEmpty else { return (gone, nil) }
                state.isCancelled = true
                return (gone, state.task)
            }
            gone?.resume(returning: nil)
            task?.cancel()
        }
    }

    private func land(_ value: Value) {
        let waiting = state.withLock { state in
            state.value = value
            state.task = nil
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }
}

/// Concurrent work on a list, so many at a time, begun in the list's order.
enum Bounded {
    /// - Parameter work: what to do with an element.
    /// - Parameter mayBegin: asked before each; what follows the first `false` is left out.
    static func forEach<Element: Sendable>(
        _ elements: [Element], width: Int, mayBegin: @Sendable () -> Bool = { true },
        _ work: @escaping @Sendable (Int, Element) async -> Void
    ) async {
        if elements.count == 1 {
            if mayBegin() { await work(0, elements[0]) }
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for (index, element) in elements.enumerated() {
                if index >= width { await group.next() }
                guard !Task.isCancelled, mayBegin() else { break }
                group.addTask { await work(index, element) }
            }
        }
    }
}
