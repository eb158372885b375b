internal import Core

/// A store that cannot be used, or an event that cannot be recorded: what was seen, what was expected, what to do.
package struct LineageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case foreign, newer, older, missing, corrupt, busy, pendingLog, storage, tooLarge, malformed, cancelled
        }
        private let value: Value

        /// The file is something else than a lineage store.
        package static let foreign = Code(value: .foreign)
        /// A newer version of the program wrote the store.
        package static let newer = Code(value: .newer)
        /// The store would have to be migrated, and it was opened for reading only.
        package static let older = Code(value: .older)
        /// There is no store at that place, and it was opened for reading only.
        package static let missing = Code(value: .missing)
        /// The store contradicts itself.
        package static let corrupt = Code(value: .corrupt)
        /// Another process held the store for too long.
        package static let busy = Code(value: .busy)
        /// What was recorded last stands in a log beside the file, which cannot be read without writing there.
        package static let pendingLog = Code(value: .pendingLog)
        /// The file system refused, for example because the disk is full.
        package static let storage = Code(value: .storage)
        /// A cap was passed; nothing of the batch was recorded.
        package static let tooLarge = Code(value: .tooLarge)
        /// A document is not what it should be.
        package static let malformed = Code(value: .malformed)
        /// The task was cancelled; a batch that was being written is not recorded.
        package static let cancelled = Code(value: .cancelled)
    }

    package let code: Code
    package let message: String
    /// The store's path, or the field of a document; `nil` when there is none.
    package let location: String?

    private static let longestMessage = 1_000

    /// Makes an error; a long message is cut.
    package init(_ code: Code, _ message: String, at location: String? = nil) {
        self.code = code
        self.message = message.excerpt(Self.longestMessage)
        self.location = location
    }

    package var description: String { location.map { "\($0): \(message)" } ?? message }
}

extension LineageError {
    init(_ error: JSONError) { self.init(.malformed, error.message, at: "\(error.location)") }
    init(_ error: CapExceeded) { self.init(.tooLarge, "\(error)") }
}
