/// Why certificates cannot be made or read.
package struct CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case name, file, mismatch, life, issuing }
        private let value: Value

        /// What a certificate should be for is neither a DNS name nor an IP address.
        package static let name = Code(value: .name)
        /// A file that is missing or not what its name says.
        package static let file = Code(value: .file)
        /// A key that does not belong to its certificate.
        package static let mismatch = Code(value: .mismatch)
        /// A life that is too short, or longer than that of whom it hangs on.
        package static let life = Code(value: .life)
        /// The library could not make or sign a certificate.
        package static let issuing = Code(value: .issuing)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    /// The file or option it is about.
    package let location: String

    package init(_ code: Code, _ location: String, _ message: String) {
        self.code = code
        self.location = location
        self.message = message
    }

    package var description: String { "\(location): \(message)" }
}
