/// Quotes foreign text for messages, so that it can neither forge log lines nor hide what it says.
package enum PrintableText {
    /// A single character in quotation marks, such as `'a'` or `'\u{202E}'`.
    package static func quote(_ scalar: Unicode.Scalar) -> String {
        "'\(isPlain(scalar) ? String(scalar) : escape(scalar))'"
    }

    /// A text in quotation marks. Backslashes stay single: patterns are full of them.
    package static func quote(_ text: String) -> String { "\"\(plain(text))\"" }

    /// A text whose invisible and misleading characters are written as escapes.
    ///
    /// - Parameter keepsLines: whether line feeds stay, for texts that are shown to people as they are.
    package static func plain(_ text: String, keepsLines: Bool = false) -> String {
        // Most texts are plain ASCII.
        let isPlainASCII = text.utf8.allSatisfy { (0x20...0x7E).contains($0) || (keepsLines && $0 == 0x0A) }
        if isPlainASCII { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isPlain(scalar) || (keepsLines && scalar == "\n") {
                result.unicodeScalars.append(scalar)
            } else {
                result += escape(scalar)
            }
        }
        return result
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    /// Combining marks are escaped as well: "é" in one scalar and in two must not look the same.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .nonspacingMark, .enclosingMark, .spaceSeparator:
            return false
        default:
            return true
        }
    }
}
