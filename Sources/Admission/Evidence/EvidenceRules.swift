package import Core
internal import Policy

/// The rules about an image's evidence as a whole.
package enum EvidenceRules {
    package static let evidenceMissing = PolicyRules.evidenceMissing

    /// `evidence-unreadable`
    package static let evidenceUnreadable = Rule(
        "evidence-unreadable", severity: .info, summary: "What is attached to the image as evidence can be parsed.",
        reason: "Garbage beside an image proves nothing, and must not hide what does.",
        remedy: "Remove it, or attach it again with a current client.",
        specification: "Sigstore bundle specification; cosign signature specification")

    package static let all = [evidenceUnreadable]

    static func unreadable(_ error: any Error) -> Finding {
        Finding(evidenceUnreadable, observed: "\(error)", expected: "a bundle, signature or attestation")
    }
}
