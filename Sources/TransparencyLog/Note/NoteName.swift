internal import Core

/// The rules of key names (C2SP signed-note, "Format"), and what lines may hold.
enum NoteName {
    static let maximumBytes = Cap("key name bytes", 255)

    /// Whether a text may be a key's name: not empty, without Unicode spaces, plus or control characters.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.count <= maximumBytes.limit
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && scalar.value >= 0x20 && scalar.value != 0x7F && !scalar.properties.isWhitespace
            }
    }

    /// Whether a text is one line as notes hold it: not empty and without ASCII control characters.
    static func isLine(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}

/// Numbers as these formats write them: ASCII decimal without leading zeroes.
enum Decimal {
    /// - Parameter limit: the largest value that is accepted; sizes stay below 2^63 so that sums cannot overflow.
    static func parse(_ text: ArraySlice<UInt8>, limit: UInt64 = UInt64(Int64.max)) -> UInt64? {
        guard let first = text.first, text.count <= 19, first != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var value: UInt64 = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + UInt64(byte - 0x30)
        }
        return value <= limit ? value : nil
    }
}
