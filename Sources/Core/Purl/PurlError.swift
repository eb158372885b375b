/// A text that is not a package URL, with the part and the place.
package struct PurlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case scheme, missing, malformed, encoding, duplicate, tooLong, typeRule
        }
        private let value: Value

        /// The text does not begin with `pkg:`.
        package static let scheme = Code(value: .scheme)
        /// A part that every package URL has is missing.
        package static let missing = Code(value: .missing)
        /// A part has a character it must not have.
        package static let malformed = Code(value: .malformed)
        /// A percent-encoding is incomplete, or what it stands for is not UTF-8.
        package static let encoding = Code(value: .encoding)
        /// A qualifier stands there twice.
        package static let duplicate = Code(value: .duplicate)
        /// A length limit was passed.
        package static let tooLong = Code(value: .tooLong)
        /// The type's own definition forbids it.
        package static let typeRule = Code(value: .typeRule)
    }

    /// Which part of a package URL is concerned.
    package enum Part: String, Sendable, Hashable {
        case scheme, type, namespace, name, version, qualifiers, subpath
    }

    package let code: Code
    package let part: Part
    /// What was seen and what was expected.
    package let message: String

    init(_ code: Code, _ part: Part, _ message: String) {
        self.code = code
        self.part = part
        self.message = message.excerpt(300)
    }

    package var description: String { "\(part.rawValue): \(message)" }
}
