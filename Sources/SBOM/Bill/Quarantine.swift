internal import Core

/// A part of a bill of materials that was set aside, while the rest was read.
package struct Quarantine: Hashable, Sendable, CustomStringConvertible {
    /// Why it was set aside; the text is stable.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A package URL that is none; the component is kept without it.
        case badPurl = "bad-purl"
        /// A reference that stands there before; the later component is left out.
        case duplicateReference = "duplicate-reference"
        /// A reference to nothing in the document; that edge is left out.
        case danglingReference = "dangling-reference"
        /// A component without a name; it is left out.
        case missingName = "missing-name"
        /// A part of another shape than its format has; that part is left out.
        case malformed
        /// A text or list longer than is kept; it is left out.
        case tooLong = "too-long"
        /// A container image without a digest; nothing says which image is described.
        case subjectWithoutDigest = "subject-without-digest"
    }

    package let reason: Reason
    /// Where: the field, such as `components[3].purl`, and the line.
    package let place: String
    /// What was seen and what was expected.
    package let message: String

    init(_ reason: Reason, _ message: String, at place: String) {
        self.reason = reason
        self.message = message.excerpt(500)
        self.place = place.excerpt(300)
    }

    package var description: String { "\(place): \(message) (\(reason.rawValue))" }
}
