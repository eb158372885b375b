/// Why the server cannot start, or cannot take over something that changed.
package struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Value: Hashable { case certificate, configuration, address, policy, log, access }
        private let value: Value

        /// A certificate, key or CA cannot be used.
        package static let certificate = Code(value: .certificate)
        /// The configuration names something that cannot be.
        package static let configuration = Code(value: .configuration)
        /// An address cannot be listened on.
        package static let address = Code(value: .address)
        /// Bundle, trust or waivers cannot be taken.
        package static let policy = Code(value: .policy)
        /// The log cannot be used.
        package static let log = Code(value: .log)
        /// Tokens, keys or roles cannot be used.
        package static let access = Code(value: .access)
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
