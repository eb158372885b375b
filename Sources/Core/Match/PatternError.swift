/// A glob or regular expression that cannot be used, with the place.
public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case tooLong, tooLarge, tooDeep, unknownEscape, unbalanced, nothingToRepeat, nestedRepetition, badCount
            case badClass, badGroup, backReference, lookAround, unsupported
        }
        private let value: Value

        /// The pattern's text is over ``PatternLimits/patternBytes``.
        public static let tooLong = Code(value: .tooLong)
        /// The pattern would compile to more than ``PatternLimits/instructions``.
        public static let tooLarge = Code(value: .tooLarge)
        /// Groups nest deeper than ``PatternLimits/depth``.
        public static let tooDeep = Code(value: .tooDeep)
        /// A backslash stands before a character that has no escape, or at the very end.
        public static let unknownEscape = Code(value: .unknownEscape)
        /// A parenthesis or bracket has no counterpart.
        public static let unbalanced = Code(value: .unbalanced)
        /// A repetition stands where there is nothing that it could repeat.
        public static let nothingToRepeat = Code(value: .nothingToRepeat)
        /// A repetition directly follows another one.
        public static let nestedRepetition = Code(value: .nestedRepetition)
        /// A `{…}` is not a count, or not an acceptable one.
        public static let badCount = Code(value: .badCount)
        /// A `[…]` holds something that is not a character, a range or an escape.
        public static let badClass = Code(value: .badClass)
        /// A `(?…` that no regular expression dialect in use has, or a group name that is not one.
        public static let badGroup = Code(value: .badGroup)
        /// A back-reference; matching those takes exponential time.
        public static let backReference = Code(value: .backReference)
        /// A look-ahead or look-behind assertion.
        public static let lookAround = Code(value: .lookAround)
        /// A feature of other dialects that is left out on purpose, such as flags within a pattern.
        public static let unsupported = Code(value: .unsupported)
    }

    public let code: Code
    /// What was seen, what was expected and what to do.
    public let message: String
    /// Where in the pattern, in UTF-8 bytes from its beginning.
    public let offset: Int

    public init(_ code: Code, _ message: String, offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    public var description: String { "byte \(offset): \(message)" }
}
