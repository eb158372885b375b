internal import Attestation
public import Core

/// The rules of verification; a refusal names one of them.
public enum VerificationRules {
    private static let client = "Sigstore client specification §4"

    /// `signer-mismatch`
    public static let signerMismatch = Rule(
        "signer-mismatch", summary: "The evidence is signed the way that was asked for: by a key or by a certificate.",
        reason: "Evidence that brings its own kind of signer must not choose how it is checked (CVE-2026-22703).",
        remedy: "Pass --key for evidence signed by a key, or --certificate-identity and --certificate-oidc-issuer for "
            + "evidence signed by a certificate.",
        specification: client)
    /// `key-not-trusted`
    public static let keyNotTrusted = Rule(
        "key-not-trusted", summary: "The key that the evidence names is a configured one, within its validity window.",
        reason: "A rotated key must stop counting when its window ends (CVE-2026-54787).",
        remedy: "Find out which key signed. If it was rotated, sign again with the present key; if it is right, "
            + "configure it under the name the bundle gives.",
        specification: client)
    /// `timestamp-invalid`
    public static let timestampInvalid = Rule(
        "timestamp-invalid",
        summary: "Every timestamp is a token of an authority in the trust root over this signature.",
        reason: "An unsigned or foreign timestamp would let an expired certificate sign (CVE-2025-52556, "
            + "CVE-2026-39984).",
        remedy: "Verify against the trust root of the instance that signed (--trusted-root) and fetch the bundle "
            + "again; if it still fails, sign again with a timestamp authority of this trust root.",
        specification: "RFC 3161 §2.3, §2.4; RFC 5816")
    /// `signing-time-missing`
    public static let signingTimeMissing = Rule(
        "signing-time-missing", summary: "At least one verified source says when the signature existed.",
        reason: "A short-lived certificate proves nothing without a time; a time that nobody signed is the attacker's "
            + "(CVE-2024-55655, CVE-2026-48816).",
        remedy: "Sign again with a timestamp authority, or with a log that issues signed entry timestamps.",
        specification: client)
    /// `signing-time-in-future`
    public static let signingTimeInFuture = Rule(
        "signing-time-in-future", summary: "No verified signing time lies after the present.",
        reason: "A time that has not come yet means a wrong clock, here or at the authority.",
        remedy: "Check this machine's clock (and --at, if it was given); if it is right, the authority or the log has "
            + "a wrong one.",
        specification: client)
    /// `certificate-untrusted`
    public static let certificateUntrusted = Rule(
        "certificate-untrusted", summary: "The signing certificate was issued by an authority of the trust root.",
        reason: "Anybody can issue certificates; only the trust root's authorities check who asks.",
        remedy: "Verify against the trust root of the instance that signed: --trusted-root github for attestations of "
            + "private GitHub repositories, a file for a private instance or a newer root.",
        specification: "Sigstore client specification §4; RFC 5280 §6")
    /// `certificate-expired`
    public static let certificateExpired = Rule(
        "certificate-expired", summary: "Every certificate of the chain was valid at every verified signing time.",
        reason: "A leaked key outlives its certificate; an expired intermediate must not count either (GO-2026-4529).",
        remedy: "Compare the two times. If the certificate had ended, sign again: it lives for minutes only. If the "
            + "trust root's window had ended, fetch a current trusted_root.json.",
        specification: "RFC 5280 §6.1.3")
    /// `certificate-usage`
    public static let certificateUsage = Rule(
        "certificate-usage", summary: "The signing certificate is a leaf for code signing with nothing in it unknown.",
        reason: "A certificate for another purpose, or an authority's own, must not sign artifacts.",
        remedy: "Sign with a certificate that has key usage digitalSignature and extended key usage codeSigning.",
        specification: "RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12")
    /// `root-embedded`
    public static let rootEmbedded = Rule(
        "root-embedded", summary: "The bundle does not carry a root certificate.",
        reason: "Trust comes from the verifier's trust root, never from what is being verified.",
        remedy: "Remove the self-issued certificate from the bundle's chain.",
        specification: "Sigstore bundle specification")
    /// `sct-missing`
    public static let sctMissing = Rule(
        "sct-missing", summary: "The certificate holds timestamps of as many distinct CT logs as are demanded.",
        reason: "A certificate that no log knows could have been issued in secret.",
        remedy: "Verify against the trust root of the CA that issued it; a private CA without CT log needs a trust "
            + "root without CT logs.",
        specification: "RFC 6962 §3.2, §3.3")
    /// `sct-invalid`
    public static let sctInvalid = Rule(
        "sct-invalid", summary: "Each certificate timestamp of a known CT log verifies with that log's key.",
        reason: "A timestamp over another certificate hides the one that is used.",
        remedy: "Fetch a current trusted_root.json of the instance that signed; if it still fails, treat the "
            + "certificate as forged.",
        specification: "RFC 6962 §3.2")
    /// `log-entry-missing`
    public static let logEntryMissing = Rule(
        "log-entry-missing", summary: "As many distinct transparency logs as are demanded hold the signature.",
        reason: "A signature that no log knows goes unnoticed when a key is stolen; one log must not count for "
            + "several (CVE-2026-49834).",
        remedy: "Sign with upload to a transparency log of this trust root. If the signer logs nothing on purpose, "
            + "pass --trusted-root none with --key, or a trusted_root.json that lists no logs.",
        specification: client)
    /// `log-unknown`
    public static let logUnknown = Rule(
        "log-unknown", summary: "Every log entry is of a log in the trust root, within its key's window.",
        reason: "A log that nobody trusts vouches for nothing.",
        remedy: "Verify against a current trust root of the instance that signed (--trusted-root); a log that is "
            + "newer than this build is not in the embedded one.",
        specification: client)
    /// `log-promise-invalid`
    public static let logPromiseInvalid = Rule(
        "log-promise-invalid", summary: "The log's signed entry timestamp verifies over body, time, log id and index.",
        reason: "The time of signing is taken from it (CVE-2024-55655).",
        remedy: "Fetch the bundle again from where it was published; if it still fails, treat it as tampered with.",
        specification: "Rekor, signed entry timestamp; RFC 8785")
    /// `log-inclusion-invalid`
    public static let logInclusionInvalid = Rule(
        "log-inclusion-invalid", summary: "The inclusion proof leads from the entry to the checkpoint's root.",
        reason: "Without the proof the entry may never have been in the log.",
        remedy: "Fetch the bundle again from where it was published; if it still fails, treat it as tampered with.",
        specification: "RFC 6962 §2.1.1")
    /// `log-checkpoint-invalid`
    public static let logCheckpointInvalid = Rule(
        "log-checkpoint-invalid", summary: "The checkpoint is signed by the log's key and commits to the proof's tree.",
        reason: "A root that the log did not sign proves inclusion in a tree of the attacker's.",
        remedy: "Fetch the bundle again from where it was published; if it still fails, treat it as tampered with.",
        specification: "C2SP signed-note, tlog-checkpoint")
    /// `log-entry-mismatch`
    public static let logEntryMismatch = Rule(
        "log-entry-mismatch", summary: "The log entry is about this signature, this signer and this content.",
        reason: "A genuine entry of something else must not vouch for this (CVE-2022-36056, CVE-2026-22703).",
        remedy: "Check that artifact and key are the ones that were signed with, and fetch the bundle again; if it "
            + "still fails, treat it as tampered with.",
        specification: "Rekor entry types hashedrekord, dsse, intoto")
    /// `log-entry-duplicate`
    public static let logEntryDuplicate = Rule(
        "log-entry-duplicate", summary: "No log entry and no timestamp stands in the bundle twice.",
        reason: "Repetition must not pass for independent witnesses (CVE-2026-49834).",
        remedy: "Remove the repeated entry.", specification: client)
    /// `artifact-mismatch`
    public static let artifactMismatch = Rule(
        "artifact-mismatch", summary: "The artifact is the one that the evidence names.",
        reason: "A good signature over something else says nothing about this artifact.",
        remedy: "Check that artifact and evidence belong together, and fetch the artifact again.",
        specification: "Sigstore bundle specification; cosign signature specification")
    /// `signature-invalid`
    public static let signatureInvalid = SignatureRules.signatureInvalid
    /// `statement-invalid`
    public static let statementInvalid = Rule(
        "statement-invalid", summary: "The envelope holds an in-toto statement.",
        reason: "A payload of another type must not pass for a statement (CVE-2022-35929).",
        remedy: "Attest with an in-toto statement of version 0.1 or 1.", specification: "in-toto attestation v1")
    /// `subject-mismatch`
    public static let subjectMismatch = Rule(
        "subject-mismatch", summary: "The artifact's digest is one of the statement's subjects.",
        reason: "A statement about another artifact says nothing about this one (CVE-2024-53267).",
        remedy: "Check that artifact and attestation belong together: compare the digests; a tag may have moved, or "
            + "the artifact was built again.",
        specification: "in-toto attestation v1")
    /// `predicate-mismatch`
    public static let predicateMismatch = Rule(
        "predicate-mismatch", summary: "The statement's predicate type is exactly the one that was asked for.",
        reason: "A predicate of another type must not answer the question (CVE-2022-35929, CVE-2026-39395).",
        remedy: "Ask for the predicate type that is there, or have the build attest the one you need.",
        specification: "in-toto attestation v1")
    /// `identity-mismatch`
    public static let identityMismatch = SignatureRules.identityMismatch

    /// All rules, grouped by what they look at.
    public static let all: [Rule] = [
        signerMismatch, keyNotTrusted, rootEmbedded, logEntryDuplicate, timestampInvalid, artifactMismatch, logUnknown,
        logInclusionInvalid, logCheckpointInvalid, logPromiseInvalid, logEntryMismatch, logEntryMissing,
        signingTimeMissing, signingTimeInFuture, certificateExpired, certificateUntrusted, certificateUsage, sctMissing,
        sctInvalid, signatureInvalid, statementInvalid, subjectMismatch, predicateMismatch, identityMismatch,
    ]
}
