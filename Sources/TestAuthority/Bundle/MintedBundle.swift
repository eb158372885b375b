package import Attestation
package import Core

/// A bundle with everything it was made of, so that tests can take it apart and put it together wrongly.
package struct MintedBundle: Sendable {
    /// One entry of a log.
    package struct Entry: Sendable {
        /// The TransparencyLogEntry as it stands in the bundle.
        package let json: JSONValue
        package let body: [UInt8]
        package let kind: EntryKind
        package let logID: [UInt8]
        /// The log's global index.
        package let index: Int64
        package let integratedTime: Int64?
        package let signedEntryTimestamp: [UInt8]?
    }

    package let request: SigningRequest
    package let json: JSONValue
    /// The trust root the bundle is to be judged by: the authority's, with what the flaws need changed in it.
    package let trustedRoot: JSONValue
    /// The signing key; its public half is in the certificate or is the managed key.
    package let key: PrivateKey
    /// The leaf, unless the key is a managed one.
    package let certificate: Certificate?
    /// From what issued the leaf up to the root.
    package let chain: [Certificate]
    package let signature: [UInt8]
    package let envelope: Envelope?
    package let entries: [Entry]
    /// The DER of each TimeStampResp.
    package let timestamps: [[UInt8]]

    /// The bundle's text.
    package var bytes: [UInt8] { json.canonical }
    /// The trust root's text.
    package var trustedRootBytes: [UInt8] { trustedRoot.canonical }
}
