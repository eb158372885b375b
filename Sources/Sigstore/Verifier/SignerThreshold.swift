public import Attestation
internal import Core

/// Counts who signed: distinct keys and identities, never pieces of evidence (CVE-2026-49834).
public enum SignerThreshold {
    private enum Signer: Hashable {
        case key([UInt8])
        case identity(issuer: [UInt8], subject: [UInt8])
    }

    /// How many distinct signers there are; two certificates for the same identity count once.
    public static func distinct(_ evidence: [VerifiedEvidence]) -> Int {
        Set(
            evidence.map { item -> Signer in
                switch item.signer {
                case .key(let fingerprint): .key(fingerprint.bytes)
                case .certificate(let identity):
                    .identity(issuer: Array((identity.issuer ?? "").utf8), subject: Array(identity.subject.utf8))
                }
            }
        ).count
    }
}
