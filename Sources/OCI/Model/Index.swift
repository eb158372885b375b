package import Core

/// A list of manifests (OCI image specification, "Image Index"; Docker manifest list).
package struct Index: Sendable, Hashable {
    /// The document as it was fetched, which hashes to ``digest``.
    package let bytes: [UInt8]
    package let digest: Digest
    package let mediaType: String
    package let manifests: [Descriptor]
    /// The manifest this index is about, when it is a referrer.
    package let subject: Descriptor?
    package let artifactType: String?
    package let annotations: [String: String]

    init(_ cursor: JSONCursor, mediaType: String, content: VerifiedBytes) throws(JSONError) {
        bytes = content.bytes
        digest = content.digest
        self.mediaType = mediaType
        var manifests: [Descriptor] = []
        for element in try cursor.required("manifests").elements(ImageLimits.manifests) {
            manifests.append(try Descriptor(element))
        }
        self.manifests = manifests
        if let field = try cursor.optional("subject") { subject = try Descriptor(field) } else { subject = nil }
        artifactType = try cursor.optional("artifactType")?.mediaType()
        annotations = try cursor.optional("annotations")?.annotations() ?? [:]
    }

    /// Writes an OCI index.
    package static func encode(
        _ manifests: [Descriptor], subject: Descriptor? = nil, artifactType: String? = nil,
        annotations: [String: String] = [:]
    ) -> [UInt8] {
        var object = JSONObject()
        object["schemaVersion"] = 2
        object["mediaType"] = .string(MediaType.index)
        if let artifactType { object["artifactType"] = .string(artifactType) }
        object["manifests"] = .array(manifests.map(\.json))
        if let subject { object["subject"] = subject.json }
        if !annotations.isEmpty { object["annotations"] = .annotations(annotations) }
        return Array(JSONValue.object(object).pretty.utf8)
    }
}
