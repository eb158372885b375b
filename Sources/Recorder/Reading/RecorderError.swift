internal import Core

/// Why something of the log was not passed on; the entry is tried again.
package struct RecorderError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable { case malformed, log, output, cursor, leadership }
        private let value: Value

        /// An entry is not what the log holds.
        package static let malformed = Code(value: .malformed)
        /// The log could not be read.
        package static let log = Code(value: .log)
        /// An output failed.
        package static let output = Code(value: .output)
        /// The position could not be read or kept.
        package static let cursor = Code(value: .cursor)
        /// Another one leads by now.
        package static let leadership = Code(value: .leadership)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    /// The output, or the log's origin.
    package let place: String

    package init(_ code: Code, _ message: String, at place: String) {
        self.code = code
        self.message = PrintableText.plain(message.excerpt(1_000))
        self.place = PrintableText.plain(place.excerpt(300))
    }

    package var description: String { "\(place): \(message)" }
}
