package import Core

/// A reference to content by its digest (OCI image specification, "Content Descriptors").
///
/// Whatever a descriptor says besides the digest is a claim of the document it stands in.
package struct Descriptor: Sendable, Hashable {
    package let mediaType: String
    package let digest: Digest
    /// The content's length in bytes.
    package let size: Int
    package let artifactType: String?
    package let annotations: [String: String]
    package let platform: Platform?

    package init(
        mediaType: String, digest: Digest, size: Int, artifactType: String? = nil, annotations: [String: String] = [:],
        platform: Platform? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.artifactType = artifactType
        self.annotations = annotations
        self.platform = platform
    }

    /// Describes bytes.
    package init(
        of bytes: [UInt8], mediaType: String, artifactType: String? = nil, annotations: [String: String] = [:],
        platform: Platform? = nil
    ) {
        self.init(
            mediaType: mediaType, digest: .of(bytes), size: bytes.count, artifactType: artifactType,
            annotations: annotations, platform: platform)
    }

    /// The descriptor of the two bytes `{}` that stand for "nothing" (OCI image manifest, "Guidance for an Empty
    /// Descriptor").
    package static let empty = Descriptor(of: emptyContent, mediaType: MediaType.empty)
    package static let emptyContent: [UInt8] = Array("{}".utf8)

    /// Reads a descriptor.
    ///
    /// - Throws: ``JSONError`` with the field that is missing, malformed or too large.
    package init(_ cursor: JSONCursor) throws(JSONError) {
        mediaType = try cursor.required("mediaType").mediaType()
        let field = try cursor.required("digest")
        let text = try field.string()
        guard let digest = Digest(text) else {
            throw field.error("expected sha256:… or sha512:… in lowercase hexadecimal, saw \"\(text.prefix(80))\"")
        }
        self.digest = digest
        let sizeField = try cursor.required("size")
        // A size is a JSON number here, never ProtoJSON's decimal string.
        guard let size = sizeField.value.integer, (0...(1 << 53)).contains(size) else {
            throw sizeField.error("expected a number of bytes, saw \(sizeField.value.kind) that is none")
        }
        self.size = Int(size)
        artifactType = try cursor.optional("artifactType")?.mediaType()
        annotations = try cursor.optional("annotations")?.annotations() ?? [:]
        if let field = try cursor.optional("platform") { platform = try Platform(field) } else { platform = nil }
    }

    /// The descriptor as JSON, members in the specification's order.
    package var json: JSONValue {
        var object = JSONObject()
        object["mediaType"] = .string(mediaType)
        object["digest"] = .string(digest.description)
        object["size"] = .integer(Int64(size))
        if let artifactType { object["artifactType"] = .string(artifactType) }
        if !annotations.isEmpty { object["annotations"] = .annotations(annotations) }
        if let platform { object["platform"] = platform.json }
        return .object(object)
    }

    func annotated(_ name: String, _ value: String) -> Descriptor {
        var annotations = annotations
        annotations[name] = value
        return Descriptor(
            mediaType: mediaType, digest: digest, size: size, artifactType: artifactType, annotations: annotations,
            platform: platform)
    }
}

extension JSONValue {
    static func annotations(_ values: [String: String]) -> JSONValue {
        .object(JSONObject(values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) }))
    }
}

extension JSONCursor {
    func mediaType() throws(JSONError) -> String {
        let text = try string()
        guard MediaType.isValid(text) else {
            throw error("expected a media type such as \(MediaType.manifest), saw \"\(text.prefix(80))\"")
        }
        return text
    }

    func annotations() throws(JSONError) -> [String: String] {
        let members = try members()
        if members.count > ImageLimits.annotations.limit {
            throw error("\(CapExceeded(cap: ImageLimits.annotations, seen: members.count))", .tooLarge)
        }
        var result: [String: String] = [:]
        var bytes = 0
        for (name, cursor) in members {
            let value = try cursor.string()
            bytes += name.utf8.count + value.utf8.count
            // Swift compares by canonical equivalence: of two look-alikes one would silently take the other's place.
            guard result.updateValue(value, forKey: name) == nil else {
                throw cursor.error("another annotation's name looks the same", .duplicateName)
            }
        }
        if bytes > ImageLimits.annotationBytes.limit {
            throw error("\(CapExceeded(cap: ImageLimits.annotationBytes, seen: bytes))", .tooLarge)
        }
        return result
    }
}
