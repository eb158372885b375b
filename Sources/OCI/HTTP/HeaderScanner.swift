/// Reads the parts that HTTP fields are made of (RFC 9110 §5.6): tokens, quoted strings, white space.
struct HeaderScanner {
    /// Longer field values are refused before they are read.
    static let maximumBytes = 8192

    private let bytes: [UInt8]
    private(set) var position = 0

    /// `nil` for values that are too long or have control characters or bytes beyond ASCII.
    init?(_ value: String) {
        bytes = Array(value.utf8.prefix(Self.maximumBytes + 1))
        guard bytes.count <= Self.maximumBytes, bytes.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            return nil
        }
    }

    var isAtEnd: Bool { position == bytes.count }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// Skips the commas and white space between list elements (RFC 9110 §5.6.1).
    mutating func skipSeparators() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: ",") { position += 1 }
    }

    /// `1*tchar`; `nil` when there is none here.
    mutating func token() -> String? { take(Self.isTokenCharacter) }

    /// `token68` (RFC 9110 §11.2), with its padding.
    mutating func token68() -> String? {
        let characters = take { byte in
            Self.isAlphanumeric(byte) || "-._~+/".utf8.contains(byte)
        }
        guard let characters else { return nil }
        return characters + (take { $0 == UInt8(ascii: "=") } ?? "")
    }

    /// `quoted-string`, unescaped; `nil` when it does not begin here or does not end.
    mutating func quotedString() -> String? {
        guard accept("\"") else { return nil }
        var value: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = next else { return nil }
                position += 1
                value.append(escaped)
            default: value.append(byte)
            }
        }
        return nil
    }

    /// Everything up to a character, which is taken as well; `nil` when it does not come.
    mutating func text(upTo character: Unicode.Scalar) -> String? {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: character)) else { return nil }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func take(_ matches: (UInt8) -> Bool) -> String? {
        let start = position
        while let byte = next, matches(byte) { position += 1 }
        return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
