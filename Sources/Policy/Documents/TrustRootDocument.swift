/// Which Sigstore instance evidence is verified against (`kind: TrustRoot`).
///
/// `spec.embedded: public-good | github | none`, or `spec.file: NAME`, a `trusted_root.json` beside the policies that
/// the manifest covers. `spec.thresholds: {transparencyLogs, certificateLogs, timestampAuthorities}` may ask for more
/// than the trust root implies.
package struct TrustRootDocument: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        case publicGood, github
        /// Keys alone: no authority, no logs.
        case keysOnly
        /// The bytes of a `trusted_root.json`, and its name.
        case document([UInt8], file: String)
    }

    /// `metadata.name`
    package var name: String
    package var source: Source
    package var transparencyLogs: Int
    package var certificateLogs: Int
    package var timestampAuthorities: Int

    package init(
        name: String, source: Source, transparencyLogs: Int = 1, certificateLogs: Int = 1, timestampAuthorities: Int = 0
    ) {
        self.name = name
        self.source = source
        self.transparencyLogs = transparencyLogs
        self.certificateLogs = certificateLogs
        self.timestampAuthorities = timestampAuthorities
    }
}
