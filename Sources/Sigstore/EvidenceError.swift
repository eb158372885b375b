public import Core

/// Evidence or trust material that cannot be evaluated because it is not well-formed; nothing was decided about it.
///
/// Evidence that is well-formed but wrong is not an error: it is a ``Verdict`` that refuses.
public struct EvidenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of problem it is.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case malformed, tooLarge }
        private let value: Value

        /// A field is missing, of the wrong type or not decodable.
        public static let malformed = Code(value: .malformed)
        /// A cap was passed.
        public static let tooLarge = Code(value: .tooLarge)
    }

    /// Which document the problem is in.
    public enum Document: String, Sendable, Hashable {
        /// A Sigstore bundle.
        case bundle
        /// A `trusted_root.json`.
        case trustRoot = "trusted root"
        /// A cosign signature or attestation with its annotations.
        case cosignSignature = "cosign signature"
        /// A DSSE envelope, bare or a cosign attestation's.
        case envelope = "DSSE envelope"
    }

    /// What kind of problem it is.
    public let code: Code
    /// Which document it is in.
    public let document: Document
    /// Where in the document, such as `verificationMaterial.tlogEntries[0].logIndex`.
    public let location: JSONError.Location
    /// What was seen and what was expected.
    public let message: String

    /// Makes an error; a message of over 1,000 bytes is cut.
    public init(_ code: Code, in document: Document, at location: JSONError.Location, _ message: String) {
        self.code = code
        self.document = document
        self.location = location
        self.message = message.excerpt(1_000)
    }

    init(_ error: JSONError, in document: Document) {
        self.init(error.code == .tooLarge ? .tooLarge : .malformed, in: document, at: error.location, error.message)
    }

    /// Document, place and message on one line.
    public var description: String { "\(document.rawValue), \(location): \(message)" }
}
