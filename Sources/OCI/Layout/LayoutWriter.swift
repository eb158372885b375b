internal import Core

/// Writes an OCI image layout; every file appears whole or not at all.
package struct LayoutWriter {
    private let files: LayoutFiles
    private var manifests: [Descriptor] = []

    /// Makes an existing empty folder a layout.
    ///
    /// - Throws: ``RegistryError`` when the folder does not exist, has a layout already, or cannot be written.
    package init(creating path: String) throws(RegistryError) {
        files = try LayoutFiles(path)
        guard !files.exists("index.json") else {
            throw RegistryError(.unreadable, "the folder already holds a layout; choose an empty one", at: files.place)
        }
        try files.makeFolder("blobs")
        try writeIndex()
        try files.replace("oci-layout", with: Array("{\"imageLayoutVersion\":\"\(LayoutSource.version)\"}".utf8))
    }

    /// Adds a blob.
    ///
    /// - Returns: its descriptor.
    /// - Throws: ``RegistryError`` when it cannot be written.
    @discardableResult
    package func put(
        blob bytes: [UInt8], mediaType: String, annotations: [String: String] = [:]
    ) throws(RegistryError) -> Descriptor {
        let descriptor = Descriptor(of: bytes, mediaType: mediaType, annotations: annotations)
        try files.makeFolder("blobs/\(descriptor.digest.algorithm.rawValue)")
        try files.replace(LayoutFiles.name(of: descriptor.digest), with: bytes)
        return descriptor
    }

    /// Adds a manifest or index and lists it in `index.json`.
    ///
    /// - Parameters:
    ///   - bytes: the document, as ``Manifest/encode(config:layers:subject:artifactType:annotations:)`` writes it.
    ///   - tag: its name in the layout; a manifest that had the name before loses it.
    ///   - annotations: further annotations of the entry in `index.json`.
    /// - Throws: ``RegistryError`` when it is no manifest or index, or cannot be written.
    @discardableResult
    package mutating func put(
        manifest bytes: [UInt8], tag: String? = nil, annotations: [String: String] = [:]
    ) throws(RegistryError) -> Descriptor {
        let document: ImageDocument
        do {
            document = try ImageDocument(parsing: VerifiedBytes(hashing: bytes))
        } catch {
            throw RegistryError(error, of: "new manifest", at: files.place)
        }
        try put(blob: bytes, mediaType: document.mediaType)
        let plain = document.descriptor
        let descriptor = Descriptor(
            mediaType: plain.mediaType, digest: plain.digest, size: plain.size, artifactType: plain.artifactType,
            annotations: annotations)
        list(descriptor, tag: tag)
        try writeIndex()
        return plain
    }

    /// Adds an artifact about another manifest.
    ///
    /// - Parameters:
    ///   - blobs: the artifact's content with the media type of each part.
    ///   - subject: the manifest it is about.
    ///   - artifactType: what it is.
    /// - Throws: ``RegistryError`` when it cannot be written.
    @discardableResult
    package mutating func put(
        referrer blobs: [(bytes: [UInt8], mediaType: String)], subject: Descriptor, artifactType: String,
        annotations: [String: String] = [:]
    ) throws(RegistryError) -> Descriptor {
        var layers: [Descriptor] = []
        for blob in blobs { layers.append(try put(blob: blob.bytes, mediaType: blob.mediaType)) }
        try put(blob: Descriptor.emptyContent, mediaType: MediaType.empty)
        let about = Descriptor(mediaType: subject.mediaType, digest: subject.digest, size: subject.size)
        return try put(
            manifest: Manifest.encode(
                config: .empty, layers: layers, subject: about, artifactType: artifactType, annotations: annotations))
    }

    private mutating func list(_ descriptor: Descriptor, tag: String?) {
        guard let tag else {
            if !manifests.contains(where: { $0.digest == descriptor.digest }) { manifests.append(descriptor) }
            return
        }
        manifests.removeAll { entry in
            entry.annotations[LayoutSource.referenceName].map { MediaType.same($0, tag) } ?? false
        }
        manifests.append(descriptor.annotated(LayoutSource.referenceName, tag))
    }

    private func writeIndex() throws(RegistryError) {
        try files.replace("index.json", with: Index.encode(manifests))
    }
}
