package import Core
package import DecisionLog
internal import TransparencyLog

/// The log of this process, as a server has it.
package struct ArchiveTail: LogTail {
    private let archive: any LogArchive
    private let large: any LargeDecisions

    package init(_ archive: any LogArchive, large: any LargeDecisions) {
        self.archive = archive
        self.large = large
    }

    package var origin: String { archive.origin }

    package func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        try await archive.entries(from: index, limit: limit)
    }

    package func decision(_ digest: Digest) async throws -> [UInt8]? { try await large.document(digest) }
}

/// A log in a folder, as far as its checkpoint covers it when the tail is made.
package struct FolderTail: LogTail {
    private let reader: LogReader
    private let checkpoint: Checkpoint
    private let large: (any LargeDecisions)?

    /// - Throws: ``LogError`` when the folder holds no log.
    package init(folder: String, large: (any LargeDecisions)? = nil) async throws {
        reader = LogReader(folder: folder)
        checkpoint = try await reader.checkpoint().checkpoint
        self.large = large
    }

    package var origin: String { checkpoint.origin }
    /// How many entries the checkpoint covers.
    package var size: UInt64 { checkpoint.size }

    package func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        var found: [(index: UInt64, bytes: [UInt8])] = []
        for try await (index, entry) in reader.entries(from: index, count: UInt64(max(0, limit)), in: checkpoint) {
            found.append((index, entry))
        }
        return found
    }

    package func decision(_ digest: Digest) async throws -> [UInt8]? { try await large?.document(digest) }

    /// Whether the tiles lead from an entry to the checkpoint; whose checkpoint it is, is not looked at.
    package func proves(_ index: UInt64) async -> Bool { (try? await reader.entry(index, in: checkpoint)) != nil }
}
