package import Core
package import Policy

/// A policy bundle as it is rehearsed: its rules are its own; trust roots and keys are those of an authority that
/// exists for the rehearsal only, so that evidence can be minted for it.
package struct Stage: Sendable {
    package let bundle: PolicyBundle
    package let mint: Mint
    /// The private keys of approvers, by name.
    package let approvers: [String: PrivateKey]

    /// Sets a bundle up for decisions at an instant.
    ///
    /// A trust root that says `embedded: none` stays: it means keys alone, and these are replaced.
    ///
    /// - Throws: ``RehearsalError`` when no keys can be generated.
    package init(_ original: PolicyBundle, at now: Instant) throws(RehearsalError) {
        var cast = Cast()
        let policies = try original.policies.map { (policy) throws(RehearsalError) in try cast.replace(policy) }
        var manifest = original.manifest
        var approvers: [String: PrivateKey] = [:]
        for index in manifest.approvers.indices {
            let key = try Cast.generate()
            approvers[manifest.approvers[index].name] = key
            manifest.approvers[index].keys = [key.publicKey]
        }
        let logs = original.trustRoots.map(\.transparencyLogs).max() ?? 1
        mint = try Mint(now: now, keys: cast.keys, logs: logs)
        let trustRoot = mint.trustRoot
        let roots = original.trustRoots.map { document in
            var document = document
            if document.source != .keysOnly {
                document.source = .document(trustRoot, file: "trusted_root.json of the rehearsal")
            }
            return document
        }
        self.approvers = approvers
        bundle = PolicyBundle(
            manifest: manifest, digest: original.digest, origin: original.origin, policies: policies,
            environments: original.environments, clusters: original.clusters, trustRoots: roots)
    }
}

/// The keys that play those of a bundle, by their names.
private struct Cast {
    var keys: [String: PrivateKey] = [:]

    static func generate() throws(RehearsalError) -> PrivateKey {
        do {
            return try PrivateKey(generating: .p256)
        } catch {
            throw RehearsalError(.key, "no key can be generated: \(error)")
        }
    }

    mutating func replace(_ policy: DeployPolicy) throws(RehearsalError) -> DeployPolicy {
        var policy = policy
        for index in policy.bindings.indices {
            policy.bindings[index].signers = try replace(policy.bindings[index].signers)
        }
        for index in policy.gates.indices { policy.gates[index].signers = try replace(policy.gates[index].signers) }
        if var summary = policy.requirements.verificationSummary {
            for index in summary.verifiers.indices {
                summary.verifiers[index].signers = try replace(summary.verifiers[index].signers)
            }
            policy.requirements.verificationSummary = summary
        }
        return policy
    }

    private mutating func replace(_ rules: [SignerRule]) throws(RehearsalError) -> [SignerRule] {
        var replaced: [SignerRule] = []
        for rule in rules {
            // A key without a name cannot be asked for by a case, and stays.
            guard case .key(_, let name) = rule, !name.isEmpty else {
                replaced.append(rule)
                continue
            }
            let key: PrivateKey = if let known = keys[name] { known } else { try Self.generate() }
            keys[name] = key
            replaced.append(.key(key.publicKey, name: name))
        }
        return replaced
    }
}
