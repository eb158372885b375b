internal import Attestation
internal import Core

/// What the pipeline claims of the delivery.
enum DeliveryRules: ImageClause {
    /// `delivery-claims-missing`
    static let missing = Rule(
        "delivery-claims-missing", severity: .high, summary: "A bound signer attests delivery claims of schema v28.1.",
        reason: "Hermeticity and the policy a build was made under are known only if the pipeline signs them.",
        remedy: "Attest predicate type \(DeliveryClaims.predicateType) in the release workflow.",
        specification: "Delivery claims v28.1")
    /// `delivery-claims-invalid`
    static let invalid = Rule(
        "delivery-claims-invalid", severity: .high,
        summary: "In strict environments the delivery claims hold no field that the schema does not know.",
        reason: "A field that nobody checks reads like a promise that somebody did.",
        remedy: "Remove the unknown fields, or publish a schema that knows them.",
        specification: "Delivery claims v28.1, additionalProperties: false")
    /// `bundle-version-mismatch`
    static let version = Rule(
        "bundle-version-mismatch", severity: .medium,
        summary: "The delivery was made under a version of the bundle that the policy accepts.",
        reason: "A pipeline that was never updated checks yesterday's rules.",
        remedy: "Update the pipeline's policy bundle and build again.",
        specification: "Delivery claims v28.1, bundle_version")
    /// `hermetic-required`
    static let hermetic = Rule(
        "hermetic-required", severity: .high, summary: "The build claims to have had no network.",
        reason: "A build with network can take in what nobody pinned.",
        remedy: "Build hermetically, or ask for a waiver that says why this image cannot be.",
        specification: "Delivery claims v28.1, hermetic; SLSA v1.0")
    /// `claimed-waiver-invalid`
    static let waiver = Rule(
        "claimed-waiver-invalid", severity: .high,
        summary: "Every waiver that the delivery rests on is known by id and digest and still counts.",
        reason: "A build that was allowed for an hour must not be deployed for a year.",
        remedy: "Renew the waiver or build without it.",
        specification: "Delivery claims v28.1, waiver_ids; admission contract, Waivers")
    /// `delivery-claims-expired`
    static let expired = Rule(
        "delivery-claims-expired", severity: .low,
        summary: "The delivery claims were signed within the policy's maximum age.",
        reason: "Old claims were made under old rules.", remedy: "Build the image again.",
        specification: "Admission contract, Time and availability")

    static let rules = [missing, invalid, version, hermetic, waiver, expired]

    /// A waiver for having none covers a flawed one: whoever may attach the flawed one may as well attach none.
    private static func covers(_ rule: Rule) -> [RuleID] { [rule.id, missing.id] }

    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]] {
        guard let required = context.requirements.deliveryClaims else { return [[]] }
        let alternatives = evidence.bound.compactMap { item -> [Violation]? in
            guard case .success(.deliveryClaims(let claims, let warnings)) = item.predicate else { return nil }
            return violations(item, claims, warnings, required, context)
        }
        if !alternatives.isEmpty { return alternatives }
        return [
            [
                Violation(
                    missing, observed: evidence.absence("delivery claims"),
                    expected: "\(DeliveryClaims.predicateType) by a bound signer")
            ]
        ]
    }

    private static func violations(
        _ item: EvidenceItem, _ claims: DeliveryClaims, _ warnings: [String], _ required: DeliveryRequirement,
        _ context: ImageContext
    ) -> [Violation] {
        let digest = [item.evidence.digest]
        var violations: [Violation] = []
        if context.isStrict, !warnings.isEmpty {
            violations.append(
                Violation(
                    invalid, observed: warnings.prefix(5).joined(separator: "; "),
                    expected: "no unknown field in environment \(context.environment)", evidence: digest,
                    coveredBy: covers(invalid)))
        }
        if let range = required.bundleVersion, !range.contains(claims.bundleVersion) {
            violations.append(
                Violation(
                    version, observed: "bundle_version \(claims.bundleVersion)", expected: range.description,
                    evidence: digest, coveredBy: covers(version)))
        }
        if required.hermetic, claims.hermetic != true {
            violations.append(
                Violation(
                    hermetic, observed: claims.hermetic.map { "hermetic: \($0)" } ?? "no claim of hermeticity",
                    expected: "hermetic: true", evidence: digest, coveredBy: covers(hermetic)))
        }
        if let since = item.tooOldSince(required.maxAge, at: context.now) {
            violations.append(.aged(expired, item, since, required.maxAge, coveredBy: covers(expired)))
        }
        let subjects = [context.image.digest, item.evidence.artifact.digest].compactMap { $0 }
        return violations + claims.waivers.compactMap { claimed in check(claimed, about: subjects, digest, context) }
    }

    private static func check(
        _ claimed: DeliveryClaims.Waiver, about subjects: [Digest], _ evidence: [Digest], _ context: ImageContext
    ) -> Violation? {
        let book = context.facts.waivers
        let expected = "an active waiver \(claimed.id) with digest \(claimed.digest)"
        guard
            let entry = book.entries.first(where: {
                $0.waiver.id.isSame(as: claimed.id) && $0.digest == claimed.digest
            })
        else {
            return Violation(
                waiver, observed: "waiver \(claimed.id) is not known by that digest", expected: expected,
                evidence: evidence, coveredBy: covers(waiver))
        }
        guard subjects.contains(entry.waiver.scope.image) else {
            return Violation(
                waiver, observed: "waiver \(claimed.id) is for another image, \(entry.waiver.scope.image)",
                expected: expected, evidence: evidence, coveredBy: covers(waiver))
        }
        guard entry.waiver.scope.namespace.isSame(as: context.facts.namespace) else {
            return Violation(
                waiver, observed: "waiver \(claimed.id) is for namespace \(entry.waiver.scope.namespace)",
                expected: expected, evidence: evidence, coveredBy: covers(waiver))
        }
        let standing = book.standing(of: entry, at: context.now)
        if standing == .active { return nil }
        return Violation(
            waiver, observed: "waiver \(claimed.id) does not count: \(standing.text)", expected: expected,
            evidence: evidence, coveredBy: covers(waiver), since: book.end(of: standing, at: context.now))
    }
}

extension WaiverStanding {
    /// The standing in words.
    package var text: String {
        switch self {
        case .active: "active"
        case .notYetValid: "not yet valid"
        case .expired(let since): "expired at \(since)"
        case .revoked(let since): "revoked at \(since)"
        case .void(let reason): "void: \(reason)"
        }
    }
}
