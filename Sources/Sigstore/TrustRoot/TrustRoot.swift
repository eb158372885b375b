public import Core

/// The authorities and logs that evidence is verified against, each chain of certificates verified once when loaded.
///
/// What a bundle must have follows from what the trust root lists: log entries when it lists transparency logs, signed
/// certificate timestamps when it lists CT logs.
public struct TrustRoot: Sendable, Hashable {
    struct CertificateAuthority: Sendable, Hashable {
        let name: String
        let chain: CertificateChain
        let validity: ValidityWindow
    }

    /// The SHA-256 of the document it was read from, which names it in caches and results.
    public let digest: Digest
    let certificateAuthorities: [CertificateAuthority]
    let transparencyLogs: [TrustedLog]
    let certificateLogs: [TrustedLog]
    let timestampAuthorities: [TimestampAuthority]

    init(
        digest: Digest, certificateAuthorities: [CertificateAuthority], transparencyLogs: [TrustedLog],
        certificateLogs: [TrustedLog], timestampAuthorities: [TimestampAuthority]
    ) {
        self.digest = digest
        self.certificateAuthorities = certificateAuthorities
        self.transparencyLogs = transparencyLogs
        self.certificateLogs = certificateLogs
        self.timestampAuthorities = timestampAuthorities
    }

    /// A trust root that lists nothing, for evidence that rests on a configured key alone.
    public static let keysOnly = TrustRoot(
        digest: .of(Array("keys only".utf8)), certificateAuthorities: [], transparencyLogs: [], certificateLogs: [],
        timestampAuthorities: [])

    /// How many authorities and logs of each kind the trust root lists.
    public var counts:
        (certificateAuthorities: Int, transparencyLogs: Int, certificateLogs: Int, timestampAuthorities: Int)
    {
        (certificateAuthorities.count, transparencyLogs.count, certificateLogs.count, timestampAuthorities.count)
    }
}
