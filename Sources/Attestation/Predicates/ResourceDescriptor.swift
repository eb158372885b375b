internal import Core

/// A resource that a predicate refers to: where it is and what its content is (in-toto ResourceDescriptor v1).
public struct ResourceDescriptor: Sendable, Hashable {
    public let uri: String?
    public let name: String?
    /// The content's digests; without one the resource is named but not pinned.
    public let digests: [SubjectDigest]

    public init(uri: String? = nil, name: String? = nil, digests: [SubjectDigest] = []) {
        self.uri = uri
        self.name = name
        self.digests = digests
    }

    /// Reads a descriptor; fields that are not named here are ignored, as in-toto asks.
    ///
    /// - Throws: ``JSONError`` when it has neither URI nor name nor digest, or a digest is malformed.
    init(_ cursor: JSONCursor) throws(JSONError) {
        uri = try cursor.optionalText("uri")
        name = try cursor.optionalText("name")
        digests = try cursor.optional("digest")?.digestSet() ?? []
        guard uri != nil || name != nil || !digests.isEmpty else {
            throw cursor.error("expected a resource with uri, name or digest, saw none of them")
        }
    }
}
