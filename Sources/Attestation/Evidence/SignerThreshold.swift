internal import Core

/// Counts who signed: distinct keys and identities, never pieces of evidence (CVE-2026-49834).
public enum SignerThreshold {
    private enum Signer: Hashable {
        case key([UInt8])
        case identity(issuer: [UInt8], subject: [UInt8])
    }

    /// How many distinct signers there are.
    ///
    /// Two certificates for the same identity count once; so does one workflow on two refs, because whoever may push one
    /// branch may push another.
    public static func distinct(_ evidence: [VerifiedEvidence]) -> Int {
        Set(
            evidence.map { item -> Signer in
                switch item.signer {
                case .key(let fingerprint): .key(fingerprint.bytes)
                case .certificate(let identity):
                    .identity(issuer: Array((identity.issuer ?? "").utf8), subject: withoutRef(identity))
                }
            }
        ).count
    }

    /// A workflow's URI up to `@ref`; other names are whole.
    private static func withoutRef(_ identity: CertificateIdentity) -> [UInt8] {
        let subject = Array(identity.subject.utf8)
        guard identity.subjectType == .uri, let mark = subject.lastIndex(of: UInt8(ascii: "@")) else { return subject }
        return Array(subject[..<mark])
    }
}
