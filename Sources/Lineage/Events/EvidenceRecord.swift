package import Attestation
package import Core

/// What a piece of verified evidence says: facts to remember, without the evidence itself.
package struct EvidenceRecord: Sendable, Hashable {
    /// Who signed, as the certificate or the configured key says it.
    package struct Signer: Sendable, Hashable {
        /// The digest of the configured key; `nil` when a certificate was verified.
        package var key: Digest?
        package var issuer: String?
        package var subject: String?
        package var repository: String?
        package var commit: String?
        package var ref: String?
        /// The run's URI.
        package var run: String?
        /// What started the run, such as `push`.
        package var trigger: String?
    }

    /// A provenance's facts.
    package struct Build: Sendable, Hashable {
        package var builder: String?
        package var buildType: String?
        package var repository: String?
        package var ref: String?
        /// 40 or 64 lowercase hexadecimal digits.
        package var commit: String?
        package var workflow: String?
        /// The run, as a URL or the builder's own number.
        package var run: String?
        package var startedOn: Instant?
        package var finishedOn: Instant?
        package var hermetic: Bool?
        /// The first inputs that name or pin something.
        package var inputs: [Input] = []
        /// How many inputs there are in all.
        package var inputCount = 0
    }

    /// Something that went into a build.
    package struct Input: Sendable, Hashable {
        package var name: String?
        package var digest: Digest?
    }

    /// A bill of materials' facts.
    package struct Bill: Sendable, Hashable {
        /// The SHA-256 of the document's canonical JSON: the same content is one bill of materials, whoever signs it.
        package var digest: Digest
        package var format: String
        package var version: String
        package var serial: String?
        package var components: Int
        /// Where the document contradicts its statement.
        package var contradictions: [String] = []
    }

    /// A test run's facts.
    package struct Test: Sendable, Hashable {
        /// The name of the first thing the run was configured with; `nil` when it names none.
        package var gate: String?
        package var result: String
        package var url: String?
        package var passed = 0
        package var warned = 0
        package var failed = 0
    }

    /// The delivery claims' facts.
    package struct Claims: Sendable, Hashable {
        package var bundleVersion: String
        package var hermetic: Bool?
        package var waivers: [String] = []
        package var inputCount = 0
    }

    /// What another verifier concluded.
    package struct Summary: Sendable, Hashable {
        package var verifier: String
        package var result: String
        package var levels: [String] = []
        package var resource: String
        package var policy: String?
        package var verifiedAt: Instant?
    }

    /// What the evidence is, and what it says.
    package enum Facts: Sendable, Hashable {
        /// The artifact itself was signed.
        case signature
        /// A cosign payload that names the image.
        case simpleSigning
        case provenance(Build)
        case billOfMaterials(Bill)
        case testResult(Test)
        case deliveryClaims(Claims)
        case verificationSummary(Summary)
        /// A predicate of a type that is not read here.
        case other
        /// A predicate that is not what its type promises, and why.
        case unreadable(String)
    }

    /// A verified time of signing and who vouches for it.
    package struct SigningTime: Sendable, Hashable {
        package let at: Instant
        /// The log's URL, or the timestamp authority's name.
        package let by: String
    }

    /// A verified entry of a transparency log.
    package struct LogEntry: Sendable, Hashable {
        package let log: String
        package let index: Int64
        package let isProven: Bool
    }

    /// The SHA-256 of the evidence.
    package let digest: Digest
    /// What the evidence is about.
    package let artifact: SubjectDigest
    package let signer: Signer
    package let predicateType: String?
    package let facts: Facts
    package let times: [SigningTime]
    package let logEntries: [LogEntry]
    /// The digest of the trust root it was verified against.
    package let trustRoot: Digest

    static let maximumInputs = 64
    static let maximumLines = 32

    init(
        digest: Digest, artifact: SubjectDigest, signer: Signer, predicateType: String?, facts: Facts,
        times: [SigningTime], logEntries: [LogEntry], trustRoot: Digest
    ) {
        self.digest = digest
        self.artifact = artifact
        self.signer = signer
        self.predicateType = predicateType
        self.facts = facts
        self.times = times
        self.logEntries = logEntries
        self.trustRoot = trustRoot
    }

    /// The newest verified time of signing.
    var signedAt: Instant? { times.map(\.at).max() }

    /// The build, when the evidence is a provenance.
    var build: Build? { if case .provenance(let build) = facts { build } else { nil } }
}
