/// Texts as CEL literals.
enum CELText {
    /// A string literal; whatever the text holds, it stays inside of it.
    static func quote(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": result += "\\'"
            case "\\": result += "\\\\"
            case _ where isPlain(scalar): result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                let (mark, width) = scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
                result += "\\\(mark)\(String(repeating: "0", count: width - digits.count))\(digits)"
            }
        }
        return result + "'"
    }

    /// A list of string literals.
    static func list(_ texts: [String]) -> String { "[\(texts.map(quote).joined(separator: ", "))]" }

    /// Conditions of which all must hold; `true` when there are none.
    static func all(_ conditions: [String]) -> String { join(conditions, "&&", none: "true") }

    /// Conditions of which one must hold; `false` when there are none.
    static func any(_ conditions: [String]) -> String { join(conditions, "||", none: "false") }

    private static func join(_ conditions: [String], _ word: String, none: String) -> String {
        switch conditions.count {
        case 0: none
        case 1: conditions[0]
        default: conditions.map { "(\($0))" }.joined(separator: "\n  \(word) ")
        }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool { (0x20...0x7E).contains(scalar.value) }
}
