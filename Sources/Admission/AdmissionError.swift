/// Why a request could not be brought to a decision at all.
package struct AdmissionError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case trustRoot, customKind }
        private let value: Value

        /// A trust root of the bundle cannot be read.
        package static let trustRoot = Code(value: .trustRoot)
        /// A custom kind of the bundle has no usable path.
        package static let customKind = Code(value: .customKind)
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
