public import Core

/// Evidence or trust material that cannot be evaluated because it is not well-formed; nothing was decided about it.
///
/// Evidence that is well-formed but wrong is not an error: it is a ``Verdict`` that refuses.
public struct EvidenceError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case malformed, tooLarge, unsupported, usage }
        private let value: Value

        /// A field is missing, of the wrong type or not decodable.
        public static let malformed = Code(value: .malformed)
        /// A cap was passed.
        public static let tooLarge = Code(value: .tooLarge)
        /// A version or algorithm that this verifier does not know.
        public static let unsupported = Code(value: .unsupported)
        /// What the caller asked cannot be evaluated with what the caller gave.
        public static let usage = Code(value: .usage)
    }

    /// Which document the problem is in.
    public enum Document: String, Sendable, Hashable {
        case bundle
        case trustRoot = "trusted root"
        case cosignSignature = "cosign signature"
        case request
    }

    public let code: Code
    public let document: Document
    /// Where in the document, such as `verificationMaterial.tlogEntries[0].logIndex`.
    public let location: JSONError.Location
    public let message: String

    public init(_ code: Code, in document: Document, at location: JSONError.Location, _ message: String) {
        self.code = code
        self.document = document
        self.location = location
        self.message = message
    }

    init(_ error: JSONError, in document: Document) {
        self.init(error.code == .tooLarge ? .tooLarge : .malformed, in: document, at: error.location, error.message)
    }

    public var description: String { "\(document.rawValue), \(location): \(message)" }
}
