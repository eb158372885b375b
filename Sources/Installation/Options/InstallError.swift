/// What an installation cannot be made of.
package struct InstallError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case image, name, certificates, number, key }
        private let value: Value

        /// An image without a digest, or not an image's reference.
        package static let image = Code(value: .image)
        /// A namespace or cluster whose name Kubernetes would refuse.
        package static let name = Code(value: .name)
        /// It is not said whom the API server shall trust, or it is said twice.
        package static let certificates = Code(value: .certificates)
        package static let number = Code(value: .number)
        /// A log's key that is no replica's.
        package static let key = Code(value: .key)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    /// The option it is about, such as `--image`.
    package let location: String

    package init(_ code: Code, _ location: String, _ message: String) {
        self.code = code
        self.location = location
        self.message = message
    }

    package var description: String { "\(location): \(message)" }
}
