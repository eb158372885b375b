internal import Core
internal import OCI

extension EvidenceDisk {
    /// Keeps a manifest, which says of itself by its digest that it is the right one.
    func save(_ document: ImageDocument) {
        let blob = Descriptor(of: document.bytes, mediaType: document.mediaType)
        guard blob.digest == document.digest else { return }
        let candidate = EvidenceCandidate(form: .bundle, blob: blob, origin: "manifest \(blob.digest)")
        save(
            StoredEvidence(
                readAt: Instant(seconds: 0), pieces: [.init(candidate: candidate, bytes: document.bytes)],
                isSealed: false), .document(blob.digest))
    }

    /// A manifest that was kept.
    func document(_ digest: Digest) async -> ImageDocument? {
        guard let piece = await load(.document(digest))?.pieces.first, piece.candidate.blob.digest == digest else {
            return nil
        }
        let content = VerifiedBytes(hashing: piece.bytes, digest.algorithm)
        guard content.digest == digest,
            let document = try? ImageDocument(parsing: content, contentType: piece.candidate.blob.mediaType)
        else { return nil }
        return document
    }
}
