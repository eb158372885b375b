internal import Synchronization

/// Lets only so many fetches, of so many bytes in all, be under way at once; first come, first served.
package final class FetchGate: Sendable {
    private struct Waiter {
        let number: Int
        let bytes: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var places: Int
        var bytes: Int
        var counter = 0
        var waiters: [Waiter] = []

        mutating func take(_ weight: Int) -> Bool {
            guard places > 0, bytes >= weight else { return false }
            places -= 1
            bytes -= weight
            return true
        }

        /// Those at the head of the queue for whom there is room now.
        mutating func admitted() -> [CheckedContinuation<Bool, Never>] {
            var count = 0
            while count < waiters.count, take(waiters[count].bytes) { count += 1 }
            defer { waiters.removeFirst(count) }
            return waiters.prefix(count).map(\.continuation)
        }
    }

    private let state: Mutex<State>
    private let maximumBytes: Int

    /// - Parameters:
    ///   - fetches: how many fetches may be under way.
    ///   - bytes: how many bytes they may ask for in all; a single one that asks for more goes alone.
    package init(fetches: Int, bytes: Int) {
        maximumBytes = bytes
        state = Mutex(State(places: max(fetches, 1), bytes: bytes))
    }

    /// Does some work when there is room for it.
    ///
    /// - Parameter bytes: how many bytes the work will hold at most.
    /// - Returns: `nil` when the caller was cancelled while it waited.
    func run<Value>(bytes: Int, _ work: () async -> Value) async -> Value? {
        let weight = min(max(bytes, 0), maximumBytes)
        guard await enter(weight) else { return nil }
        defer { leave(weight) }
        return await work()
    }

    private func enter(_ weight: Int) async -> Bool {
        let number = state.withLock { state in
            state.counter += 1
            return state.counter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.waiters.isEmpty, state.take(weight) { return true }
                    state.waiters.append(Waiter(number: number, bytes: weight, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (gone, admitted) = state.withLock { state in
                let index = state.waiters.firstIndex { $0.number == number }
                let gone = index.map { state.waiters.remove(at: $0).continuation }
                return (gone, state.admitted())
            }
            gone?.resume(returning: false)
            for continuation in admitted { continuation.resume(returning: true) }
        }
    }

    private func leave(_ weight: Int) {
        let admitted = state.withLock { state in
            state.places += 1
            state.bytes += weight
            return state.admitted()
        }
        for continuation in admitted { continuation.resume(returning: true) }
    }
}
