/// Checks UTF-8 (RFC 3629 §4) piece by piece, within a JSON string.
struct UTF8Check {
    /// How many continuation bytes are still due, and the range of the next one.
    private var due = 0
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is cut off.
    var isWhole: Bool { due == 0 }

    /// How many bytes from the beginning on are text: neither a quote, a backslash, a control character nor invalid.
    mutating func passes(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits = ones << 7
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index < raw.count {
            while due == 0, index + 8 <= raw.count {
                let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let quote = word ^ (ones &* 0x22)
                let backslash = word ^ (ones &* 0x5C)
                let special =
                    word | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                    | ((word &- ones &* 0x20) & ~word)
                if special & highBits != 0 { break }
                index += 8
            }
            guard index < raw.count else { break }
            let byte = raw[index]
            if due > 0 {
                guard next.contains(byte) else { return index }
                due -= 1
                next = 0x80...0xBF
            } else if byte < 0x80 {
                if byte == 0x22 || byte == 0x5C || byte < 0x20 { return index }
            } else if !begins(byte) {
                return index
            }
            index += 1
        }
        return index
    }

    private mutating func begins(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: (due, next) = (1, 0x80...0xBF)
        case 0xE0: (due, next) = (2, 0xA0...0xBF)
        case 0xED: (due, next) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (due, next) = (2, 0x80...0xBF)
        case 0xF0: (due, next) = (3, 0x90...0xBF)
        case 0xF4: (due, next) = (3, 0x80...0x8F)
        case 0xF1...0xF3: (due, next) = (3, 0x80...0xBF)
        default: return false
        }
        return true
    }
}
