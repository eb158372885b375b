internal import Attestation
internal import Core

/// How the image was built, by which builder, and how long ago.
enum ProvenanceRules: ImageClause {
    /// `provenance-missing`
    static let missing = Rule(
        "provenance-missing", severity: .high,
        summary: "A bound signer attests how the image was built.",
        reason: "Without provenance nobody can tell from which commit and by which run an image came.",
        remedy:
            "Attest the build (actions/attest-build-provenance or `cosign attest --type slsaprovenance1`), or check "
            + "that the predicate type is one the policy lists.",
        specification: "SLSA v1.0 provenance; in-toto statement v1")
    /// `builder-mismatch`
    static let builder = Rule(
        "builder-mismatch", severity: .high, summary: "The provenance names a builder that the policy lists.",
        reason: "A self-hosted or unknown builder can be made to sign for what it did not build.",
        remedy: "Build on a listed builder, or list this one after it was reviewed.",
        specification: "SLSA v1.0 provenance, builder.id")
    /// `provenance-expired`
    static let expired = Rule(
        "provenance-expired", severity: .medium, summary: "The provenance was signed within the policy's maximum age.",
        reason: "An image that was not built for a long time carries what was fixed since.",
        remedy: "Build the image again, or ask for a waiver while you do.",
        specification: "Admission contract, Time and availability")

    static let rules = [missing, builder, expired]

    /// A waiver for having none covers a flawed one: whoever may attach the flawed one may as well attach none.
    private static func covers(_ rule: Rule) -> [RuleID] { [rule.id, missing.id] }

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard let required = context.requirements.provenance else { return [[]] }
        let alternatives = evidence.bound.compactMap { item -> [Violation]? in
            guard case .success(.provenance(let provenance)) = item.predicate,
                required.versions.contains(provenance.version)
            else { return nil }
            return violations(item, provenance, required, context)
        }
        if !alternatives.isEmpty { return alternatives }
        let types = required.versions.map(\.rawValue).joined(separator: " or ")
        return [[Violation(missing, observed: evidence.absence("provenance"), expected: "\(types) by a bound signer")]]
    }

    private static func violations(
        _ item: EvidenceItem, _ provenance: Provenance, _ required: ProvenanceRequirement, _ context: ImageContext
    ) -> [Violation] {
        var violations: [Violation] = []
        let digest = [item.evidence.digest]
        if !required.builders.isEmpty, !required.builders.contains(where: { $0.matches(provenance.builderID) }) {
            violations.append(
                Violation(
                    builder, observed: "builder \"\(provenance.builderID)\"",
                    expected: required.builders.map { "\"\($0.pattern)\"" }.joined(separator: " or "), evidence: digest,
                    coveredBy: covers(builder))
            )
        }
        if let since = item.tooOldSince(required.maxAge, at: context.now) {
            violations.append(.aged(expired, item, since, required.maxAge, coveredBy: covers(expired)))
        }
        return violations
    }
}

extension Violation {
    /// Evidence that is too old.
    static func aged(
        _ rule: Rule, _ item: EvidenceItem, _ since: Instant, _ limit: Duration?, coveredBy: [RuleID]
    ) -> Violation {
        let time = item.time.map { "signed at \($0)" } ?? "signed at no verified time"
        return Violation(
            rule, observed: "\(time), too old since \(since)", expected: "at most \((limit ?? .zero).policyText) old",
            evidence: [item.evidence.digest], coveredBy: coveredBy, since: item.time == nil ? nil : since)
    }
}

extension EvidenceView {
    /// That something is not there, with what is there instead and why it does not count.
    func absence(_ what: String) -> String {
        let malformed = bound.compactMap { item -> String? in
            guard case .failure(let error) = item.predicate else { return nil }
            return "\(item.evidence.digest): \(error)"
        }.sortedByBytes()
        if let first = malformed.first { return "no \(what); an attestation cannot be read: \(first)" }
        let others = Set(signed.digests).subtracting(bound.digests).map(\.description).sortedByBytes()
        if let other = others.first {
            return "no \(what) from the bound repository; evidence \(other) names another"
        }
        return bound.isEmpty ? "no evidence of a bound signer" : "no \(what) among \(bound.count) pieces of evidence"
    }
}
