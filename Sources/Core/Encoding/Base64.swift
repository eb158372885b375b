/// Base64 with the standard alphabet and padding (RFC 4648 §4), in its one canonical spelling.
///
/// Decoding is strict: no white space, no missing padding, no bits set in what the padding cuts off. Lenient
/// decoders let two different texts stand for the same signed bytes, so a changed document would verify unchanged.
public enum Base64 {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (index, character) in alphabet.enumerated() { table[Int(character)] = UInt8(index) }
        return table
    }()

    /// Encodes bytes, with padding.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        let source = Array(bytes)
        return String(unsafeUninitializedCapacity: (source.count + 2) / 3 * 4) { buffer in
            var output = 0
            var index = 0
            while index < source.count {
                let rest = source.count - index
                let group =
                    UInt32(source[index]) << 16 | (rest > 1 ? UInt32(source[index + 1]) << 8 : 0)
                    | (rest > 2 ? UInt32(source[index + 2]) : 0)
                buffer[output] = alphabet[Int(group >> 18 & 63)]
                buffer[output + 1] = alphabet[Int(group >> 12 & 63)]
                buffer[output + 2] = rest > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "=")
                buffer[output + 3] = rest > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "=")
                output += 4
                index += 3
            }
            return output
        }
    }

    /// Decodes canonical base64; `nil` for anything else.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    /// Decodes canonical base64 from its ASCII bytes; `nil` for anything else.
    public static func decode(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard source.count.isMultiple(of: 4) else { return nil }
        guard !source.isEmpty else { return [] }
        let padding =
            source[source.count - 1] != UInt8(ascii: "=") ? 0 : source[source.count - 2] != UInt8(ascii: "=") ? 1 : 2
        let size = source.count / 4 * 3 - padding
        var valid = true
        let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            values.withUnsafeBufferPointer { values in
                let whole = padding == 0 ? source.count : source.count - 4
                var input = 0
                var output = 0
                var seen: UInt8 = 0
                while input < whole {
                    let a = values[Int(source[input])]
                    let b = values[Int(source[input + 1])]
                    let c = values[Int(source[input + 2])]
                    let d = values[Int(source[input + 3])]
                    seen |= a | b | c | d
                    buffer[output] = a << 2 | b >> 4
                    buffer[output + 1] = b << 4 | c >> 2
                    buffer[output + 2] = c << 6 | d
                    input += 4
                    output += 3
                }
                if padding > 0 {
                    let a = values[Int(source[input])]
                    let b = values[Int(source[input + 1])]
                    buffer[output] = a << 2 | b >> 4
                    seen |= a | b
                    output += 1
                    if padding == 1 {
                        let c = values[Int(source[input + 2])]
                        buffer[output] = b << 4 | c >> 2
                        seen |= c
                        output += 1
                        if c & 0b11 != 0 { valid = false }
                    } else if b & 0b1111 != 0 {
                        valid = false
                    }
                }
                // 0xFF marks characters outside the alphabet; real values use the low six bits only.
                if seen & 0xC0 != 0 { valid = false }
                count = output
            }
        }
        return valid ? result : nil
    }
}
