package import Core

/// What a tag or digest of an image leads to: a manifest, or an index of manifests.
package enum ImageDocument: Sendable, Hashable {
    case manifest(Manifest)
    case index(Index)

    /// Reads a manifest or index.
    ///
    /// The document's own `mediaType` decides what it is, because the digest covers it. One that has both `layers`
    /// and `manifests`, or is served as another type than it says, could be taken for either by two readers
    /// (CVE-2021-41190) and is refused.
    ///
    /// - Parameters:
    ///   - content: the bytes, already checked against the digest they were asked by.
    ///   - contentType: the type its holder gives it (HTTP `Content-Type` or a descriptor), when it gives one.
    /// - Throws: ``JSONError`` with the field that is missing, malformed or too large.
    package init(parsing content: VerifiedBytes, contentType: String? = nil) throws(JSONError) {
        let cursor = JSONCursor(try JSONValue(parsing: content.bytes, limits: ImageLimits.json))
        let version = try cursor.required("schemaVersion")
        guard version.value == .integer(2) else {
            throw version.error("expected 2; convert the image with a current tool")
        }
        let object = try cursor.object()
        let hasLayers = object["layers"] != nil
        let hasManifests = object["manifests"] != nil
        guard hasLayers != hasManifests else {
            throw cursor.error("expected either layers (a manifest) or manifests (an index)")
        }
        let served = contentType.flatMap { MediaType.isDocument($0) ? $0 : nil }
        let declared = try cursor.optional("mediaType")?.mediaType()
        if let declared, let served, !MediaType.same(declared, served) {
            throw try cursor.required("mediaType").error("is \(declared), but the document is served as \(served)")
        }
        let type = declared ?? served ?? (hasLayers ? MediaType.manifest : MediaType.index)
        if hasLayers, MediaType.isManifest(type) {
            self = .manifest(try Manifest(cursor, mediaType: type, content: content))
        } else if hasManifests, MediaType.isIndex(type) {
            self = .index(try Index(cursor, mediaType: type, content: content))
        } else {
            throw cursor.error(
                "\(type) with \(hasLayers ? "layers" : "manifests"): expected an OCI or Docker v2 schema 2 manifest "
                    + "with layers, or an index with manifests")
        }
    }

    package var bytes: [UInt8] {
        switch self {
        case .manifest(let manifest): manifest.bytes
        case .index(let index): index.bytes
        }
    }

    package var digest: Digest {
        switch self {
        case .manifest(let manifest): manifest.digest
        case .index(let index): index.digest
        }
    }

    package var mediaType: String {
        switch self {
        case .manifest(let manifest): manifest.mediaType
        case .index(let index): index.mediaType
        }
    }

    package var subject: Descriptor? {
        switch self {
        case .manifest(let manifest): manifest.subject
        case .index(let index): index.subject
        }
    }

    package var annotations: [String: String] {
        switch self {
        case .manifest(let manifest): manifest.annotations
        case .index(let index): index.annotations
        }
    }

    /// The document's descriptor; as a referrer's it carries artifact type and annotations (OCI distribution
    /// specification, "Listing Referrers").
    package var descriptor: Descriptor {
        let artifactType: String? =
            switch self {
            case .manifest(let manifest): manifest.effectiveArtifactType
            case .index(let index): index.artifactType
            }
        return Descriptor(
            mediaType: mediaType, digest: digest, size: bytes.count, artifactType: artifactType,
            annotations: annotations)
    }
}
