internal import Compression
internal import Core

/// A document that cannot be read as a bill of materials at all, with the place.
///
/// What is wrong with one part only is a ``Quarantine``, and the rest is read.
package struct BillError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case syntax, notABill, unsupportedVersion, tooLarge, compression, forbidden, source
        }
        private let value: Value

        /// The document is not JSON or XML.
        package static let syntax = Code(value: .syntax)
        /// The document is well-formed, but no bill of materials.
        package static let notABill = Code(value: .notABill)
        /// The bill is of a version that is not read.
        package static let unsupportedVersion = Code(value: .unsupportedVersion)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// The compressed bytes are damaged or cut off.
        package static let compression = Code(value: .compression)
        /// The XML declares a document type or entities, which no bill needs and attacks are made of.
        package static let forbidden = Code(value: .forbidden)
        /// The bytes could not be read.
        package static let source = Code(value: .source)
    }

    package let code: Code
    /// What was seen and what was expected.
    package let message: String
    /// Where: a line and column, a field, or a compressed byte.
    package let place: String

    package init(_ code: Code, _ message: String, at place: String) {
        self.code = code
        self.message = message.excerpt(1_000)
        self.place = place.excerpt(500)
    }

    /// Any error of a layer below in this one's words.
    init(_ error: any Error) {
        switch error {
        case let error as BillError: self = error
        case let error as JSONError:
            self.init(error.code == .tooLarge ? .tooLarge : .syntax, error.message, at: "\(error.location)")
        case let error as DecompressionError:
            self.init(
                error.code == .tooLarge ? .tooLarge : .compression, error.message,
                at: "\(error.format.rawValue), compressed byte \(error.offset)")
        default: self.init(.source, "\(error)", at: "the source")
        }
    }

    package var description: String { "\(place): \(message)" }
}
