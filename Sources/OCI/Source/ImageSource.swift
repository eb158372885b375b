package import Core

/// Where images and what is attached to them come from: a registry or a layout on disk.
///
/// Everything a source returns hashes to the digest it was asked by. Lists of referrers and the meaning of tags are
/// the source's own word; they select what to look at and prove nothing.
package protocol ImageSource: Sendable {
    /// Where this is, for messages.
    var place: RegistryError.Place { get }

    /// Finds what a tag or digest means.
    ///
    /// - Throws: ``RegistryError``; `notFound` when the source answers that there is none.
    func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor

    /// Fetches a manifest or index.
    ///
    /// - Parameters:
    ///   - digest: the digest the document must hash to.
    ///   - size: its length in bytes when a descriptor gives it.
    /// - Throws: ``RegistryError``
    func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument

    /// Fetches a blob.
    ///
    /// - Parameters:
    ///   - digest: the digest the blob must hash to.
    ///   - size: its length in bytes when a descriptor gives it.
    ///   - cap: the most bytes to read.
    /// - Throws: ``RegistryError``
    func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8]

    /// Lists the manifests that name this one as their subject.
    ///
    /// - Parameters:
    ///   - digest: the subject's digest.
    ///   - artifactType: only referrers of this type, when given.
    /// - Throws: ``RegistryError``; an empty list is an answer and not an error.
    func referrers(of digest: Digest, artifactType: String?) async throws(RegistryError) -> [Descriptor]

    /// Finds what cosign attached under a tag; empty when there is nothing.
    ///
    /// - Throws: ``RegistryError`` when it could not be checked.
    func attachments(_ kind: CosignAttachment, to digest: Digest) async throws(RegistryError) -> [Descriptor]
}

extension ImageSource {
    /// The cap that fits any signature, attestation or SBOM.
    package static var evidenceCap: Cap { Cap("bytes of an evidence blob", 64 << 20) }

    /// Fetches the document a descriptor names; its type must be the descriptor's.
    package func document(_ descriptor: Descriptor) async throws(RegistryError) -> ImageDocument {
        let document = try await document(descriptor.digest, size: descriptor.size)
        guard MediaType.same(document.mediaType, descriptor.mediaType) else {
            throw RegistryError(
                .malformed,
                "manifest \(descriptor.digest): its descriptor says \(descriptor.mediaType), "
                    + "it is \(document.mediaType)",
                at: place)
        }
        return document
    }

    /// Fetches the blob a descriptor names.
    package func blob(_ descriptor: Descriptor, cap: Cap = evidenceCap) async throws(RegistryError) -> [UInt8] {
        try await blob(descriptor.digest, size: descriptor.size, cap: cap)
    }

    /// Fetches a referrer and checks that it is about the subject it was listed for.
    ///
    /// - Throws: ``RegistryError``; `malformed` when the manifest names another subject or none.
    package func referrer(_ descriptor: Descriptor, of subject: Digest) async throws(RegistryError) -> Manifest {
        guard case .manifest(let manifest) = try await document(descriptor) else {
            throw RegistryError(
                .malformed, "referrer \(descriptor.digest): expected a manifest, saw an index", at: place)
        }
        guard manifest.subject?.digest == subject else {
            let seen = manifest.subject?.digest.description ?? "none"
            throw RegistryError(
                .malformed,
                "referrer \(descriptor.digest): listed for \(subject), but its subject is \(seen)", at: place)
        }
        return manifest
    }

    func parse(
        _ content: VerifiedBytes, contentType: String?, what: String
    ) throws(RegistryError) -> ImageDocument {
        do {
            return try ImageDocument(parsing: content, contentType: contentType)
        } catch {
            throw RegistryError(error, of: what, at: place)
        }
    }
}

extension [Descriptor] {
    /// The descriptors of that artifact type, each digest once; all of them when no type is given.
    func filtered(_ artifactType: String?) -> [Descriptor] {
        var seen: Set<Digest> = []
        return filter { descriptor in
            if let artifactType {
                guard let own = descriptor.artifactType, MediaType.same(own, artifactType) else { return false }
            }
            return seen.insert(descriptor.digest).inserted
        }
    }
}
