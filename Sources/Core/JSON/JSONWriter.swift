extension JSONValue {
    /// The canonical form (RFC 8785): names sorted by UTF-16 code units, no white space, one spelling per number.
    ///
    /// Whole numbers of 64 bits are written exactly, although RFC 8785 only defines those that a double can hold.
    public var canonical: [UInt8] {
        var writer = JSONWriter(canonical: true)
        writer.write(self)
        return writer.output
    }

    /// Indented text for people, members in their own order, with a line feed at the end.
    public var pretty: String {
        var writer = JSONWriter(canonical: false)
        writer.write(self)
        writer.output.append(0x0A)
        return String(decoding: writer.output, as: UTF8.self)
    }
}

private struct JSONWriter {
    let canonical: Bool
    var output: [UInt8] = []
    private var depth = 0

    init(canonical: Bool) { self.canonical = canonical }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .integer(let number): append(String(number))
        case .number(let text): append(canonical ? ECMAScriptNumber.format(text) : text)
        case .string(let text): write(text)
        case .array(let values): write(values)
        case .object(let object):
            // Most documents fit, and growing there would copy them a dozen times.
            if depth == 0 { output.reserveCapacity(4_096) }
            write(object)
        }
    }

    private mutating func write(_ values: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        depth += 1
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            breakLine()
            write(value)
        }
        depth -= 1
        if !values.isEmpty { breakLine() }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        depth += 1
        let members = canonical ? CanonicalOrder.sorted(object.members) : object.members
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            breakLine()
            write(member.key)
            output.append(UInt8(ascii: ":"))
            if !canonical { output.append(UInt8(ascii: " ")) }
            write(member.value)
        }
        depth -= 1
        if !members.isEmpty { breakLine() }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                    appendEscaped(byte)
                    start = index + 1
                }
                index += 1
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default: append("\\u00" + Hex.encode([byte]))
        }
    }

    private mutating func breakLine() {
        guard !canonical else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }
}

/// The order of names in canonical JSON: by UTF-16 code units (RFC 8785 §3.2.3).
enum CanonicalOrder {
    /// Sorts members; most objects are written in order, or are small, so that moving a few of them is all there is to do.
    static func sorted(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        var isSorted = true
        for index in members.indices.dropFirst() where precedes(members[index].key, members[index - 1].key) {
            isSorted = false
            break
        }
        return isSorted ? members : members.sorted { precedes($0.key, $1.key) }
    }

    /// Whether a name stands before another.
    ///
    /// UTF-8 sorts like UTF-16 but for what UTF-16 writes as surrogates (four bytes, from 0xF0 on), which come before
    /// U+E000 to U+FFFF (from 0xEE on).
    static func precedes(_ left: String, _ right: String) -> Bool {
        let fast = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in
                let count = min(left.count, right.count)
                var index = 0
                while index < count, left[index] == right[index] { index += 1 }
                guard index < count else { return left.count < right.count }
                return rank(left[index]) < rank(right[index])
            }
        }
        return (fast ?? nil) ?? left.utf16.lexicographicallyPrecedes(right.utf16)
    }

    private static func rank(_ byte: UInt8) -> UInt8 { byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte }
}

/// Numbers as ECMAScript writes them, which RFC 8785 §3.2.2.3 demands.
enum ECMAScriptNumber {
    /// Rewrites a JSON number; one that no finite double can hold keeps its own spelling.
    static func format(_ text: String) -> String {
        guard let value = Double(text), value.isFinite else { return text }
        if value == 0 { return "0" }
        // Swift prints the shortest digits that read back as the same double; only the notation differs.
        var digits = value.magnitude.description
        var exponent = 0
        if let mark = digits.firstIndex(of: "e") {
            exponent = Int(digits[digits.index(after: mark)...]) ?? 0
            digits = String(digits[..<mark])
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let fraction = parts.count > 1 && parts[1] != "0" ? parts[1] : ""
        var point = parts[0].count + exponent
        var significant = parts[0] + fraction
        while significant.hasPrefix("0"), significant.count > 1 {
            significant.removeFirst()
            point -= 1
        }
        while significant.hasSuffix("0"), significant.count > 1 { significant.removeLast() }
        let count = significant.count
        let sign = value < 0 ? "-" : ""
        switch point {
        case count...21 where point >= count:
            return sign + significant + String(repeating: "0", count: point - count)
        case 1..<max(count, 2) where point <= 21:
            return sign + significant.prefix(point) + "." + significant.dropFirst(point)
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -point) + significant
        default:
            let scale = point - 1
            let tail = count > 1 ? "." + significant.dropFirst() : ""
            return sign + significant.prefix(1) + tail + "e" + (scale < 0 ? "-" : "+") + String(abs(scale))
        }
    }
}
