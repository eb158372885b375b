/// What a log cannot do: what was seen, what was expected, and what to do about it.
///
/// Evidence that does not verify is no error but a verdict with findings, such as ``ProofVerdict``.
public struct LogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case malformed, tooLarge, missing, locked, inconsistent, overloaded, full, unwritable, unreadable, broken
            case closed, refused
        }
        private let value: Value

        /// Bytes that are not of the format they should be.
        public static let malformed = Code(value: .malformed)
        /// More than is accepted, such as an entry over 65,535 bytes: log its digest instead.
        public static let tooLarge = Code(value: .tooLarge)
        /// There is no such entry, tile, checkpoint or log.
        public static let missing = Code(value: .missing)
        /// Another process writes the log.
        public static let locked = Code(value: .locked)
        /// What is on disk contradicts the checkpoint that was published; nothing was repaired.
        public static let inconsistent = Code(value: .inconsistent)
        /// More waits to be written than is held in memory; try again shortly.
        public static let overloaded = Code(value: .overloaded)
        /// The disk, or the share of it the log may use, is full.
        public static let full = Code(value: .full)
        /// The disk refuses to write.
        public static let unwritable = Code(value: .unwritable)
        /// The disk refuses to read.
        public static let unreadable = Code(value: .unreadable)
        /// A flush to the disk failed: what the kernel kept is unknown, so nothing is appended until it is reopened.
        public static let broken = Code(value: .broken)
        /// The log was closed.
        public static let closed = Code(value: .closed)
        /// A witness refused a checkpoint, or answered what is no answer.
        public static let refused = Code(value: .refused)

        public var description: String { value.rawValue }
    }

    public let code: Code
    public let message: String
    /// The file, line or request it is about.
    public let location: String?

    public init(_ code: Code, _ message: String, location: String? = nil) {
        self.code = code
        self.message = message
        self.location = location
    }

    public var description: String { location.map { "\($0): \(message)" } ?? message }
}
