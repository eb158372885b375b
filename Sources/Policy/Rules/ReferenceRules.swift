internal import Attestation
internal import Core

/// The image must be a reference that everybody reads alike, and name its content.
enum ReferenceRules: ImageClause {
    /// `image-reference-invalid`
    static let invalid = Rule(
        "image-reference-invalid", severity: .high,
        summary: "The image is a reference that every runtime reads as the same image.",
        reason: "What two readers understand differently can be checked as one image and run as another.",
        remedy: "Write registry, repository and digest in full.",
        specification: "distribution/reference grammar; OCI distribution specification 1.1")
    /// `image-digest-missing`
    static let digestMissing = Rule(
        "image-digest-missing", severity: .high, summary: "The image is named by its digest.",
        reason: "A tag can be moved between check and run, and again at every restart (CVE-2025-24784 and its kin).",
        remedy: "Deploy the digest the build pushed: name@sha256:…; `mc verify image NAME:TAG` prints it.",
        specification: "Admission contract, Evidence of an image")

    static let rules = [invalid, digestMissing]
    static let restsOnEvidence = false

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard context.requirements.digest, case .success(let reference) = context.image.reference,
            reference.digest == nil
        else { return [[]] }
        return [
            [
                Violation(
                    digestMissing, observed: "\(context.image.text) names no digest",
                    expected: "\(reference.name)@sha256:…")
            ]
        ]
    }

    static func check(_ image: ImageFacts) -> Violation? {
        guard case .failure(let error) = image.reference else { return nil }
        let observed = image.text.isEmpty ? "a container without an image" : "\(image.text.excerpt(300)): \(error)"
        return Violation(invalid, observed: observed, expected: "registry/repository@sha256:…")
    }
}
