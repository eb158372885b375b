internal import Attestation
internal import Core

/// What a log entry must be about: this signature, by this key or certificate, over this content.
struct SignedContent {
    enum Verifier {
        case certificate(Certificate)
        case key(PublicKey)

        /// The bytes a log keeps of it: the certificate, or the key's SubjectPublicKeyInfo.
        var der: [UInt8] {
            switch self {
            case .certificate(let certificate): certificate.der
            case .key(let key): key.subjectPublicKeyInfo
            }
        }

        var publicKey: PublicKey {
            switch self {
            case .certificate(let certificate): certificate.publicKey
            case .key(let key): key
            }
        }
    }

    let content: Bundle.Content
    let signature: [UInt8]
    let verifier: Verifier
    /// The artifact's digests, for signatures over the artifact itself.
    let artifact: Artifact

    /// The digest by this algorithm of what the signature covers: artifact, payload or pre-authentication encoding.
    func digest(_ algorithm: DigestAlgorithm) -> Digest? {
        switch content {
        case .message: artifact.digest(algorithm)
        case .envelope(let envelope, _): .of(envelope.preAuthenticationEncoding, algorithm)
        case .simpleSigning(let payload, _): .of(payload, algorithm)
        }
    }
}

/// Why a log entry is not about this bundle.
struct BindingMismatch: Error {
    let observed: String
    let expected: String

    init(_ observed: String, _ expected: String) {
        self.observed = observed
        self.expected = expected
    }
}
