internal import Core

/// Environments that no namespace has, and namespaces that have two.
enum EnvironmentChecks {
    static func check(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        unknown(documents, &problems)
        ambiguous(documents, &problems)
        clusters(documents, &problems)
        lenient(documents, &problems)
    }

    private static func unknown(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        let known = documents.environments
        let set = Set(known)
        func report(_ name: String, _ steps: [PolicyPlaces.Step], _ document: PolicyDocument) {
            guard !set.contains(name) else { return }
            problems.report(
                .environmentUnknown,
                "no EnvironmentMap gives any namespace the environment \(name)\(known.listed(near: name))",
                at: steps, in: document)
        }
        for policy in documents.policies {
            for (index, binding) in policy.value.bindings.enumerated() {
                for (place, environment) in binding.environments.enumerated() {
                    report(
                        environment, ["spec", "bind", .element(index), "environments", .element(place)],
                        policy.document)
                }
            }
            if let promotion = policy.value.requirements.promotedFrom {
                report(promotion.environment, ["spec", "require", "promotedFrom", "environment"], policy.document)
            }
        }
        for map in documents.maps {
            for (index, environment) in (map.value.lenient ?? []).enumerated() {
                report(environment, ["spec", "lenient", .element(index)], map.document)
            }
        }
    }

    private struct Claim {
        let pattern: Glob
        let environment: String
        let tenant: String?
        let steps: [PolicyPlaces.Step]
        let document: PolicyDocument

        var answer: String { environment + (tenant.map { " (tenant \($0))" } ?? "") }
        var isLiteral: Bool { !pattern.pattern.utf8.contains { "*?\\".utf8.contains($0) } }
    }

    /// How many pairs of cluster and pattern are compared; whoever needs more writes them as patterns.
    private static let maximumClaims = Cap("pairs of cluster and namespace in all environment maps", 100_000)

    private static func ambiguous(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        var claims: [String: [Claim]] = [:]
        var count = 0
        for map in documents.maps {
            count += map.value.entries.reduce(0) { $0 + $1.clusters.count * $1.namespaces.count }
            guard count <= maximumClaims.limit else {
                problems.report(
                    .environmentAmbiguous, "\(CapExceeded(cap: maximumClaims, seen: count)); write them as patterns",
                    at: ["spec", "namespaces"], in: map.document)
                return
            }
            for (index, entry) in map.value.entries.enumerated() {
                for (place, pattern) in entry.namespaces.enumerated() {
                    let claim = Claim(
                        pattern: pattern, environment: entry.environment, tenant: entry.tenant,
                        steps: ["spec", "namespaces", .element(index), "names", .element(place)],
                        document: map.document)
                    for cluster in entry.clusters { claims[cluster, default: []].append(claim) }
                }
            }
        }
        var seen: Set<[String]> = []
        for (cluster, claims) in claims.sorted(by: { $0.key < $1.key }) {
            let same = sameNames(claims, cluster, &problems)
            overlapping(claims, same, cluster, &seen, &problems)
        }
    }

    /// Reports the same pattern with two answers; returns the places it reported.
    private static func sameNames(
        _ claims: [Claim], _ cluster: String, _ problems: inout ProblemCollector
    ) -> Set<Int> {
        var first: [String: Int] = [:]
        var reported: Set<Int> = []
        for (index, claim) in claims.enumerated() {
            guard let other = first[claim.pattern.pattern] else {
                first[claim.pattern.pattern] = index
                continue
            }
            if claims[other].answer == claim.answer { continue }
            reported.insert(index)
            problems.report(
                .environmentAmbiguous,
                "in cluster \(cluster) these namespaces are \(claim.answer) here and \(claims[other].answer) in "
                    + "\(claims[other].document.place), \(PolicyPlaces.field(claims[other].steps)); nothing could run there",
                at: claim.steps, in: claim.document)
        }
        return reported
    }

    /// Warns of patterns that some namespace would match with two answers. Only patterns with wildcards can.
    private static func overlapping(
        _ claims: [Claim], _ reported: Set<Int>, _ cluster: String, _ seen: inout Set<[String]>,
        _ problems: inout ProblemCollector
    ) {
        for (index, wide) in claims.enumerated() where !wide.isLiteral && !reported.contains(index) {
            for (other, claim) in claims.enumerated() {
                guard problems.mayCompare else { return }
                // Two patterns with wildcards are compared once.
                if other == index || !claim.isLiteral && other < index || claim.answer == wide.answer { continue }
                if claim.pattern == wide.pattern || reported.contains(other) { continue }
                guard problems.overlap(wide.pattern, claim.pattern) else { continue }
                let key = [claim.document.place, PolicyPlaces.field(claim.steps), wide.pattern.pattern, wide.answer]
                guard seen.insert(key).inserted else { continue }
                problems.report(
                    .environmentAmbiguous,
                    "in cluster \(cluster) a namespace can be \(claim.answer) by this and \(wide.answer) by "
                        + "\(PrintableText.quote(wide.pattern.pattern)) of \(wide.document.place), "
                        + "\(PolicyPlaces.field(wide.steps)); nothing could run there",
                    severity: .warning, at: claim.steps, in: claim.document)
            }
        }
    }

    private static func clusters(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        let set = Set(documents.clusters.map(\.value.cluster))
        let known = set.sorted()
        for map in documents.maps {
            for (index, entry) in map.value.entries.enumerated() {
                for (place, cluster) in entry.clusters.enumerated() where !set.contains(cluster) {
                    problems.report(
                        .clusterUnknown,
                        "no ClusterIdentity says who is who in cluster \(cluster)\(known.listed(near: cluster))",
                        at: ["spec", "namespaces", .element(index), "clusters", .element(place)], in: map.document)
                }
            }
        }
    }

    private static func lenient(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        for map in documents.maps {
            for (index, name) in (map.value.lenient ?? []).enumerated()
            where ["prod", "production"].contains(name.lowercased()) {
                problems.report(
                    .productionLenient, "production is never lenient: what is not understood there is refused",
                    at: ["spec", "lenient", .element(index)], in: map.document)
            }
        }
    }
}
