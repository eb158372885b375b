package import TransparencyLog

/// The log of this process, entries included that no checkpoint covers yet.
package struct WriterArchive: LogArchive {
    private let writer: LogWriter

    package init(_ writer: LogWriter) { self.writer = writer }

    package var origin: String { writer.origin }

    package func size() async throws -> UInt64 { writer.size }

    package func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        var found: [(index: UInt64, bytes: [UInt8])] = []
        // The writer gives the rest of a bundle at a time.
        while found.count < limit {
            let next = index + UInt64(found.count)
            let page = try await writer.entries(from: next, count: limit - found.count)
            if page.isEmpty { break }
            for (offset, bytes) in page.enumerated() { found.append((next + UInt64(offset), bytes)) }
        }
        return found
    }

    package func proof(of index: UInt64) async throws -> [UInt8]? {
        let checkpoint = writer.checkpoint
        guard index < checkpoint.checkpoint.size else { return nil }
        return try await writer.reader.proof(of: index, in: checkpoint).bytes
    }

    package func checkpoint() async throws -> [UInt8]? { writer.checkpoint.bytes }

    package func tile(_ path: String) async throws -> [UInt8]? {
        guard let tile = TilePath(path) else { return nil }
        return try await writer.reader.source.tile(tile)
    }
}
