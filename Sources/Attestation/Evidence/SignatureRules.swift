package import Core

/// The rules that verification and decision both name: a refused piece of evidence and an image refused for it say the
/// same.
package enum SignatureRules {
    /// `signature-invalid`
    package static let signatureInvalid = Rule(
        "signature-invalid",
        summary: "The signature verifies over the artifact, or over type and payload of the envelope.",
        reason: "It is what everything else rests on; for envelopes it covers the type too (GHSA-r2xv-vpr2-42m9).",
        remedy: "Check that the key is the signer's. If it is, artifact, signature or payload was changed after "
            + "signing: fetch them again from their source.",
        specification: "FIPS 186-5; RFC 8017; RFC 8032; DSSE v1")

    /// `identity-mismatch`
    package static let identityMismatch = Rule(
        "identity-mismatch", summary: "Issuer, subject and claims of the certificate are the accepted ones.",
        reason: "A valid signature of somebody else is no reason to trust (CVE-2025-29778).",
        remedy: "If this signer is right, change the expected identity. If not, do not run the artifact, and find out "
            + "who signed it and why.",
        specification: "Fulcio, OID information")
}
