internal import Core
internal import OCI

/// Something beside an image that may be evidence about it; neither fetched nor verified yet.
struct EvidenceCandidate: Sendable {
    /// How the evidence is kept.
    enum Form: Sendable {
        /// A Sigstore bundle as a layer of a referrer.
        case bundle
        /// A cosign simple-signing payload; its signature is in the annotations.
        case cosignSignature
        /// A DSSE envelope; its certificate and log entry are in the annotations.
        case cosignAttestation
    }

    let form: Form
    let blob: Descriptor
    /// Where it was found, for messages.
    let origin: String
}
