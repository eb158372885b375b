package import Core

/// A decision with its document written once: for its digest, its entry in the log, and the answer's annotations.
package struct CanonicalDecision: Sendable {
    package let decision: Decision
    package let json: JSONValue
    /// The canonical JSON (RFC 8785).
    package let bytes: [UInt8]
    /// The SHA-256 of ``bytes``.
    package let digest: Digest

    package init(_ decision: Decision) {
        self.decision = decision
        json = decision.json
        bytes = json.canonical
        digest = .of(bytes)
    }
}
