/// What is told about the reading of evidence, for whoever counts it.
package struct EvidenceMetrics: Sendable {
    /// How a negative result is typed.
    package enum Negative: String, Sendable, Hashable, CaseIterable {
        case nothing, refused, outage
    }

    /// How a collection ended.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case verified, nothing, refused, outage
    }

    /// Evidence was used from memory.
    package var memoryHit: @Sendable () -> Void = {}
    /// Evidence bytes were read from disk.
    package var diskHit: @Sendable () -> Void = {}
    /// Nothing usable was in memory.
    package var miss: @Sendable () -> Void = {}
    /// A negative result was used from memory.
    package var negativeHit: @Sendable (Negative) -> Void = { _ in }
    /// Evidence that should have been read again was used, because its place gives no answer.
    package var staleUse: @Sendable () -> Void = {}
    /// A place was read, in so long.
    package var fetched: @Sendable (Duration, Outcome) -> Void = { _, _ in }
    /// So many entries were dropped from memory for want of room.
    package var evicted: @Sendable (Int) -> Void = { _ in }
    /// A file of the cache was not what it should be, and was ignored.
    package var corrupt: @Sendable () -> Void = {}
    /// A file could not be written, such as on a full disk.
    package var unwritable: @Sendable () -> Void = {}

    package init() {}
}
