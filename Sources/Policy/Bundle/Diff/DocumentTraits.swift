internal import Core

/// A document of a bundle as a list of traits.
struct DocumentTraits {
    let kind: String
    let name: String
    let traits: [Trait]

    static func all(of bundle: PolicyBundle) -> [DocumentTraits] {
        [manifest(bundle.manifest)] + bundle.policies.map(policy) + bundle.environments.map(environments)
            + bundle.clusters.map(cluster) + bundle.trustRoots.map(trustRoot)
    }

    private static func manifest(_ manifest: BundleManifest) -> DocumentTraits {
        let terms = manifest.waivers
        var traits = [
            Trait.text("spec.version", "\(manifest.version)"), .text("spec.expires", "\(manifest.expires)"),
            mode("spec.defaultMode", manifest.defaultMode),
            .set("spec.approvers", manifest.approvers.map(\.name), .moreIsLooser),
            .set("spec.waivers.waivable", terms.waivable.map(\.rawValue), .moreIsLooser),
            .set("spec.waivers.classes", terms.classes.keys, .moreIsLooser),
            .duration("spec.waivers.revocationsMaxAge", terms.revocationsMaxAge, .moreIsLooser),
            .number("spec.waivers.renewals", terms.renewals, .moreIsLooser),
        ]
        for approver in manifest.approvers {
            traits.append(
                .set("spec.approvers[\(approver.name)].keys", approver.keys.map { "\($0.fingerprint)" }, .moreIsLooser))
        }
        for (name, life) in terms.classes {
            traits.append(.duration("spec.waivers.classes[\(name)]", life, .moreIsLooser))
        }
        return DocumentTraits(kind: "BundleManifest", name: manifest.name, traits: traits)
    }

    private static func mode(_ field: String, _ mode: DeployPolicy.Mode) -> Trait {
        Trait(field: field, value: .scalar(mode.rawValue, rank: mode == .enforce ? 1 : 0), sense: .moreIsStricter)
    }

    private static func policy(_ policy: DeployPolicy) -> DocumentTraits {
        var traits = [
            mode("spec.mode", policy.mode),
            // A policy that covers more may forbid what another allows, or allow what none covered.
            .set("spec.match.namespaces", policy.namespaces.map(\.pattern), .neutral),
            .set("spec.match.images", policy.images.map(\.pattern), .neutral),
            .choice("spec.trustRoots", policy.trustRoots),
            .set("spec.evidenceRepositories", policy.evidenceRepositories, .neutral),
            Trait(
                field: "spec.interactive",
                value: .scalar(policy.interactive.rawValue, rank: policy.interactive == .deny ? 1 : 0),
                sense: .moreIsStricter),
            .duration("spec.rescheduleGrace", policy.rescheduleGrace, .moreIsLooser),
        ]
        traits += bindings(policy.bindings) + requirements(policy.requirements)
        traits.append(.set("spec.gates", policy.gates.map(\.name), .neutral))
        for gate in policy.gates {
            traits.append(.set("spec.gates[\(gate.name)].signer", gate.signers.map(\.description), .moreIsLooser))
            traits.append(.limit("spec.gates[\(gate.name)].maxAge", gate.maxAge))
        }
        return DocumentTraits(kind: "DeployPolicy", name: policy.name, traits: traits)
    }

    private static func bindings(_ bindings: [Binding]) -> [Trait] {
        var names: [String] = []
        var traits: [Trait] = []
        // Several bindings of one repository are told apart by their order, which their environments give.
        for binding in bindings.sorted(by: {
            $0.environments.sorted().lexicographicallyPrecedes($1.environments.sorted())
        }) {
            let count = names.filter { $0 == binding.repository || $0.hasPrefix(binding.repository + " #") }.count
            let name = count == 0 ? binding.repository : "\(binding.repository) #\(count + 1)"
            names.append(name)
            let field = "spec.bind[\(name)]"
            traits += [
                .set("\(field).environments", binding.environments, .moreIsLooser),
                .set("\(field).signer", binding.signers.map(\.description), .moreIsLooser),
                .set("\(field).deployer", binding.deployers.map(\.description), .moreIsLooser),
                Trait(
                    field: "\(field).repositoryId",
                    value: .scalar(binding.repositoryID ?? "none", rank: binding.repositoryID == nil ? 0 : nil),
                    sense: .moreIsStricter),
            ]
        }
        return [.set("spec.bind", names, .moreIsLooser)] + traits
    }

    private static func requirements(_ requirements: Requirements) -> [Trait] {
        var traits = [
            Trait.demand("spec.require.digest", requirements.digest),
            .number("spec.require.signers", requirements.signers, .moreIsStricter),
            .set("spec.require.gates", requirements.gates, .moreIsStricter),
            .demand("spec.require.provenance", requirements.provenance != nil),
            .demand("spec.require.sbom", requirements.sbom != nil),
            .demand("spec.require.deliveryClaims", requirements.deliveryClaims != nil),
            .demand("spec.require.promotedFrom", requirements.promotedFrom != nil),
            .demand("spec.require.verificationSummary", requirements.verificationSummary != nil),
        ]
        if let provenance = requirements.provenance {
            let field = "spec.require.provenance"
            traits += [
                .set("\(field).predicateTypes", provenance.versions.map { "\($0)" }, .moreIsLooser),
                .choice("\(field).builders", provenance.builders.map(\.pattern)),
                .limit("\(field).maxAge", provenance.maxAge),
            ]
        }
        if let bill = requirements.sbom {
            traits.append(.set("spec.require.sbom.formats", bill.formats.map { "\($0)" }, .moreIsLooser))
            traits.append(.limit("spec.require.sbom.maxAge", bill.maxAge))
        }
        if let claims = requirements.deliveryClaims {
            let field = "spec.require.deliveryClaims"
            traits += [
                .text("\(field).bundleVersion", claims.bundleVersion?.description),
                .demand("\(field).hermetic", claims.hermetic), .limit("\(field).maxAge", claims.maxAge),
            ]
        }
        if let promotion = requirements.promotedFrom {
            traits.append(.text("spec.require.promotedFrom.environment", promotion.environment))
            traits.append(.duration("spec.require.promotedFrom.for", promotion.soak, .moreIsStricter))
        }
        if let summary = requirements.verificationSummary {
            let field = "spec.require.verificationSummary"
            let verifiers = summary.verifiers.map { verifier in
                "\(verifier.id) by \(verifier.signers.map(\.description).sorted().joined(separator: " or "))"
            }
            traits += [
                .set("\(field).verifiers", verifiers, .moreIsLooser),
                .set("\(field).levels", summary.levels, .moreIsStricter),
                .set("\(field).policyDigests", summary.policyDigests.map(\.description), .moreIsLooser),
            ]
        }
        return traits
    }

    private static func environments(_ map: EnvironmentMap) -> DocumentTraits {
        let entries = map.entries.map { entry in
            let tenant = entry.tenant.map { ", tenant \($0)" } ?? ""
            return "\(entry.clusters.sorted().joined(separator: ", ")): "
                + "\(entry.namespaces.map(\.pattern).sorted().joined(separator: ", ")) → \(entry.environment)\(tenant)"
        }
        return DocumentTraits(
            kind: "EnvironmentMap", name: map.name,
            traits: [
                .set("spec.namespaces", entries, .neutral), .set("spec.lenient", map.lenient ?? [], .moreIsLooser),
            ])
    }

    private static func cluster(_ cluster: ClusterIdentity) -> DocumentTraits {
        let users = cluster.users.map { user in
            let claims = user.claims.map { "\($0.key)=\($0.value)" }.sorted()
            let groups = user.groups.sorted().map { "group \($0)" }
            return (["\(user.usernamePrefix)… is of \(user.issuer)"] + groups + claims).joined(separator: ", ")
        }
        let gitOps = cluster.gitOpsControllers.flatMap { controller in
            controller.repositories.map { "\(controller.serviceAccount) for \($0)" }
        }
        let workloads = cluster.workloadControllers.map { "\($0.serviceAccount) makes \($0.creates) of \($0.owner)" }
        let custom = cluster.customKinds.map { kind in
            "\(kind.group)/\(kind.kind): \((kind.podTemplates + kind.podSpecs).sorted().joined(separator: ", "))"
        }
        return DocumentTraits(
            kind: "ClusterIdentity", name: cluster.cluster,
            traits: [
                .set("spec.users", users, .moreIsLooser), .set("spec.gitOpsControllers", gitOps, .moreIsLooser),
                .set("spec.workloadControllers", workloads, .moreIsLooser), .set("spec.customKinds", custom, .neutral),
                .set(
                    "spec.registryAliases", cluster.registryAliases.map { "\($0.alias) is \($0.registry)" },
                    .moreIsLooser),
            ])
    }

    private static func trustRoot(_ root: TrustRootDocument) -> DocumentTraits {
        let source =
            switch root.source {
            case .publicGood: "public-good"
            case .github: "github"
            case .keysOnly: "none"
            case .document(let bytes, let file): "\(file) (\(Digest.of(bytes)))"
            }
        return DocumentTraits(
            kind: "TrustRoot", name: root.name,
            traits: [
                .text("spec.embedded or spec.file", source),
                .number("spec.thresholds.transparencyLogs", root.transparencyLogs, .moreIsStricter),
                .number("spec.thresholds.certificateLogs", root.certificateLogs, .moreIsStricter),
                .number("spec.thresholds.timestampAuthorities", root.timestampAuthorities, .moreIsStricter),
            ])
    }
}
