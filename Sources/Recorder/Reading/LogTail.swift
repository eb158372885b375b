package import Core

/// A decision log, as far as it is read in order.
package protocol LogTail: Sendable {
    /// What tells this log from others, such as its checkpoints' origin.
    var origin: String { get }

    /// The entries from an index on, in order and without gaps; none when there are no newer ones.
    func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])]

    /// The document of a decision that was too large for its entry; `nil` when it is not kept.
    func decision(_ digest: Digest) async throws -> [UInt8]?
}

extension LogTail {
    package func decision(_ digest: Digest) async throws -> [UInt8]? { nil }
}
