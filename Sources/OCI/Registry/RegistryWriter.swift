internal import Core
internal import NIOHTTP1

/// Pushes to a registry: small, for the demo and for tests. Nothing is retried.
package struct RegistryWriter: Sendable {
    private let repository: Repository
    private let client: RegistryClient

    package init(_ repository: Repository, client: RegistryClient) {
        self.repository = repository
        self.client = client
    }

    /// Uploads a blob in one piece (OCI distribution specification, "POST then PUT").
    ///
    /// - Throws: ``RegistryError``
    @discardableResult
    package func put(
        blob bytes: [UInt8], mediaType: String, annotations: [String: String] = [:]
    ) async throws(RegistryError) -> Descriptor {
        let descriptor = Descriptor(of: bytes, mediaType: mediaType, annotations: annotations)
        var start = HTTPTransport.Request(
            address: try client.address(repository, "blobs/uploads/"), cap: Self.answerCap)
        start.method = .POST
        let started = try await send(start, "upload of \(descriptor.digest)")
        guard let location = started.field("Location"), let address = started.address.resolving(location),
            address.hasSameOrigin(as: started.address),
            let target = address.at(
                address.target + (address.target.contains("?") ? "&" : "?") + "digest=\(descriptor.digest)")
        else {
            throw RegistryError(
                .badRedirect, "upload of \(descriptor.digest): expected a Location on the registry itself",
                at: repository.place)
        }
        var upload = HTTPTransport.Request(address: target, cap: Self.answerCap)
        upload.method = .PUT
        upload.headers = [("Content-Type", "application/octet-stream")]
        upload.body = bytes
        _ = try await send(upload, "upload of \(descriptor.digest)")
        return descriptor
    }

    /// Puts a manifest or index under its digest or a tag; the blobs it names must be there.
    ///
    /// When it has a subject and the registry has no referrers API, the list under the referrers tag is updated
    /// (OCI distribution specification, "Pushing Manifests with Subject").
    ///
    /// - Throws: ``RegistryError``
    @discardableResult
    package func put(manifest bytes: [UInt8], tag: String? = nil) async throws(RegistryError) -> Descriptor {
        let document: ImageDocument
        do {
            document = try ImageDocument(parsing: VerifiedBytes(hashing: bytes))
        } catch {
            throw RegistryError(error, of: "new manifest", at: repository.place)
        }
        let reference = tag ?? document.digest.description
        var request = HTTPTransport.Request(
            address: try client.address(repository, "manifests/\(reference)"), cap: Self.answerCap)
        request.method = .PUT
        request.headers = [("Content-Type", document.mediaType)]
        request.body = bytes
        let answer = try await send(request, "push of manifest \(reference)")
        if let subject = document.subject, answer.field("OCI-Subject") == nil {
            try await list(document.descriptor, about: subject.digest)
        }
        return document.descriptor
    }

    /// Pushes an artifact about another manifest.
    ///
    /// - Throws: ``RegistryError``
    @discardableResult
    package func put(
        referrer blobs: [(bytes: [UInt8], mediaType: String)], subject: Descriptor, artifactType: String,
        annotations: [String: String] = [:]
    ) async throws(RegistryError) -> Descriptor {
        var layers: [Descriptor] = []
        for blob in blobs { layers.append(try await put(blob: blob.bytes, mediaType: blob.mediaType)) }
        try await put(blob: Descriptor.emptyContent, mediaType: MediaType.empty)
        let about = Descriptor(mediaType: subject.mediaType, digest: subject.digest, size: subject.size)
        return try await put(
            manifest: Manifest.encode(
                config: .empty, layers: layers, subject: about, artifactType: artifactType, annotations: annotations))
    }

    private func list(_ referrer: Descriptor, about subject: Digest) async throws(RegistryError) {
        let tag = ReferrersTag.of(subject)
        let source = RegistrySource(repository, client: client)
        var listed: [Descriptor] = []
        do {
            let old = try await source.resolve(.tag(tag))
            if case .index(let index) = try await source.document(old) { listed = index.manifests }
        } catch  where error.isAbsence {
            // The first referrer makes the list.
        } catch {
            throw error
        }
        try await put(manifest: Index.encode((listed + [referrer]).filtered(nil)), tag: tag)
    }

    private func send(
        _ request: HTTPTransport.Request, _ what: String
    ) async throws(RegistryError) -> HTTPTransport.Answer {
        try await client.send(
            request, scope: .init(repository: repository, push: true), deadline: client.deadline,
            for: .init(what: what, place: repository.place, mayRetry: false))
    }

    private static let answerCap = Cap("bytes of an answer to a push", 1 << 20)
}
