/// A log that entries are appended to.
package protocol EntryLog: Sendable {
    /// The log's origin, as its checkpoints name it.
    var origin: String { get }

    /// Appends an entry.
    ///
    /// - Returns: its index, once it would survive the end of the process and of the machine.
    /// - Throws: when it was not, or may not have been, kept.
    func append(_ entry: [UInt8]) async throws -> UInt64
}

/// Where an entry is.
package struct LogPlace: Sendable, Hashable, CustomStringConvertible {
    package let origin: String
    package let index: UInt64

    package init(origin: String, index: UInt64) {
        self.origin = origin
        self.index = index
    }

    package var description: String { "\(origin)#\(index)" }
}
