internal import Glibc

/// Finds where a JSON value ends without judging it; whoever parses it then does that.
///
/// It only counts brackets outside strings, so that it can go on where it stopped when more bytes have come.
struct JSONExtent {
    /// How far it has looked.
    private(set) var offset = 0
    private var depth = 0
    private var inString = false
    private var isToken = false

    /// Whether the value's end is among the bytes, which begin where the value does.
    mutating func finds(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        while offset < bytes.count {
            if inString {
                guard passString(bytes) else { return false }
                if depth == 0 { return true }
                continue
            }
            switch bytes[offset] {
            case 0x22:
                // A quote ends a number or a word, as it ends nothing that is JSON.
                if isToken { return true }
                inString = true
            case 0x5B, 0x7B:
                if isToken { return true }
                depth += 1
            case 0x5D, 0x7D:
                if depth <= 1 {
                    offset += depth
                    return true
                }
                depth -= 1
            case 0x20, 0x0A, 0x0D, 0x09, 0x2C, 0x3A:
                if depth == 0 { return true }
            default:
                if depth == 0 { isToken = true }
            }
            offset += 1
        }
        return false
    }

    /// Goes to behind the closing quote, when it is among the bytes.
    private mutating func passString(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        while offset < bytes.count {
            let rest = base + offset
            let quote = memchr(rest, 0x22, bytes.count - offset).map { $0 - UnsafeMutableRawPointer(mutating: rest) }
            let length = quote ?? bytes.count - offset
            guard let slash = memchr(rest, 0x5C, length).map({ $0 - UnsafeMutableRawPointer(mutating: rest) }) else {
                offset += length
                guard quote != nil else { return false }
                offset += 1
                inString = false
                return true
            }
            // What is escaped is a quote at most; it may not have come yet.
            guard offset + slash + 1 < bytes.count else {
                offset += slash
                return false
            }
            offset += slash + 2
        }
        return false
    }
}
