package import Core
internal import DecisionLog
internal import Synchronization

/// Large decisions in memory.
package final class MemoryDecisions: LargeDecisions {
    private let kept = Mutex<[Digest: [UInt8]]>([:])

    package init() {}

    package var count: Int { kept.withLock { $0.count } }

    package func keep(_ document: [UInt8], digest: Digest) async throws { kept.withLock { $0[digest] = document } }
    package func document(_ digest: Digest) async throws -> [UInt8]? { kept.withLock { $0[digest] } }
}
