/// One tag-length-value of a DER text, found wherever it nests: in constructed values, octet and bit strings.
struct DERField: Sendable {
    /// Where the tag stands.
    let tag: Int
    /// Where the length's last byte stands.
    let length: Int
    let content: Range<Int>

    /// Every field, outermost first; empty when the bytes are not DER from the first to the last.
    static func all(in bytes: [UInt8]) -> [DERField] {
        guard bytes.first == 0x30, bytes.count >= 8 else { return [] }
        return fields(bytes, bytes.indices, depth: 0) ?? []
    }

    private static func fields(_ bytes: [UInt8], _ range: Range<Int>, depth: Int) -> [DERField]? {
        var found: [DERField] = []
        var offset = range.lowerBound
        guard depth < 32, !range.isEmpty else { return range.isEmpty ? [] : nil }
        while offset < range.upperBound {
            guard let field = field(bytes, offset, range.upperBound) else { return nil }
            found.append(field)
            let tag = bytes[field.tag]
            if tag & 0x20 != 0 {
                guard let inner = fields(bytes, field.content, depth: depth + 1) else { return nil }
                found += inner
            } else if tag == 0x04 {
                found += fields(bytes, field.content, depth: depth + 1) ?? []
            } else if tag == 0x03, let first = field.content.first, bytes[first] == 0 {
                found += fields(bytes, (first + 1)..<field.content.upperBound, depth: depth + 1) ?? []
            }
            offset = field.content.upperBound
        }
        return found
    }

    private static func field(_ bytes: [UInt8], _ offset: Int, _ end: Int) -> DERField? {
        guard offset + 2 <= end, bytes[offset] & 0x1F != 0x1F, bytes[offset] != 0 else { return nil }
        var last = offset + 1
        var count = Int(bytes[last])
        if count >= 0x80 {
            let size = count & 0x7F
            guard (1...3).contains(size), last + size < end else { return nil }
            count = bytes[(last + 1)...(last + size)].reduce(0) { $0 << 8 | Int($1) }
            last += size
        }
        guard last + 1 + count <= end else { return nil }
        return DERField(tag: offset, length: last, content: (last + 1)..<(last + 1 + count))
    }

    /// Changes to tag, length and content.
    func changes(in bytes: [UInt8], isExhaustive: Bool) -> [(String, [UInt8])] {
        func flipped(_ position: Int, _ mask: UInt8) -> [UInt8] {
            var changed = bytes
            changed[position] ^= mask
            return changed
        }
        var changes = [
            ("tag at \(tag)", flipped(tag, 0x01)), ("constructed bit at \(tag)", flipped(tag, 0x20)),
            ("length at \(length)", flipped(length, 0x01)),
        ]
        if isExhaustive {
            changes += [
                ("tag class at \(tag)", flipped(tag, 0x80)),
                ("length at \(length), high bit", flipped(length, 0x80)),
            ]
        }
        if let last = content.last { changes.append(("last byte of the field at \(tag)", flipped(last, 0x01))) }
        // A twin of another length would move everything after it.
        if bytes[tag] == 0x04, let twin = ECDSATwin.of(Array(bytes[content])), twin.count == content.count {
            changes.append(
                (
                    "signature twin (r, n - s) at \(tag)",
                    bytes[..<content.lowerBound] + twin + bytes[content.upperBound...]
                ))
        }
        return changes
    }
}
