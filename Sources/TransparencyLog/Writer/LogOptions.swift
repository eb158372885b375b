/// How a log is written.
public struct LogOptions: Sendable {
    /// How long after an append a checkpoint that covers it is published at the latest, if the disk keeps up.
    public var publishInterval: Duration = .seconds(1)
    /// The most bytes of journal and tiles together; `nil` for as many as the volume holds.
    public var maximumBytes: UInt64?
    /// What is left free of ``maximumBytes`` and of the volume, so that what was acknowledged can still become tiles.
    public var reserveBytes: UInt64 = 64 << 20
    /// The most bytes of entries in memory that wait for the disk or for a full tile; more are `overloaded`.
    public var maximumPendingBytes = 64 << 20
    /// The most appends that wait at once; more are `overloaded`.
    public var maximumWaiting = 65_536
    /// How large a journal file gets; one more of that size is kept ready.
    public var segmentBytes: UInt64 = 16 << 20
    /// Who is asked to cosign each checkpoint; see ``WitnessClient``.
    public var cosigners: [any CheckpointCosigner] = []

    package var disk = Disk()

    public init() {}
}

/// Someone who signs checkpoints besides the log, such as a witness.
public protocol CheckpointCosigner: Sendable {
    /// The cosignatures for a checkpoint.
    ///
    /// - Parameter reader: answers the consistency proofs that may be asked for.
    /// - Throws: when there are none; the checkpoint stays as it is, and the next one is tried.
    func cosign(_ checkpoint: SignedCheckpoint, reader: LogReader) async throws -> [NoteSignature]
}

/// What opening a log found and did.
public struct LogRecovery: Sendable, Hashable {
    /// Entries that are durable.
    public let size: UInt64
    /// Of these, entries of the journal that were read again.
    public let replayed: UInt64
    /// Bytes at the journal's end that were cut off, none of which was acknowledged.
    public let truncatedBytes: UInt64
    /// Tiles that were missing or incomplete and were written again from the journal.
    public let rewrittenTiles: Int
}

/// How a log is doing.
public struct LogStatus: Sendable, Hashable {
    /// Entries that are durable.
    public let size: UInt64
    /// Entries that the published checkpoint covers.
    public let publishedSize: UInt64
    /// Bytes of entries in memory.
    public let pendingBytes: Int
    /// Bytes of the journal and the tiles on disk.
    public let bytes: UInt64
    /// Why appends are refused at present, if they are.
    public let trouble: LogError?
}
