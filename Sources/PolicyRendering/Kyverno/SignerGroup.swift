internal import Attestation
internal import Core
internal import Policy

/// The bindings of a policy for one repository in one environment; any of their signers may vouch.
struct SignerGroup {
    let policy: DeployPolicy
    let environment: String
    let repository: String
    let repositoryIDs: [String]
    let repositoryURL: String
    let signers: [SignerRule]

    /// The groups of a policy that the cluster has an environment for, in the order of its bindings.
    static func of(_ policy: DeployPolicy, _ plan: RenderPlan) -> [SignerGroup] {
        var groups: [SignerGroup] = []
        for environment in plan.environments {
            var repositories: [String] = []
            for binding in policy.bindings
            where binding.environments.contains(where: { $0.isSame(as: environment) })
                && !repositories.contains(where: { $0.isSame(as: binding.repository) })
            {
                repositories.append(binding.repository)
            }
            for repository in repositories {
                let bindings = policy.bindings.filter { binding in
                    binding.repository.isSame(as: repository)
                        && binding.environments.contains { $0.isSame(as: environment) }
                }
                var signers: [SignerRule] = []
                for signer in bindings.flatMap(\.signers) where !signers.contains(signer) { signers.append(signer) }
                // One binding without an id lets any id pass.
                let ids = bindings.compactMap(\.repositoryID)
                groups.append(
                    SignerGroup(
                        policy: policy, environment: environment, repository: repository,
                        repositoryIDs: ids.count == bindings.count ? ids : [],
                        repositoryURL: bindings.first?.repositoryURL ?? "", signers: signers))
            }
        }
        return groups
    }

    /// Whether one of the signers, of the binding or of a gate, is a key.
    var hasKeys: Bool {
        let others =
            policy.gates.filter { gate in policy.requirements.gates.contains { $0.isSame(as: gate.name) } }
            .flatMap(\.signers) + (policy.requirements.verificationSummary?.verifiers.flatMap(\.signers) ?? [])
        return (signers + others).contains { if case .key = $0 { true } else { false } }
    }

    /// The namespaces of its environment.
    func namespaces(_ plan: RenderPlan) -> [Glob] {
        plan.places.filter { $0.environment.isSame(as: environment) }.flatMap(\.namespaces)
    }
}
