package import Core

/// What an authority's services are like; the defaults are those of the public instance.
package struct AuthorityOptions: Sendable, Hashable {
    /// The domain of every service and the organisation in its certificates.
    package var host = "sigstore.example"
    package var certificateKind = PrivateKey.Kind.p384
    /// Whether leaves come from an intermediate or from the root itself.
    package var hasIntermediate = true
    package var certificateLogKind = PrivateKey.Kind.p256
    package var rekorV1Kind = PrivateKey.Kind.p256
    package var rekorV2Kind = PrivateKey.Kind.ed25519
    /// Logs beyond one of each generation, for thresholds over distinct logs.
    package var extraLogs: [LogGeneration] = []
    package var timestampCurve = TimestampCurve.p384
    /// The hash of a token's own signature.
    package var timestampHash = DigestAlgorithm.sha256
    /// The hash of what is timestamped.
    package var timestampImprint = DigestAlgorithm.sha256
    /// Whether tokens bring the signer's certificate along.
    package var embedsTimestampCertificate = true
    /// The names of witnesses that cosign every checkpoint.
    package var witnesses: [String] = []
    /// Whether their lines come before the log's own.
    package var witnessesFirst = false
    /// Where entries stand in the logs' trees, counted from 0.
    package var entryIndex = 41
    /// How many entries the trees have, fillers included.
    package var treeSize = 100

    package init() {}

    func start(before now: Instant) -> Instant { now - .seconds(365 * 86_400) }
}
