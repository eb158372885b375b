internal import Core

extension YAMLText {
    /// A text as a value: plain where every reader takes it for text, a literal block for several lines, else in quotes.
    ///
    /// - Parameter indent: the number of spaces before a block's lines.
    static func value(_ text: String, indent: Int) -> String {
        if isPlain(text) { return text }
        return block(text, indent: indent) ?? quoted(text)
    }

    /// A text as a key.
    static func key(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// Whether a character shows what it is.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.unicodeScalars.last != " ",
            text.unicodeScalars.allSatisfy(isPrintable), !first.properties.isDiacritic,
            !" -?:,[]{}#&*!|>'\"%@`=~<".unicodeScalars.contains(first)
        else { return false }
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: " ")
            if byte == UInt8(ascii: ":"), next == UInt8(ascii: " ") { return false }
            if byte == UInt8(ascii: " "), next == UInt8(ascii: "#") { return false }
        }
        return !isOtherwiseRead(text)
    }

    /// Whether some reader, of YAML 1.1 or 1.2, takes the plain text for a Boolean, nothing, a number or a date.
    private static func isOtherwiseRead(_ text: String) -> Bool {
        let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "+.inf", "-.inf"]
        let lower = text.lowercased()
        if words.contains(where: { $0.isSame(as: lower) }) { return true }
        let unsigned = lower.hasPrefix("+") || lower.hasPrefix("-") ? lower.dropFirst() : lower[...]
        if unsigned.hasPrefix("0x") || unsigned.hasPrefix("0o") || unsigned.hasPrefix("0b") { return true }
        guard let first = unsigned.utf8.first, first == UInt8(ascii: ".") || (0x30...0x39).contains(first) else {
            return false
        }
        return unsigned.utf8.allSatisfy { (0x30...0x39).contains($0) || "_.:+-etz ".utf8.contains($0) }
    }

    private static func block(_ text: String, indent: Int) -> String? {
        guard text.utf8.contains(0x0A), !text.utf8.contains(0x0D) else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var header = "|-"
        if lines.last?.isEmpty == true {
            lines.removeLast()
            header = "|"
        }
        guard lines.first?.isEmpty == false, lines.last?.isEmpty == false, lines.first?.utf8.first != 0x20,
            lines.allSatisfy({ $0.unicodeScalars.allSatisfy(isPrintable) && $0.unicodeScalars.last != " " })
        else { return nil }
        let margin = String(repeating: " ", count: indent)
        return header + lines.map { $0.isEmpty ? "\n" : "\n" + margin + $0 }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            default: result += escape(scalar.value)
            }
        }
        return result + "\""
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        let (mark, width) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(mark)\(String(repeating: "0", count: width - digits.count))\(digits)"
    }
}
