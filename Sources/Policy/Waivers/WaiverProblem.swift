internal import Core
internal import YAML

/// A document among the waivers that does not count, and why.
package struct WaiverProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable, Hashable {
            case malformed, unsigned, signature, approver, rule, terms, duplicate, renewal, revocations, tooLarge
        }
        private let value: Value
        package var description: String { value.rawValue }

        /// It cannot be read, or says something a waiver must not.
        package static let malformed = Code(value: .malformed)
        /// It is a draft that nobody signed.
        package static let unsigned = Code(value: .unsigned)
        /// No approver of this bundle signed it.
        package static let signature = Code(value: .signature)
        /// Somebody who is named as an approver is none, did not sign, or answers for the waiver.
        package static let approver = Code(value: .approver)
        /// There is no such rule, or it cannot be waived.
        package static let rule = Code(value: .rule)
        /// Its class is not one of the bundle's, or it lasts too long.
        package static let terms = Code(value: .terms)
        /// Two waivers have one id.
        package static let duplicate = Code(value: .duplicate)
        /// It is one too many for one rule and scope.
        package static let renewal = Code(value: .renewal)
        /// A revocation list that does not count.
        package static let revocations = Code(value: .revocations)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
    }

    package let code: Code
    package let file: String
    /// The waiver's id, where it is known.
    package let id: String?
    /// The field, such as `spec.expires`; empty for the document as a whole.
    package let field: String
    package let message: String

    package init(_ code: Code, _ message: String, file: String, id: String? = nil, field: String = "") {
        self.code = code
        self.message = message.oneLine.excerpt(2_000)
        self.file = file
        self.id = id
        self.field = field.oneLine.excerpt(500)
    }

    init(_ error: YAMLError, file: String) {
        self.init(error.code == .tooLarge ? .tooLarge : .malformed, error.message, file: file, field: error.field)
    }

    package var description: String {
        let plain = file.utf8.allSatisfy { (0x20...0x7E).contains($0) } && file.utf8.count <= 1_000
        var text = plain ? file : PrintableText.quote(file.excerpt(300))
        if let id { text += ": \(id)" }
        if !field.isEmpty { text += ": \(field)" }
        return text + ": \(message)"
    }
}
