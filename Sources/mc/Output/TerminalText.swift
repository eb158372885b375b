extension String {
    /// Several lines, each of them ``printable``.
    var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(separator: "\n")
    }

    /// JSON in which everything that could steer a terminal is escaped; it says the same.
    ///
    /// Such characters can only stand in strings, since JSON's own are ASCII and its line feeds stay.
    var printableJSON: String {
        var result = ""
        for scalar in unicodeScalars {
            if scalar == "\n" || !scalar.steersTerminals {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result
    }

    /// The text with everything that could steer a terminal made visible.
    ///
    /// Evidence is written by strangers: an escape sequence in a subject's name must not repaint a verdict.
    var printable: String {
        var result = ""
        for scalar in unicodeScalars {
            if scalar.steersTerminals {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension String {
    /// The text as one word of a shell command.
    var shellQuoted: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-:@%+=,".utf8.contains(byte)
            }
        }
        if isPlain, !isEmpty { return self }
        return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Unicode.Scalar {
    /// Whether a terminal would do something else than show it, or nobody knows what it would show.
    fileprivate var steersTerminals: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
