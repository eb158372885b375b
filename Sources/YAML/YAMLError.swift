internal import Core

/// A text that is not the YAML that was expected, with file, line, column and field.
package struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case syntax, duplicateKey, tooLarge, shape, unsupported }
        private let value: Value

        /// The text is not YAML.
        package static let syntax = Code(value: .syntax)
        /// A mapping has the same name twice; readers disagree which one counts, so neither does.
        package static let duplicateKey = Code(value: .duplicateKey)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// The YAML is well-formed, but a field is missing, unknown or of another type.
        package static let shape = Code(value: .shape)
        /// YAML that could hide what it says: anchors, aliases, tags, merge keys, directives.
        package static let unsupported = Code(value: .unsupported)
    }

    package let code: Code
    package let message: String
    package let file: String
    /// Where it is; `nil` when it concerns the file as a whole.
    package let mark: YAMLMark?
    /// The field, such as `spec.match.images[0]`; empty for the document itself.
    package let field: String

    /// How much of a message is kept, in UTF-8 bytes; it may quote the document.
    static let longestMessage = 1_000

    /// Makes an error; a long message is cut.
    package init(_ code: Code, _ message: String, file: String, mark: YAMLMark?, field: String = "") {
        self.code = code
        // It may quote a document, which must not forge the lines of a log.
        self.message = PrintableText.plain(message.excerpt(Self.longestMessage))
        self.file = file
        self.mark = mark
        self.field = field
    }

    package var description: String {
        // A file's name may come from a downloaded bundle: it must not forge the lines of a log.
        let plain = file.utf8.allSatisfy { (0x20...0x7E).contains($0) } && file.utf8.count <= 1_000
        var text = plain ? file : PrintableText.quote(file.excerpt(1_000))
        if let mark { text += ":\(mark)" }
        if !field.isEmpty { text += ": \(field)" }
        return text + ": \(message)"
    }
}
