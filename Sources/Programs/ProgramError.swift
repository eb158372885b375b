/// Why a program gave no answer.
package struct ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case notStarted, timeout, tooLarge }

        private let value: Value

        /// It could not be run, or was to be given more than fits.
        package static let notStarted = Code(value: .notStarted)
        /// It did not answer or did not end in time.
        package static let timeout = Code(value: .timeout)
        /// It wrote more than is accepted.
        package static let tooLarge = Code(value: .tooLarge)

        package var description: String { value.rawValue }
    }

    package let code: Code
    /// What happened, without the program's path and without anything that it wrote.
    package let message: String
    /// The program's path.
    package let path: String

    package var description: String { "\(path) \(message)" }
}
