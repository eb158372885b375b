internal import Attestation
internal import Core

/// Deployers that nobody can be, and signers that anybody can be.
enum IdentityChecks {
    static func check(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        let clusters = clusters(of: documents)
        for policy in documents.policies {
            for (index, binding) in policy.value.bindings.enumerated() {
                let steps: [PolicyPlaces.Step] = ["spec", "bind", .element(index)]
                deployers(of: binding, binding.environments.flatMap { clusters[$0] ?? [] }, steps, policy, &problems)
                signers(binding.signers, steps + ["signer"], policy, &problems)
            }
            for (index, gate) in policy.value.gates.enumerated() {
                signers(gate.signers, ["spec", "gates", .element(index), "signer"], policy, &problems)
            }
            let verifiers = policy.value.requirements.verificationSummary?.verifiers ?? []
            for (index, verifier) in verifiers.enumerated() {
                let steps: [PolicyPlaces.Step] = [
                    "spec", "require", "verificationSummary", "verifiers", .element(index),
                ]
                if verifier.id.lowercased().utf8.starts(with: SummaryRequirement.ownVerifier.utf8) {
                    problems.report(
                        .ownVerifier,
                        "this is our own verifier; what was decided once would prove itself for ever",
                        at: steps + ["id"], in: policy.document)
                }
                signers(verifier.signers, steps + ["signer"], policy, &problems)
            }
        }
    }

    /// The clusters that an environment is in.
    private static func clusters(of documents: CheckedDocuments) -> [String: [ClusterIdentity]] {
        var known: [String: ClusterIdentity] = [:]
        for cluster in documents.clusters where known[cluster.value.cluster] == nil {
            known[cluster.value.cluster] = cluster.value
        }
        var names: [String: Set<String>] = [:]
        for entry in documents.maps.flatMap(\.value.entries) {
            names[entry.environment, default: []].formUnion(entry.clusters)
        }
        return names.mapValues { $0.sorted().compactMap { known[$0] } }
    }

    private static func deployers(
        of binding: Binding, _ clusters: [ClusterIdentity], _ steps: [PolicyPlaces.Step],
        _ policy: CheckedDocuments.Located<DeployPolicy>, _ problems: inout ProblemCollector
    ) {
        // Without a cluster there is nobody at all, and that is said elsewhere.
        if clusters.isEmpty { return }
        for (index, rule) in binding.deployers.enumerated() {
            let fitting = clusters.flatMap(\.users).filter { rule.issuer.matches($0.issuer) }
            let place = steps + ["deployer", .element(index)]
            if fitting.isEmpty {
                problems.report(
                    .deployerUnsatisfiable,
                    "nobody can be this: no spec.users of \(names(clusters)) has the issuer \(rule.issuer)",
                    at: place + ["issuer"], in: policy.document)
            } else if !fitting.contains(where: { mapping in
                rule.claims.keys.allSatisfy { mapping.claims[$0] != nil }
            }) {
                problems.report(
                    .deployerUnsatisfiable,
                    "nobody can be this: spec.users of \(names(clusters)) gives no user of this issuer the claims "
                        + rule.claims.keys.sorted().joined(separator: ", "),
                    at: place + ["claims"], in: policy.document)
            }
        }
        guard binding.deployers.isEmpty else { return }
        let isListed = clusters.flatMap(\.gitOpsControllers).contains { controller in
            controller.repositories.contains { $0.isSame(as: binding.repository) }
        }
        if !isListed {
            problems.report(
                .deployerUnsatisfiable,
                "nobody can deploy by this: there is no deployer, and no GitOps controller of \(names(clusters)) is "
                    + "listed for \(binding.repository)",
                at: steps, in: policy.document)
        }
    }

    private static func names(_ clusters: [ClusterIdentity]) -> String {
        Set(clusters.map(\.cluster)).sorted().prefix(10).joined(separator: ", ")
    }

    private static func signers(
        _ signers: [SignerRule], _ steps: [PolicyPlaces.Step], _ policy: CheckedDocuments.Located<DeployPolicy>,
        _ problems: inout ProblemCollector
    ) {
        for (index, signer) in signers.enumerated() {
            guard case .identity(let identity) = signer else { continue }
            // Whoever can log in anywhere is then a signer; no name is hidden by two of these.
            if matchesAnything(identity.issuer) {
                problems.report(
                    .signerTooWide, "any issuer would do, also one that an attacker can sign up with",
                    at: steps + [.element(index), "issuer"], in: policy.document)
            }
            if matchesAnything(identity.subject), identity.claims.isEmpty {
                problems.report(
                    .signerTooWide, "anybody whom the issuer knows could sign",
                    at: steps + [.element(index), "subject"], in: policy.document)
            }
        }
    }

    private static func matchesAnything(_ matcher: StringMatcher) -> Bool {
        matcher.matches("https://a.example/x") && matcher.matches("z@b.example") && matcher.matches("0")
    }
}
