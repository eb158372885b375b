internal import Core
internal import OCI
internal import Sigstore

/// Something beside an image that may be evidence about it; neither fetched nor verified yet.
struct EvidenceCandidate: Sendable {
    /// How the evidence is kept.
    enum Form: String, Sendable, CaseIterable {
        /// A Sigstore bundle as a layer of a referrer.
        case bundle
        /// A cosign simple-signing payload; its signature is in the annotations.
        case cosignSignature
        /// A DSSE envelope; its certificate and log entry are in the annotations.
        case cosignAttestation
    }

    /// The same bytes, read in the same way with the same annotations, are the same evidence, however often they are
    /// listed. Read in another way they are something else, so that nobody can hide the one behind the other.
    struct Key: Hashable, Sendable {
        let form: Form
        let digest: Digest
        let annotations: [String: String]
    }

    let form: Form
    let blob: Descriptor
    /// Where it was found, for messages.
    let origin: String

    var key: Key { Key(form: form, digest: blob.digest, annotations: blob.annotations) }

    /// The most bytes that are read of it.
    var cap: Cap { form == .bundle ? Bundle.maximumSize : ImageVerification.maximumBlob }

    /// What it counts towards the bytes that are fetched.
    var weight: Int { min(blob.size, cap.limit) }

    /// Fetches and parses the piece.
    ///
    /// - Throws: ``RegistryError`` when it cannot be had, ``EvidenceError`` when it is not what it says it is.
    func fetch(from source: any ImageSource) async throws -> Bundle { try parse(await bytes(from: source)) }

    /// Fetches the piece.
    func bytes(from source: any ImageSource) async throws(RegistryError) -> [UInt8] {
        try await source.blob(blob.digest, size: blob.size, cap: cap)
    }

    /// Parses the piece.
    ///
    /// - Throws: ``EvidenceError`` when it is not what it says it is.
    func parse(_ bytes: [UInt8]) throws(EvidenceError) -> Bundle {
        switch form {
        case .bundle: try Bundle(parsing: bytes)
        case .cosignSignature: try Bundle(cosignSignature: bytes, annotations: blob.annotations)
        case .cosignAttestation: try Bundle(cosignAttestation: bytes, annotations: blob.annotations)
        }
    }
}
