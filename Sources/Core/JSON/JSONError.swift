/// A text that is not the JSON that was expected, with the place.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case syntax, duplicateName, tooLarge, shape }
        private let value: Value

        /// The text is not JSON (RFC 8259).
        public static let syntax = Code(value: .syntax)
        /// An object has the same name twice; readers disagree which one counts, so neither does.
        public static let duplicateName = Code(value: .duplicateName)
        /// A cap was passed.
        public static let tooLarge = Code(value: .tooLarge)
        /// The JSON is well-formed, but a field is missing, unknown or of another type.
        public static let shape = Code(value: .shape)
    }

    /// Where in the input the problem is.
    public enum Location: Sendable, Hashable, CustomStringConvertible {
        /// A place in the text, counted from 1.
        case text(line: Int, column: Int)
        /// A field, such as `verificationMaterial.tlogEntries[0].logIndex`; empty for the document itself.
        case field(String)

        public var description: String {
            switch self {
            case .text(let line, let column): "line \(line), column \(column)"
            case .field(let path): path.isEmpty ? "the document" : path
            }
        }
    }

    public let code: Code
    public let message: String
    public let location: Location

    /// How much of a message is kept, in UTF-8 bytes; it may quote the document.
    static let longestMessage = 1_000

    /// Makes an error; a long message is cut.
    public init(_ code: Code, _ message: String, at location: Location) {
        self.code = code
        self.message = message.excerpt(Self.longestMessage)
        self.location = location
    }

    public var description: String { "\(location): \(message)" }
}
