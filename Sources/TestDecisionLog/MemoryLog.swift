internal import DecisionLog
internal import Synchronization

/// A log in memory that fails when it is told to.
package final class MemoryLog: EntryLog, LogArchive {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let state = Mutex((entries: [[UInt8]](), failure: String?.none))

    package init() {}

    package var origin: String { "log.example/test" }
    package var entries: [[UInt8]] { state.withLock { $0.entries } }

    /// What appends answer at present; `nil` for success.
    package var failure: String? { state.withLock { $0.failure } }

    /// What appends answer from now on; `nil` for success.
    package func fail(_ reason: String?) { state.withLock { $0.failure = reason } }

    package func append(_ entry: [UInt8]) async throws -> UInt64 {
        await Task.yield()
        return try state.withLock { state in
            if let reason = state.failure { throw Failure(description: reason) }
            state.entries.append(entry)
            return UInt64(state.entries.count - 1)
        }
    }

    package func size() async throws -> UInt64 { UInt64(entries.count) }

    package func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        let entries = entries
        let end = min(entries.count, Int(index) + limit)
        guard Int(index) < end else { return [] }
        return (Int(index)..<end).map { (UInt64($0), entries[$0]) }
    }

    package func proof(of index: UInt64) async throws -> [UInt8]? { nil }
    package func checkpoint() async throws -> [UInt8]? { nil }
    package func tile(_ path: String) async throws -> [UInt8]? { nil }
}
