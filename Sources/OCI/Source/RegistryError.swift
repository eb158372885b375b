internal import Core

/// Why an image, or something attached to it, could not be had from a registry or an image layout.
///
/// Only ``isAbsence`` is an answer ("it is not there"); everything else means that nothing is known.
package struct RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case invalidReference, notFound, unauthorized, denied, digestMismatch, sizeMismatch, tooLarge, timeout
            case unavailable, badRedirect, malformed, ambiguous, credentials, cancelled, unreadable
        }
        private let value: Value

        /// A host, repository, tag or digest is not spelled as the specification demands.
        package static let invalidReference = Code(value: .invalidReference)
        /// The registry answered that it is not there.
        package static let notFound = Code(value: .notFound)
        /// The registry wants credentials, or does not accept the ones given (401).
        package static let unauthorized = Code(value: .unauthorized)
        /// The credentials were accepted, but do not allow this (403).
        package static let denied = Code(value: .denied)
        /// The content does not hash to the digest it was asked by.
        package static let digestMismatch = Code(value: .digestMismatch)
        /// The content is not as long as its descriptor says.
        package static let sizeMismatch = Code(value: .sizeMismatch)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// No answer in time.
        package static let timeout = Code(value: .timeout)
        /// Not reachable, or still failing after all retries.
        package static let unavailable = Code(value: .unavailable)
        /// A redirect, next page or token realm that must not be followed.
        package static let badRedirect = Code(value: .badRedirect)
        /// An answer that is not what the specification says.
        package static let malformed = Code(value: .malformed)
        /// More than one thing fits.
        package static let ambiguous = Code(value: .ambiguous)
        /// The docker configuration or a credential helper failed.
        package static let credentials = Code(value: .credentials)
        /// The caller gave up.
        package static let cancelled = Code(value: .cancelled)
        /// A file of a layout could not be read or written.
        package static let unreadable = Code(value: .unreadable)

        package var description: String { value.rawValue }
    }

    /// Where the image was looked for.
    package enum Place: Sendable, Hashable, CustomStringConvertible {
        case registry(host: String, repository: String)
        case layout(path: String)

        package var description: String {
            switch self {
            case .registry(let host, let repository): "\(host)/\(repository)"
            case .layout(let path): "layout \(path)"
            }
        }
    }

    package let code: Code
    /// What was seen, what was expected, and what to do.
    package let message: String
    package let place: Place

    package init(_ code: Code, _ message: String, at place: Place) {
        self.code = code
        self.message = message
        self.place = place
    }

    /// Whether this is the answer "it is not there", as opposed to "it could not be checked".
    package var isAbsence: Bool { code == .notFound }

    package var description: String { "\(place): \(message)" }
}

extension RegistryError {
    init(_ mismatch: VerifiedBytes.Mismatch, of what: String, at place: Place) {
        let code: Code =
            switch mismatch {
            case .size: .sizeMismatch
            case .digest: .digestMismatch
            }
        self.init(code, "\(what): \(mismatch); do not use this source until it serves what it names", at: place)
    }

    init(_ error: JSONError, of what: String, at place: Place) {
        self.init(error.code == .tooLarge ? .tooLarge : .malformed, "\(what): \(error)", at: place)
    }
}
