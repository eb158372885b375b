/// A text that is not an image reference, with the part and the place.
public struct ImageReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case empty, tooLong, malformed, uppercase, ambiguous, unsupportedAlgorithm
        }
        private let value: Value

        /// The reference, or a part that its punctuation announces, is missing.
        public static let empty = Code(value: .empty)
        /// A length limit was passed.
        public static let tooLong = Code(value: .tooLong)
        /// A part is not of its grammar.
        public static let malformed = Code(value: .malformed)
        /// A repository has capital letters.
        public static let uppercase = Code(value: .uppercase)
        /// The reference could be read in two ways.
        public static let ambiguous = Code(value: .ambiguous)
        /// The digest is of another algorithm than sha256 and sha512.
        public static let unsupportedAlgorithm = Code(value: .unsupportedAlgorithm)
    }

    /// Which part of a reference is concerned.
    public enum Part: String, Sendable, Hashable {
        /// The whole text.
        case reference
        case registry, repository, tag, digest
    }

    public let code: Code
    public let part: Part
    /// What was seen, what was expected and what to do.
    public let message: String
    /// Where in the text, in UTF-8 bytes from its beginning.
    public let offset: Int

    public init(_ code: Code, _ part: Part, _ message: String, offset: Int) {
        self.code = code
        self.part = part
        self.message = message
        self.offset = offset
    }

    public var description: String { "\(part.rawValue), byte \(offset): \(message)" }
}
