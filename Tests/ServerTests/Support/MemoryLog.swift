import Core
import DecisionLog
import Synchronization

/// A log in memory that fails when it is told to.
final class MemoryLog: EntryLog, LogArchive {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let state = Mutex((entries: [[UInt8]](), failure: String?.none))

    var origin: String { "log.example/test" }
    var entries: [[UInt8]] { state.withLock { $0.entries } }

    var failure: String? { state.withLock { $0.failure } }

    /// What appends answer from now on; `nil` for success.
    func fail(_ reason: String?) { state.withLock { $0.failure = reason } }

    func append(_ entry: [UInt8]) async throws -> UInt64 {
        await Task.yield()
        return try state.withLock { state in
            if let reason = state.failure { throw Failure(description: reason) }
            state.entries.append(entry)
            return UInt64(state.entries.count - 1)
        }
    }

    func size() async throws -> UInt64 { UInt64(entries.count) }

    func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        let entries = entries
        let end = min(entries.count, Int(index) + limit)
        guard Int(index) < end else { return [] }
        return (Int(index)..<end).map { (UInt64($0), entries[$0]) }
    }

    func proof(of index: UInt64) async throws -> [UInt8]? { nil }
    func checkpoint() async throws -> [UInt8]? { nil }
    func tile(_ path: String) async throws -> [UInt8]? { nil }
}

/// Large decisions in memory.
final class MemoryDecisions: LargeDecisions {
    private let kept = Mutex<[Digest: [UInt8]]>([:])

    var count: Int { kept.withLock { $0.count } }

    func keep(_ document: [UInt8], digest: Digest) async throws { kept.withLock { $0[digest] = document } }
    func document(_ digest: Digest) async throws -> [UInt8]? { kept.withLock { $0[digest] } }
}
