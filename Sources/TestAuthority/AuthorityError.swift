/// Why something could not be minted; a mint that is wrong on purpose is no error.
package struct AuthorityError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case unsupported, missing }
        private let value: Value

        /// The combination asked for has no form in the format.
        package static let unsupported = Code(value: .unsupported)
        /// The request names a service the authority does not have.
        package static let missing = Code(value: .missing)
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
