internal import Core

/// Entries that became durable together, as the journal holds them.
///
/// A batch is a header (`mcJ1`, count, first index, length of the records, eight bytes of the SHA-256 of these) and for
/// each entry its length in two bytes, its leaf hash and itself. The leaf hash is needed for the tree anyway and tells
/// at recovery whether the entry is whole.
struct JournalBatch: Sendable {
    struct Record: Sendable, Hashable {
        let entry: [UInt8]
        let leaf: TreeHash
    }

    static let magic: [UInt8] = Array("mcJ1".utf8)
    static let headerBytes = 28
    static let recordOverhead = 34
    /// What one batch can hold, one entry more than it is filled up to.
    static let maximumBytes = 16 << 20

    struct Header: Sendable, Hashable {
        let count: Int
        let first: UInt64
        let length: Int

        init(count: Int, first: UInt64, length: Int) {
            self.count = count
            self.first = first
            self.length = length
        }

        /// Reads a header; `nil` when it is none, or was damaged.
        init?(_ bytes: ArraySlice<UInt8>) {
            guard bytes.count == JournalBatch.headerBytes, bytes.starts(with: JournalBatch.magic) else { return nil }
            func number(_ offset: Int, _ width: Int) -> UInt64 {
                bytes.dropFirst(offset).prefix(width).reduce(0) { $0 << 8 | UInt64($1) }
            }
            guard Digest.of(bytes.prefix(20)).bytes.prefix(8).elementsEqual(bytes.suffix(8)) else { return nil }
            count = Int(number(4, 4))
            first = number(8, 8)
            length = Int(number(16, 4))
            guard count > 0, length <= JournalBatch.maximumBytes, first <= UInt64(Int64.max),
                count * JournalBatch.recordOverhead <= length
            else { return nil }
        }

        var bytes: [UInt8] {
            func big(_ value: UInt64, _ width: Int) -> [UInt8] {
                (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - 1 - $0))) }
            }
            let head = JournalBatch.magic + big(UInt64(count), 4) + big(first, 8) + big(UInt64(length), 4)
            return head + Digest.of(head).bytes.prefix(8)
        }
    }

    static func encode(_ records: some Collection<Record>, first: UInt64) -> [UInt8] {
        let length = records.reduce(0) { $0 + recordOverhead + $1.entry.count }
        var result = Header(count: records.count, first: first, length: length).bytes
        result.reserveCapacity(headerBytes + length)
        for record in records {
            result.append(UInt8(truncatingIfNeeded: record.entry.count >> 8))
            result.append(UInt8(truncatingIfNeeded: record.entry.count))
            result.append(contentsOf: record.leaf.bytes)
            result.append(contentsOf: record.entry)
        }
        return result
    }

    /// Reads a batch's records; `nil` when they are not whole.
    static func decode(_ body: [UInt8], header: Header) -> [Record]? {
        guard body.count == header.length else { return nil }
        var records: [Record] = []
        records.reserveCapacity(header.count)
        var offset = 0
        for _ in 0..<header.count {
            guard offset + recordOverhead <= body.count else { return nil }
            let length = Int(body[offset]) << 8 | Int(body[offset + 1])
            let start = offset + recordOverhead
            guard start + length <= body.count else { return nil }
            let entry = Array(body[start..<(start + length)])
            let leaf = MerkleTree.leafHash(entry)
            guard leaf.bytes.elementsEqual(body[(offset + 2)..<start]) else { return nil }
            records.append(Record(entry: entry, leaf: leaf))
            offset = start + length
        }
        return offset == body.count ? records : nil
    }
}
