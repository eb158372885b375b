/// Bytes that are not the PackStream that was expected, with the place; or a value that PackStream cannot write.
package struct PackStreamError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable { case truncated, marker, text, duplicateKey, shape, tooLarge, trailing }
        private let value: Value

        /// The bytes end within a value.
        package static let truncated = Code(value: .truncated)
        /// A marker byte that means nothing.
        package static let marker = Code(value: .marker)
        /// A string that is not UTF-8.
        package static let text = Code(value: .text)
        /// A map has the same key twice; readers disagree which one counts, so neither does.
        package static let duplicateKey = Code(value: .duplicateKey)
        /// A structure whose fields are not those that its tag promises.
        package static let shape = Code(value: .shape)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// Bytes after the value's end.
        package static let trailing = Code(value: .trailing)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    /// The byte within the message, counted from 0.
    package let offset: Int

    package init(_ code: Code, _ message: String, at offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String { "byte \(offset): \(message)" }
}
