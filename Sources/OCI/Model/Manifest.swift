package import Core

/// An image manifest (OCI image specification, "Image Manifest"; Docker manifest v2 schema 2).
package struct Manifest: Sendable, Hashable {
    /// The document as it was fetched, which hashes to ``digest``.
    package let bytes: [UInt8]
    package let digest: Digest
    package let mediaType: String
    package let config: Descriptor
    package let layers: [Descriptor]
    /// The manifest this one is about, when it is a referrer.
    package let subject: Descriptor?
    package let artifactType: String?
    package let annotations: [String: String]

    init(_ cursor: JSONCursor, mediaType: String, content: VerifiedBytes) throws(JSONError) {
        bytes = content.bytes
        digest = content.digest
        self.mediaType = mediaType
        config = try Descriptor(cursor.required("config"))
        let field = try cursor.required("layers")
        var layers: [Descriptor] = []
        var total = 0
        for element in try field.elements(ImageLimits.layers) {
            let layer = try Descriptor(element)
            // At most 1024 sizes of at most 2^53: the sum cannot overflow.
            total += layer.size
            layers.append(layer)
        }
        if total > ImageLimits.declaredBytes.limit {
            throw field.error("\(CapExceeded(cap: ImageLimits.declaredBytes, seen: total))", .tooLarge)
        }
        self.layers = layers
        if let field = try cursor.optional("subject") { subject = try Descriptor(field) } else { subject = nil }
        artifactType = try cursor.optional("artifactType")?.mediaType()
        annotations = try cursor.optional("annotations")?.annotations() ?? [:]
    }

    /// What kind of artifact this is: `artifactType`, or else the config's media type (OCI distribution
    /// specification, "Listing Referrers").
    package var effectiveArtifactType: String { artifactType ?? config.mediaType }

    /// Writes an OCI manifest.
    package static func encode(
        config: Descriptor, layers: [Descriptor], subject: Descriptor? = nil, artifactType: String? = nil,
        annotations: [String: String] = [:]
    ) -> [UInt8] {
        var object = JSONObject()
        object["schemaVersion"] = 2
        object["mediaType"] = .string(MediaType.manifest)
        if let artifactType { object["artifactType"] = .string(artifactType) }
        object["config"] = config.json
        object["layers"] = .array(layers.map(\.json))
        if let subject { object["subject"] = subject.json }
        if !annotations.isEmpty { object["annotations"] = .annotations(annotations) }
        return Array(JSONValue.object(object).pretty.utf8)
    }
}
