internal import Attestation
public import Core

/// A Sigstore bundle, parsed strictly: a signature or DSSE envelope with what is needed to verify it offline.
///
/// Nothing of it is verified yet; hand it to a ``Verifier``.
public struct Bundle: Sendable, Hashable {
    /// Which rules the bundle's contents follow (Sigstore bundle specification, "Media types").
    public enum Version: Sendable, Hashable, Comparable {
        /// A cosign signature or attestation in a registry: a log's promise, no inclusion proof.
        case cosign
        /// v0.1: a log's promise is required.
        case v0_1
        /// v0.2: an inclusion proof with checkpoint is required.
        case v0_2
        /// v0.3: a single leaf certificate instead of a chain.
        case v0_3
    }

    /// Whose signature it is, as the bundle says.
    enum Material: Sendable, Hashable {
        /// The leaf certificate, and what else the bundle's chain holds.
        case certificate(Certificate, others: [Certificate])
        case publicKey(hint: String)
        /// A cosign signature of a key names no key.
        case unnamedKey
    }

    /// What was signed, as the bundle says.
    enum Content: Sendable, Hashable {
        /// The artifact itself; the digest is a hint that must hold.
        case message(digest: Digest?, signature: [UInt8])
        /// A DSSE envelope, and its text where it came as a file of its own.
        case envelope(Envelope, text: [UInt8]?)
        /// A cosign simple-signing payload.
        case simpleSigning(payload: [UInt8], signature: [UInt8])
    }

    /// The version its media type names.
    public let version: Version
    /// The SHA-256 of the bundle as it was read.
    public let digest: Digest
    let material: Material
    let content: Content
    let logEntries: [LogEntry]
    let timestamps: [TimestampToken]

    /// How large a bundle may be: 16 MiB.
    public static let maximumSize = Cap("bundle bytes", 16 << 20)
    static let maximumLogEntries = Cap("transparency log entries", 32)
    static let maximumTimestamps = Cap("timestamps", 32)

    init(
        version: Version, digest: Digest, material: Material, content: Content, logEntries: [LogEntry],
        timestamps: [TimestampToken]
    ) {
        self.version = version
        self.digest = digest
        self.material = material
        self.content = content
        self.logEntries = logEntries
        self.timestamps = timestamps
    }

    /// The raw bytes of the one signature.
    var signature: [UInt8] {
        switch content {
        case .message(_, let signature), .simpleSigning(_, let signature): signature
        case .envelope(let envelope, _): envelope.signatures.first?.bytes ?? []
        }
    }

    /// What timestamps are made over: the signature; cosign stamps an attestation's whole envelope instead.
    var timestamped: [UInt8] {
        if version == .cosign, case .envelope(_, let text?) = content { text } else { signature }
    }
}
