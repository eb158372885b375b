/// Why a case could not be played at all; a case that comes out otherwise than expected is no error.
package struct RehearsalError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case minting, key, file, policy, waiver, request }
        private let value: Value

        /// A piece of evidence cannot be minted as it is described.
        package static let minting = Code(value: .minting)
        /// A key or approver is named that the bundle does not have.
        package static let key = Code(value: .key)
        /// A file cannot be read.
        package static let file = Code(value: .file)
        /// The policy bundle cannot be used.
        package static let policy = Code(value: .policy)
        /// A waiver does not hold as it is described.
        package static let waiver = Code(value: .waiver)
        /// What is to be decided cannot be made of the case.
        package static let request = Code(value: .request)
    }

    package let code: Code
    /// What was seen, what was expected and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
