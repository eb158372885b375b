@_spi(Verifier) internal import Attestation
public import Core

/// Verifies bundles against a trust root and a signer policy (Sigstore client specification §4).
///
/// The steps are applied in a fixed order; the first that does not hold refuses the bundle.
public struct Verifier: Sendable {
    /// How many independent witnesses are demanded, beyond what the trust root implies.
    public struct Thresholds: Sendable, Hashable {
        /// Distinct transparency logs, when the trust root lists any.
        public var transparencyLogs = 1
        /// Distinct CT logs, when the trust root lists any.
        public var certificateLogs = 1
        /// Distinct timestamp authorities.
        public var timestampAuthorities = 0

        /// One log and one CT log where the trust root lists any; no timestamp authority.
        public init() {}
    }

    /// What signatures, logs and timestamps are verified against.
    public let trustRoot: TrustRoot
    /// Whose signatures are accepted.
    public let signers: SignerPolicy
    /// How many independent witnesses are demanded.
    public let thresholds: Thresholds
    /// The exact predicate type that is asked for; `nil` accepts any content.
    public let predicateType: String?

    /// Makes a verifier; it can be used for any number of bundles, also concurrently.
    public init(
        trustRoot: TrustRoot, signers: SignerPolicy, predicateType: String? = nil,
        thresholds: Thresholds = Thresholds()
    ) {
        self.trustRoot = trustRoot
        self.signers = signers
        self.predicateType = predicateType
        self.thresholds = thresholds
    }

    /// Verifies that a bundle is evidence about an artifact.
    ///
    /// - Parameters:
    ///   - bundle: the parsed bundle.
    ///   - artifact: what it must be about.
    ///   - now: the present; signing times after it are refused.
    /// - Returns: the verified evidence, or the first step that did not hold.
    public func verify(_ bundle: Bundle, artifact: Artifact, now: Instant) -> Verdict {
        do throws(Refusal) {
            return .verified(try evidence(bundle, artifact, now))
        } catch {
            return .refused(error)
        }
    }

    private func evidence(_ bundle: Bundle, _ artifact: Artifact, _ now: Instant) throws(Refusal) -> VerifiedEvidence {
        let signer = try signer(of: bundle, artifact)
        let signed = signer.content(bundle, artifact)
        try refuseDuplicates(bundle)
        let timestamps = try verifyTimestamps(bundle)
        try checkArtifact(signed)
        // With a configured key nothing is learnt from the bundle before its signature is: the wrong key is said first.
        if case .key = signer { try verifySignature(signed) }
        let logged = try verifyLogEntries(bundle, signed)
        let times = timestamps + logged.times
        try checkTimes(times, now: now, signer: signer)
        try checkLogWindows(logged.logs, times, now: now)
        let identity = try verify(signer, at: times)
        if case .certificate = signer { try verifySignature(signed) }
        let (content, subject) = try verifyStatement(signed)
        if case .certificate(let identity) = identity { try checkIdentity(identity) }
        return VerifiedEvidence(
            digest: bundle.digest, artifact: subject, signer: identity, times: times, logEntries: logged.entries,
            content: content, trustRoot: trustRoot.digest)
    }
}

/// Who signed, as far as the bundle and the policy say before anything is verified.
enum ClaimedSigner {
    case certificate(Certificate)
    case key(TrustedKey)

    func content(_ bundle: Bundle, _ artifact: Artifact) -> SignedContent {
        let verifier: SignedContent.Verifier =
            switch self {
            case .certificate(let leaf): .certificate(leaf)
            case .key(let trusted): .key(trusted.key)
            }
        return SignedContent(
            content: bundle.content, signature: bundle.signature, verifier: verifier, artifact: artifact)
    }
}
