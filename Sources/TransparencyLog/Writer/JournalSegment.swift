internal import Core

/// One file of the journal, named after the index of its first entry.
struct JournalSegment: Sendable, Hashable {
    let folder: String
    let first: UInt64

    var path: String { "\(folder)/\(Self.name(first))" }

    static func name(_ first: UInt64) -> String {
        let text = String(first)
        return String(repeating: "0", count: 20 - text.count) + text + ".journal"
    }

    /// The journal's files in order.
    static func all(in folder: String) -> [JournalSegment] {
        Disk.names(in: folder).compactMap { name -> JournalSegment? in
            guard name.hasSuffix(".journal"), let first = UInt64(name.dropLast(8)), Self.name(first) == name else {
                return nil
            }
            return JournalSegment(folder: folder, first: first)
        }.sorted { $0.first < $1.first }
    }

    /// How reading a segment ended.
    enum End: Sendable, Hashable {
        /// With a whole batch, or the zeros that are written in advance after it.
        case clean
        /// With the beginning of a batch that was never acknowledged.
        case torn
        /// Within what was durable, so that entries are lost.
        case damaged(String)
    }

    struct Scan: Sendable, Hashable {
        /// The index after the last whole batch.
        let next: UInt64
        /// Where the last whole batch ends.
        let offset: UInt64
        let end: End
    }

    /// Reads a segment batch by batch.
    ///
    /// A batch is written only when the one before it is on the disk. So what follows after a broken one proves that
    /// the broken one was once whole and acknowledged; only at the very end may one be broken harmlessly.
    ///
    /// - Parameter take: is given each whole batch: the index of its first entry, and its records.
    static func scan<Failure: Error>(
        _ source: some JournalBytes, first: UInt64, take: (UInt64, [JournalBatch.Record]) throws(Failure) -> Void
    ) throws -> Scan {
        var next = first
        var offset: UInt64 = 0
        let size = source.size
        while offset < size {
            let headerBytes = try source.read(JournalBatch.headerBytes, at: offset)
            guard let header = JournalBatch.Header(headerBytes[...]) else {
                if try isZero(source, from: offset, size: size) {
                    return Scan(next: next, offset: offset, end: .clean)
                }
                let later = try laterHeader(source, after: offset, size: size)
                return Scan(
                    next: next, offset: offset,
                    end: later.map { .damaged("batch at byte \(offset) is damaged, another follows at byte \($0)") }
                        ?? .torn)
            }
            guard header.first == next else {
                return Scan(
                    next: next, offset: offset,
                    end: .damaged("batch at byte \(offset) begins with entry \(header.first), expected \(next)"))
            }
            let end = offset + UInt64(JournalBatch.headerBytes + header.length)
            let body = try source.read(header.length, at: offset + UInt64(JournalBatch.headerBytes))
            guard let records = JournalBatch.decode(body, header: header) else {
                let isLast = try end >= size || isZero(source, from: end, size: size)
                return Scan(
                    next: next, offset: offset,
                    end: isLast ? .torn : .damaged("batch at byte \(offset) is damaged, more follows after it"))
            }
            try take(next, records)
            next += UInt64(header.count)
            offset = end
        }
        return Scan(next: next, offset: offset, end: .clean)
    }

    private static func isZero(_ source: some JournalBytes, from start: UInt64, size: UInt64) throws -> Bool {
        var offset = start
        while offset < size {
            let piece = try source.read(1 << 20, at: offset)
            guard !piece.isEmpty, piece.allSatisfy({ $0 == 0 }) else { return false }
            offset += UInt64(piece.count)
        }
        return true
    }

    private static func laterHeader(_ source: some JournalBytes, after start: UInt64, size: UInt64) throws -> UInt64? {
        var offset = start + 1
        let overlap = JournalBatch.headerBytes - 1
        while offset < size {
            let piece = try source.read(1 << 20, at: offset)
            var index = 0
            while index + JournalBatch.headerBytes <= piece.count {
                if piece[index] == JournalBatch.magic[0],
                    JournalBatch.Header(piece[index..<(index + JournalBatch.headerBytes)]) != nil
                {
                    return offset + UInt64(index)
                }
                index += 1
            }
            if offset + UInt64(piece.count) >= size || piece.count <= overlap { return nil }
            offset += UInt64(piece.count - overlap)
        }
        return nil
    }
}

/// Where a journal is read from: a file, or bytes in a fuzz target.
protocol JournalBytes {
    var size: UInt64 { get }
    func read(_ count: Int, at offset: UInt64) throws(LogError) -> [UInt8]
}

extension DiskFile: JournalBytes {}

extension [UInt8]: JournalBytes {
    var size: UInt64 { UInt64(count) }

    func read(_ count: Int, at offset: UInt64) -> [UInt8] {
        guard offset < UInt64(self.count) else { return [] }
        return Array(self[Int(offset)...].prefix(count))
    }
}
