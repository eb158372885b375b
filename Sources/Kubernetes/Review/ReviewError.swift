internal import Core

/// A review, object or configured kind that cannot be read, with the field and what to do.
package struct ReviewError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case tooLarge, malformed, version, missing, shape, operation, conflict, duplicate, lookalike, configuration
        }
        private let value: Value

        /// A cap was passed; nothing was evaluated.
        package static let tooLarge = Code(value: .tooLarge)
        /// The text is not JSON, or names something twice.
        package static let malformed = Code(value: .malformed)
        /// The document is of another kind or version than those that can be answered.
        package static let version = Code(value: .version)
        /// Something that must be there is not.
        package static let missing = Code(value: .missing)
        /// A field is of another type or grammar.
        package static let shape = Code(value: .shape)
        /// The operation is none that the API server knows.
        package static let operation = Code(value: .operation)
        /// Two fields that must say the same do not, so that two readers would see two things.
        package static let conflict = Code(value: .conflict)
        /// Two containers or volumes have one name.
        package static let duplicate = Code(value: .duplicate)
        /// A field's name differs from a known one in capital letters only; readers disagree whether it counts.
        package static let lookalike = Code(value: .lookalike)
        /// A configured custom kind cannot be used.
        package static let configuration = Code(value: .configuration)
    }

    package let code: Code
    /// What was seen, what was expected and what to do.
    package let message: String
    /// The field, such as `request.object.metadata.name`; empty for the document itself.
    package let field: String
    /// The request's UID, when it could be read although the rest could not: the answer must repeat it.
    package var uid: String?
    /// The review's version, when it could be read: the answer must be of the same.
    package var version: AdmissionReview.Version?

    /// How much of a message is kept, in UTF-8 bytes; it may quote the document.
    private static let longestMessage = 1_000

    /// Makes an error; a long message is cut.
    package init(_ code: Code, _ message: String, field: String) {
        self.code = code
        self.message = message.excerpt(Self.longestMessage)
        self.field = field
    }

    /// What the JSON reader refused.
    init(_ error: JSONError) {
        let code: Code =
            switch error.code {
            case .tooLarge: .tooLarge
            case .shape: .shape
            default: .malformed
            }
        switch error.location {
        case .field(let field): self.init(code, error.message, field: field)
        case .text: self.init(code, error.description, field: "")
        }
    }

    /// The same error below another field, such as `items[3]`.
    func below(_ parent: String) -> ReviewError {
        guard !parent.isEmpty else { return self }
        var error = ReviewError(code, message, field: field.isEmpty ? parent : "\(parent).\(field)")
        error.uid = uid
        error.version = version
        return error
    }

    package var description: String { "\(field.isEmpty ? "the document" : field): \(message)" }
}

/// Runs a reader of JSON; its error becomes one of a review.
func reading<Value>(_ body: () throws(JSONError) -> Value) throws(ReviewError) -> Value {
    do {
        return try body()
    } catch {
        throw ReviewError(error)
    }
}
