/// The kinds of log entries that bundles and cosign's annotations hold.
package enum EntryKind: String, Sendable, Hashable, CaseIterable {
    case hashedRekord001 = "hashedrekord 0.0.1"
    case dsse001 = "dsse 0.0.1"
    /// Only beside cosign's `.att` layers.
    case intoto001 = "intoto 0.0.1"
    case intoto002 = "intoto 0.0.2"
    /// Rekor v2; of an envelope it logs the digest of the pre-authentication encoding.
    case hashedRekord002 = "hashedrekord 0.0.2"
    /// Early Rekor v2.
    case dsse002 = "dsse 0.0.2"

    package var kind: String { String(rawValue.prefix { $0 != " " }) }
    package var version: String { String(rawValue.suffix(5)) }
}
