internal import Attestation
internal import Core

/// What the image is made of.
enum BillRules: ImageClause {
    /// `sbom-missing`
    static let missing = Rule(
        "sbom-missing", severity: .medium, summary: "A bound signer attests what the image is made of.",
        reason: "Without a bill of materials nobody can tell which images the next vulnerability is in.",
        remedy: "Attest an SBOM in a listed format: `cosign attest --type cyclonedx` or actions/attest-sbom.",
        specification: "CycloneDX (ECMA-424); SPDX 2.3")
    /// `sbom-contradicts`
    static let contradicts = Rule(
        "sbom-contradicts", severity: .medium,
        summary: "The bill of materials describes the image it is attached to.",
        reason: "An SBOM of another image hides what is really inside.",
        remedy: "Generate the SBOM from the very image that was pushed, by digest.",
        specification: "CycloneDX metadata.component; SPDX 2.3 §11")
    /// `sbom-expired`
    static let expired = Rule(
        "sbom-expired", severity: .low, summary: "The bill of materials was signed within the policy's maximum age.",
        reason: "Tools learn to see more; an old document lists less than is known today.",
        remedy: "Attest a new SBOM for the same digest.",
        specification: "Admission contract, Time and availability")

    static let rules = [missing, contradicts, expired]

    /// A waiver for having none covers a flawed one: whoever may attach the flawed one may as well attach none.
    private static func covers(_ rule: Rule) -> [RuleID] { [rule.id, missing.id] }

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard let required = context.requirements.sbom else { return [[]] }
        let alternatives = evidence.bound.compactMap { item -> [Violation]? in
            guard case .success(.billOfMaterials(let bill)) = item.predicate, required.formats.contains(bill.format)
            else { return nil }
            var violations = bill.contradictions.prefix(3).map {
                Violation(
                    contradicts, observed: $0.description, expected: "a document about this image",
                    evidence: [item.evidence.digest], coveredBy: covers(contradicts))
            }
            if let since = item.tooOldSince(required.maxAge, at: context.now) {
                violations.append(.aged(expired, item, since, required.maxAge, coveredBy: covers(expired)))
            }
            return violations
        }
        if !alternatives.isEmpty { return alternatives }
        let formats = required.formats.map(\.rawValue).joined(separator: " or ")
        return [[Violation(missing, observed: evidence.absence("SBOM"), expected: "\(formats) by a bound signer")]]
    }
}
