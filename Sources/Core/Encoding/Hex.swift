/// Lowercase hexadecimal, as digests are written.
public enum Hex {
    @inlinable
    static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    /// Encodes bytes as lowercase hexadecimal.
    @inlinable
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            var index = 0
            for byte in bytes {
                buffer[index] = digit(byte >> 4)
                buffer[index + 1] = digit(byte & 15)
                index += 2
            }
            return index
        }
    }

    /// Decodes lowercase hexadecimal; `nil` for odd lengths, uppercase and any other character.
    ///
    /// Uppercase is refused because a digest has one spelling only (OCI image specification, "Digests").
    @inlinable
    public static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(text.utf8) }

    /// Decodes the bytes of lowercase hexadecimal, as ``decode(_:)-(StringProtocol)``.
    @inlinable
    public static func decode(_ source: some Collection<UInt8>) -> [UInt8]? {
        guard source.count.isMultiple(of: 2) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(source.count / 2)
        var high: UInt8?
        for character in source {
            let value: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = character - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
    }
}
