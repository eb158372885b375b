public import Core

/// Entries as a tile of them holds them: each behind its length in two bytes (C2SP tlog-tiles, "Log entries").
public enum EntryBundle {
    /// What the length's two bytes can say; of something larger the digest is logged.
    public static let maximumEntryBytes = Cap("entry bytes", 65_535)

    /// Writes a bundle of entries, none of which is larger than ``maximumEntryBytes``.
    static func encode(_ entries: some Sequence<[UInt8]>) -> [UInt8] {
        var result: [UInt8] = []
        for entry in entries {
            result.append(UInt8(truncatingIfNeeded: entry.count >> 8))
            result.append(UInt8(truncatingIfNeeded: entry.count))
            result.append(contentsOf: entry)
        }
        return result
    }

    /// Reads a bundle.
    ///
    /// - Parameter count: how many entries it must have.
    /// - Throws: ``LogError`` `malformed` when it has fewer, or more bytes than its entries need.
    public static func decode(_ bytes: [UInt8], count: Int) throws(LogError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var offset = 0
        while entries.count < count {
            guard offset + 2 <= bytes.count else {
                throw LogError(.malformed, "expected \(count) entries, saw \(entries.count)")
            }
            let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            guard offset + 2 + length <= bytes.count else {
                throw LogError(
                    .malformed,
                    "entry \(entries.count) of the bundle says \(length) bytes, \(bytes.count - offset - 2) follow")
            }
            entries.append(Array(bytes[(offset + 2)..<(offset + 2 + length)]))
            offset += 2 + length
        }
        guard offset == bytes.count else {
            throw LogError(.malformed, "\(bytes.count - offset) bytes follow after the last of \(count) entries")
        }
        return entries
    }

    /// How many bytes the first entries of a bundle take; `nil` when it has fewer.
    static func prefixLength(_ bytes: [UInt8], count: Int) -> Int? {
        var offset = 0
        for _ in 0..<count {
            guard offset + 2 <= bytes.count else { return nil }
            offset += 2 + (Int(bytes[offset]) << 8 | Int(bytes[offset + 1]))
        }
        return offset <= bytes.count ? offset : nil
    }
}
