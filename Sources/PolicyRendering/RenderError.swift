/// Why a bundle cannot be written in another engine's words.
///
/// What a target has no words for is told by ``Coverage``; an error is what it would misunderstand.
package struct RenderError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case cluster, inexpressible, name }

        private let value: Value

        package var description: String { value.rawValue }

        /// The bundle does not know the cluster, or knows several and none was named.
        package static let cluster = Code(value: .cluster)
        /// A text that the target would read as something else.
        package static let inexpressible = Code(value: .inexpressible)
        /// A name that Kubernetes does not take.
        package static let name = Code(value: .name)
    }

    package let code: Code
    /// What was seen, what was expected and what to do.
    package let message: String
    /// The field of the bundle, such as `policy payments: bind[0].signer`; empty when it is about the whole.
    package let field: String

    package init(_ code: Code, _ message: String, field: String = "") {
        self.code = code
        self.message = message
        self.field = field
    }

    package var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
