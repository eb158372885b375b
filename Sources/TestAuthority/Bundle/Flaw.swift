/// One thing that is wrong with what is minted, everything else being right.
///
/// A verifier has to refuse every one of them; the twin minted without the flaw verifies.
package enum Flaw: Sendable, Hashable {
    // Content and signature.

    /// The signature's last bit is flipped; log and timestamps are over the flipped one.
    case signatureFlipped
    /// Another key than the certificate's, or than the managed one, signed.
    case signatureOtherKey
    /// The signature is over the envelope's payload, not its pre-authentication encoding (GHSA-r2xv-vpr2-42m9).
    case signatureOverPayload
    /// The envelope's payload was exchanged after it was signed.
    case payloadSwapped
    /// The bundle's message digest is another artifact's.
    case messageDigestOther
    /// The statement is about another artifact.
    case subjectOther
    /// The statement's predicate type is another one (CVE-2022-35929).
    case predicateTypeOther
    /// The predicate type only looks like the expected one (CVE-2022-35930, CVE-2026-39395).
    case predicateTypeLookalike
    /// The payload is JSON but no statement (CVE-2022-35930).
    case payloadNotStatement
    /// The payload type is not in-toto's.
    case payloadTypeOther
    /// A second signature, by another key, stands beside the first.
    case extraSignature
    /// So many signatures on one envelope (CVE-2024-29902).
    case tooManySignatures(Int)
    /// So many subjects in the statement (CVE-2023-46737).
    case tooManySubjects(Int)
    /// So many digests of one subject (CVE-2023-46737).
    case tooManyDigests(Int)
    /// The bundle's media type is of a version that does not exist.
    case mediaTypeUnknown

    // Certificate.

    /// The certificate had ended an hour before it was used.
    case certificateExpiredAtSigning
    /// The certificate begins an hour after it was used.
    case certificateNotYetValid
    /// An authority of the same names but with other keys issued the certificate.
    case certificateFromOtherAuthority
    /// The intermediate that issued the certificate has ended, and no log vouches for the time (GO-2026-4529).
    case expiredIntermediate
    /// The trust root's window of the certificate authority has ended (CVE-2026-54787).
    case authorityWindowEnded
    /// The bundle brings the root along.
    case rootEmbedded
    /// The bundle's certificate chain is empty.
    case chainEmpty
    case leafWithoutKeyUsage
    /// The key is for key encipherment.
    case leafOtherKeyUsage
    case leafWithoutExtendedKeyUsage
    /// The certificate is for TLS servers.
    case leafOtherExtendedKeyUsage
    /// The leaf says it is an authority.
    case leafIsAuthority
    case leafWithoutName
    /// The leaf has no subject, so its alternative name must be critical (RFC 5280 §4.2.1.6).
    case leafNameNotCritical
    case leafUnknownCriticalExtension

    // Signed certificate timestamp.

    case sctMissing
    /// The SCT names the CT log, but another key signed it.
    case sctBadSignature
    /// The SCT is by a log that the trust root does not list.
    case sctForeignLog
    /// The SCT is over a certificate with another serial number.
    case sctOverOtherCertificate
    /// The trust root's window of the CT log ended before the SCT (CVE-2026-54787).
    case sctLogWindowEnded

    // Log entry.

    case logEntryMissing
    /// A genuine entry of the same signer, for another artifact (CVE-2022-36056, CVE-2026-22703, CVE-2024-53267).
    case unrelatedLogEntry
    /// A genuine entry for the same artifact, by another signer (CVE-2022-36056).
    case logEntryOtherKey
    /// A genuine entry for the same artifact and key, with another signature.
    case logEntryOtherSignature
    /// A genuine entry for the same artifact, key and signature, with a certificate of another identity
    /// (CVE-2022-23649).
    case logEntryOtherCertificate
    /// The entry's kind and version are not its body's.
    case kindVersionOther
    /// The entry's log id is another trusted log's.
    case logIDOther
    /// The entry's index is not the one that was signed or proven.
    case logIndexOther
    /// The log is not in the trust root.
    case foreignLog
    /// The trust root's window of the log ended before the entry (CVE-2026-54787).
    case logWindowEnded
    /// The same entry twice where two logs are demanded (CVE-2026-49834).
    case duplicateLogEntry
    /// Two entries of one log where two logs are demanded (CVE-2026-49834).
    case sameLogTwice
    /// So many log entries (CVE-2024-29903, CVE-2024-45395).
    case tooManyEntries(Int)

    // Signed entry timestamp.

    case setBadSignature
    /// Another key than the log's signed it.
    case setOtherKey
    /// There is a time but nothing that signs it (CVE-2024-55655, CVE-2026-48816).
    case integratedTimeWithoutSET
    /// The time was changed after it was signed.
    case integratedTimeAltered
    /// The log vouches for a time an hour after the certificate was issued.
    case integratedTimeOutsideCertificate
    /// Everything is of tomorrow.
    case integratedTimeInFuture

    // Inclusion proof and checkpoint.

    case proofMissing
    case proofHashCorrupted
    case proofIndexOff
    case proofSizeOff
    /// The proof's root is not the one its hashes lead to, nor the checkpoint's.
    case rootHashOther
    case checkpointMissing
    /// The log signed a checkpoint with another root.
    case checkpointRootOther
    case checkpointSizeOther
    /// The checkpoint's first line names another log.
    case checkpointOtherOrigin
    /// The note's signature line names another log.
    case checkpointOtherName
    case checkpointBadHint
    /// The line names the log's key, but another key signed.
    case checkpointBadSignature
    /// Another key signed, and the line says so.
    case checkpointForeignKey

    // Timestamp.

    case timestampMissing
    case timestampOverOtherBytes
    /// The token's signature is damaged (CVE-2025-52556).
    case timestampBadSignature
    /// Another key than the named certificate's signed the token (CVE-2025-52556).
    case timestampOtherKey
    /// The token's time was changed after it was signed (CVE-2025-52556).
    case timestampInfoAltered
    /// The signer's certificate is not for timestamps; a genuine one is put before it (CVE-2026-39984).
    case timestampPrependedCertificate
    /// The signer's certificate is not for timestamps.
    case timestampSignerWithoutPurpose
    /// The signer's purpose is not marked critical (RFC 3161 §2.3).
    case timestampPurposeNotCritical
    /// The authority is not in the trust root.
    case timestampUntrustedAuthority
    /// The signer's certificate, which the trust root lists, ended before the token's time.
    case timestampOutsideCertificate
    /// The trust root's window of the authority ended before the token's time (CVE-2026-54787).
    case timestampWindowEnded
    /// Everything is of tomorrow.
    case timestampInFuture
    case timestampStatusRejected
    case timestampDigestOther
    case timestampContentTypeOther
    case timestampWithoutSigningCertificate
    /// The attribute names another certificate than the signer's.
    case timestampSigningCertificateOther
    /// So many timestamps (CVE-2024-29902).
    case tooManyTimestamps(Int)
}
