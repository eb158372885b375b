public import Core

/// Evidence whose signature, signer, time and log entries were all verified against one trust root.
///
/// Only the verifier can make one: the initialiser is behind an SPI. Whoever is handed one need not ask again.
public struct VerifiedEvidence: Sendable, Hashable {
    /// A time the signature is known to have existed at, and who says so.
    public struct SigningTime: Sendable, Hashable {
        public enum Source: Sendable, Hashable {
            /// A timestamp authority's token (RFC 3161), by the authority's name in the trust root.
            case timestampAuthority(String)
            /// A transparency log's signed entry timestamp, by the log's base URL.
            case transparencyLog(String)
        }

        public let instant: Instant
        public let source: Source

        public init(instant: Instant, source: Source) {
            self.instant = instant
            self.source = source
        }
    }

    /// A log entry whose inclusion or promise of it was verified.
    public struct LogEntry: Sendable, Hashable {
        /// The log's base URL.
        public let log: String
        public let logID: [UInt8]
        public let index: Int64
        /// Whether a Merkle proof was verified; otherwise the log's signed promise was.
        public let inclusionProven: Bool

        public init(log: String, logID: [UInt8], index: Int64, inclusionProven: Bool) {
            self.log = log
            self.logID = logID
            self.index = index
            self.inclusionProven = inclusionProven
        }
    }

    /// What was signed.
    public enum Content: Sendable, Hashable {
        /// The artifact's bytes themselves.
        case artifact
        /// A statement about the artifact.
        case statement(Statement)
        /// A cosign simple-signing payload that names the image's digest.
        case simpleSigning(JSONValue)
    }

    /// The SHA-256 of the evidence as it was read.
    public let digest: Digest
    /// What the evidence is about.
    public let artifact: SubjectDigest
    public let signer: SignerIdentity
    public let times: [SigningTime]
    public let logEntries: [LogEntry]
    public let content: Content
    /// The digest of the trust root it was verified against.
    public let trustRoot: Digest

    @_spi(Verifier)
    public init(
        digest: Digest, artifact: SubjectDigest, signer: SignerIdentity, times: [SigningTime], logEntries: [LogEntry],
        content: Content, trustRoot: Digest
    ) {
        self.digest = digest
        self.artifact = artifact
        self.signer = signer
        self.times = times
        self.logEntries = logEntries
        self.content = content
        self.trustRoot = trustRoot
    }

    /// The statement, when the evidence is one.
    public var statement: Statement? { if case .statement(let statement) = content { statement } else { nil } }
}
