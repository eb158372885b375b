/// What cannot be computed: what was seen, what was expected, and what to do about it.
package struct RiskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case malformed, version, tooLarge, missing, invalid, busy, full, unwritable, unreadable, cancelled
        }
        private let value: Value

        /// Bytes that are not of the format they should be, or are damaged: build the file again.
        package static let malformed = Code(value: .malformed)
        /// A graph file of another version of the format: build it again.
        package static let version = Code(value: .version)
        /// More than is accepted.
        package static let tooLarge = Code(value: .tooLarge)
        /// There is no such file or node.
        package static let missing = Code(value: .missing)
        /// An argument that has no meaning, such as an edge to a node that was not added.
        package static let invalid = Code(value: .invalid)
        /// Somebody else builds the same file.
        package static let busy = Code(value: .busy)
        /// The disk is full.
        package static let full = Code(value: .full)
        /// The disk refuses to write.
        package static let unwritable = Code(value: .unwritable)
        /// The disk or the system refuses to read.
        package static let unreadable = Code(value: .unreadable)
        /// The task was cancelled.
        package static let cancelled = Code(value: .cancelled)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    /// The file it is about.
    package let location: String?

    package init(_ code: Code, _ message: String, location: String? = nil) {
        self.code = code
        self.message = message
        self.location = location
    }

    package var description: String { location.map { "\($0): \(message)" } ?? message }

    /// - Throws: ``RiskError`` `cancelled` when the current task was cancelled.
    static func checkCancellation() throws(RiskError) {
        if Task.isCancelled { throw RiskError(.cancelled, "the computation was cancelled") }
    }

    /// - Throws: ``RiskError`` `tooLarge` when there is more of something than its cap.
    static func check(_ count: Int, _ name: String, atMost limit: Int) throws(RiskError) {
        if count > limit { throw RiskError(.tooLarge, "\(count) \(name), at most \(limit) are accepted") }
    }
}
