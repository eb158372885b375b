package import Core

/// Writes values as plain YAML for people, so that any reader takes them for what they are.
package enum YAMLWriter {
    /// A document: members in their own order, two spaces a level, quotes only where they are needed.
    ///
    /// - Parameters:
    ///   - value: what is written; ``YAMLReader`` reads it as the same, within its limits.
    ///   - heading: a comment to put first; its lines are written as they are.
    package static func text(_ value: JSONValue, heading: String? = nil) -> String {
        var output = ""
        for line in heading?.split(separator: "\n", omittingEmptySubsequences: false) ?? [] {
            output += line.isEmpty ? "#\n" : "# \(printable(line))\n"
        }
        write(value, indent: 0, place: .document, to: &output)
        return output
    }

    /// Several documents of one file.
    package static func text(documents: [JSONValue]) -> String {
        documents.map { text($0) }.joined(separator: "---\n")
    }

    private enum Place { case document, member, element }

    private static func write(_ value: JSONValue, indent: Int, place: Place, to output: inout String) {
        let margin = String(repeating: " ", count: indent)
        let gap = place == .member ? " " : ""
        switch value {
        case .object(let object) where !object.members.isEmpty:
            if place == .member { output += "\n" }
            for (index, member) in object.members.enumerated() {
                if index > 0 || place != .element { output += margin }
                let key = YAMLText.key(member.key)
                // A key of over 1024 characters must be marked as one (YAML 1.2.2 §7.4.2).
                output += key.utf8.count > 1000 ? "? \(key)\n\(margin):" : "\(key):"
                write(member.value, indent: indent + 2, place: .member, to: &output)
            }
        case .array(let values) where !values.isEmpty:
            if place == .member { output += "\n" }
            for (index, element) in values.enumerated() {
                if index > 0 || place != .element { output += margin }
                output += "- "
                write(element, indent: indent + 2, place: .element, to: &output)
            }
        case .object: output += gap + "{}\n"
        case .array: output += gap + "[]\n"
        case .null: output += gap + "null\n"
        case .bool(let flag): output += gap + "\(flag)\n"
        case .integer(let number): output += gap + "\(number)\n"
        case .number(let text): output += gap + text + "\n"
        case .string(let text):
            output += gap + YAMLText.value(text, indent: place == .document ? 2 : indent) + "\n"
        }
    }

    private static func printable(_ line: Substring) -> String {
        String(String.UnicodeScalarView(line.unicodeScalars.map { YAMLText.isPrintable($0) ? $0 : "?" }))
    }
}
