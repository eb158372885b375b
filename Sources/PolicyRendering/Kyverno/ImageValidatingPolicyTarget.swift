internal import Attestation
internal import Core
internal import Policy

/// A bundle as ImageValidatingPolicies of Kyverno, in CEL; the twin of ``ClusterPolicyTarget`` for newer versions.
///
/// It says alternatives that a ClusterPolicy has no words for, and is applied in its place.
struct ImageValidatingPolicyTarget {
    static let apiVersion = "policies.kyverno.io/v1"

    let plan: RenderPlan

    init(_ plan: RenderPlan) { self.plan = plan }

    /// A policy for each of the bundle's policies that binds something in this cluster.
    ///
    /// - Throws: ``RenderError`` when Kyverno would read something differently.
    func documents() throws(RenderError) -> [JSONValue] {
        var documents: [JSONValue] = []
        for policy in plan.policies {
            let groups = SignerGroup.of(policy, plan)
            guard !groups.isEmpty else { continue }
            documents.append(try document(policy, groups))
        }
        return documents
    }

    /// The exception for the exempt namespaces; `nil` when there are none.
    func exception() -> JSONValue? {
        let names = plan.policies.filter { !SignerGroup.of($0, plan).isEmpty }.map(Self.name)
        guard !names.isEmpty, !plan.options.exempt.isEmpty else { return nil }
        return [
            "apiVersion": .string(Self.apiVersion), "kind": "PolicyException",
            "metadata": Labels.metadata("abac-verify-exempt", plan),
            "spec": [
                "policyRefs": .array(names.map { ["kind": "ImageValidatingPolicy", "name": .string($0)] }),
                "matchConditions": [
                    [
                        "name": "exempt",
                        "expression": .string("request.namespace in \(CELText.list(plan.options.exempt))"),
                    ]
                ],
            ],
        ]
    }

    private static func name(_ policy: DeployPolicy) -> String { ObjectName.of("abac-verify", policy.name) }

    // MARK: One policy

    private func document(_ policy: DeployPolicy, _ groups: [SignerGroup]) throws(RenderError) -> JSONValue {
        var signers = SignerNames(Attestors(plan, policy))
        var types = AttestationNames()
        let validations = try validations(policy, groups, &signers, &types)
        let mode = plan.mode(of: policy)
        return [
            "apiVersion": .string(Self.apiVersion), "kind": "ImageValidatingPolicy",
            "metadata": Labels.metadata(Self.name(policy), plan),
            "spec": Value.object([
                ("failurePolicy", "Fail"), ("validationActions", mode == .enforce ? ["Deny"] : ["Audit"]),
                ("webhookConfiguration", ["timeoutSeconds": 30]),
                ("evaluation", ["background": ["enabled": false]]), ("matchConstraints", Self.pods),
                (
                    "matchConditions",
                    [
                        [
                            "name": "namespaces",
                            "expression": .string(
                                "request.namespace.matches(\(CELText.quote(Pattern.regexp(anyOf: policy.namespaces))))"
                            ),
                        ]
                    ]
                ), ("autogen", Self.controllers),
                (
                    "validationConfigurations",
                    [
                        "required": true, "verifyDigest": .bool(policy.requirements.digest),
                        "mutateDigest": .bool(!policy.requirements.digest && mode == .enforce),
                    ]
                ),
                (
                    "matchImageReferences",
                    .array(try ImageReferences.patterns(policy, plan).map { ["glob": .string(Self.glob($0))] })
                ), ("variables", Self.variables), ("attestors", .array(signers.documents)),
                ("attestations", types.documents.isEmpty ? nil : .array(types.documents)),
                ("validations", .array(validations)),
            ]),
        ]
    }

    /// That the repository is bound, and for each binding what its evidence must be.
    private func validations(
        _ policy: DeployPolicy, _ groups: [SignerGroup], _ signers: inout SignerNames, _ types: inout AttestationNames
    ) throws(RenderError) -> [JSONValue] {
        let field = "policy \(PrintableText.plain(policy.name))"
        let isBound = groups.map { "(\(applies($0)))" }.joined(separator: "\n  || ")
        var validations: [JSONValue] = [
            [
                "expression": .string(isBound),
                "message": "repository-unbound: the annotation mc.repo names no repository bound for this environment",
            ]
        ]
        for group in groups {
            for check in try checks(group, &signers, &types, field: field) {
                validations.append([
                    "expression": .string(
                        "!(\(applies(group)))\n  || variables.images.all(image, \(check.expression))"),
                    "message": .string(check.message),
                ])
            }
        }
        return validations
    }

    /// Whether the object is of a group's repository, in one of its namespaces.
    private func applies(_ group: SignerGroup) -> String {
        "variables.repository == \(CELText.quote(group.repository)) && request.namespace.matches("
            + CELText.quote(Pattern.regexp(anyOf: group.namespaces(plan))) + ")"
    }

    private static let pods: JSONValue = [
        "resourceRules": [
            [
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
                "resources": ["pods", "pods/ephemeralcontainers"],
            ]
        ]
    ]

    private static let controllers: JSONValue = [
        "podControllers": [
            "controllers": [
                "deployments", "replicasets", "statefulsets", "daemonsets", "replicationcontrollers", "jobs",
                "cronjobs",
            ]
        ]
    ]

    private static let variables: JSONValue = [
        [
            "name": "repository",
            "expression":
                "has(object.metadata.annotations) && 'mc.repo' in object.metadata.annotations ? object.metadata.annotations['mc.repo'] : ''",
        ],
        [
            "name": "images",
            "expression": "images.containers + images.initContainers + images.ephemeralContainers",
        ],
    ]

    /// A pattern in the words of gobwas' globs, where brackets and braces mean something.
    private static func glob(_ pattern: String) -> String {
        pattern.unicodeScalars.map { "[]{}!\\,".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    // MARK: Checks

    private struct Check {
        let expression: String
        let message: String
    }

    private func checks(
        _ group: SignerGroup, _ signers: inout SignerNames, _ types: inout AttestationNames, field: String
    ) throws(RenderError) -> [Check] {
        let required = group.policy.requirements
        let bound = try signers.list(group.signers, field: "\(field): bind")
        var checks: [Check] = []
        let demanded = min(max(required.signers, 1), group.signers.count)
        checks.append(
            Check(
                expression: "verifyImageSignatures(image, \(bound)) >= \(demanded)",
                message: "evidence-missing: too few of the bound signers vouch for an image"))
        if let provenance = required.provenance {
            let ways = try provenance.versions.map { (version) throws(RenderError) in
                try self.provenance(version, provenance, group, bound, &types)
            }
            checks.append(
                Check(
                    expression: "(\(CELText.any(ways)))",
                    message: "provenance-missing: no bound signer attests how an image was built, or the builder or "
                        + "repository is another"))
        }
        if let bill = required.sbom {
            let ways = bill.formats.flatMap(KyvernoEvidence.types).map { verifies(types.name($0), bound) }
            checks.append(
                Check(
                    expression: "(\(CELText.any(ways)))",
                    message: "sbom-missing: no bound signer attests what an image is made of"))
        }
        if let claims = required.deliveryClaims {
            let name = types.name(DeliveryClaims.predicateType)
            let place = "extractPayload(image, attestations.\(name)).predicate"
            var conditions = [verifies(name, bound)]
            if claims.hermetic { conditions.append("has(\(place).hermetic) && \(place).hermetic == true") }
            if let range = claims.bundleVersion, let pattern = VersionCondition.pattern(range) {
                conditions.append("\(place).bundle_version.matches(\(CELText.quote(pattern)))")
            }
            checks.append(
                Check(
                    expression: CELText.all(conditions),
                    message: "delivery-claims-missing: no bound signer attests the delivery as demanded "
                        + "(hermetic-required, bundle-version-mismatch)"))
        }
        return checks + (try others(group, &signers, &types, field: field))
    }

    private func others(
        _ group: SignerGroup, _ signers: inout SignerNames, _ types: inout AttestationNames, field: String
    ) throws(RenderError) -> [Check] {
        let required = group.policy.requirements
        var checks: [Check] = []
        for name in required.gates {
            guard let gate = group.policy.gates.first(where: { $0.name.isSame(as: name) }) else { continue }
            let type = types.name(TestResult.predicateType)
            let place = "extractPayload(image, attestations.\(type)).predicate"
            let judges = try signers.list(gate.signers, field: "\(field): gates")
            checks.append(
                Check(
                    // What is extracted is what was verified last: verifying and reading belong together.
                    expression: CELText.all([
                        verifies(type, judges), "\(place).result in ['PASSED', 'WARNED']",
                        "\(place).configuration.exists(c, has(c.name) && c.name == \(CELText.quote(name)))",
                    ]), message: "gate-missing: gate \(PrintableText.plain(name)) has no result that passed"))
        }
        if let summary = required.verificationSummary {
            let type = types.name(VerificationSummary.predicateType)
            let place = "extractPayload(image, attestations.\(type)).predicate"
            let environment = CELText.quote(group.environment)
            let cluster = CELText.quote(plan.cluster.cluster)
            let ways = try summary.verifiers.map { (verifier) throws(RenderError) in
                CELText.all(
                    [
                        verifies(type, try signers.list(verifier.signers, field: "\(field): verificationSummary")),
                        "\(place).verifier.id == \(CELText.quote(verifier.id))",
                        "\(place).verificationResult == 'PASSED'",
                        "\(place).policy.digest.sha256 in \(CELText.list(summary.policyDigests.map(\.hex)))",
                        "has(\(place).mc_environment) || has(\(place).mc_cluster)",
                        "!has(\(place).mc_environment) || \(place).mc_environment == \(environment)",
                        "!has(\(place).mc_cluster) || \(place).mc_cluster == \(cluster)",
                    ] + summary.levels.map { "\(CELText.quote($0)) in \(place).verifiedLevels" })
            }
            checks.append(
                Check(
                    expression: "(\(CELText.any(ways)))",
                    message: "verification-summary-missing: no listed verifier's PASSED for this place"))
        }
        return checks
    }

    private func provenance(
        _ version: Provenance.Version, _ required: ProvenanceRequirement, _ group: SignerGroup, _ bound: String,
        _ types: inout AttestationNames
    ) throws(RenderError) -> String {
        let name = types.name(version.rawValue)
        let place = "extractPayload(image, attestations.\(name)).predicate"
        var conditions = [verifies(name, bound)]
        if !required.builders.isEmpty {
            let builder = version == .v1 ? "\(place).runDetails.builder.id" : "\(place).builder.id"
            conditions.append("\(builder).matches(\(CELText.quote(Pattern.regexp(anyOf: required.builders))))")
        }
        if version == .v1 {
            let workflow = "\(place).buildDefinition.externalParameters.workflow"
            let url = "^\(Pattern.literal(group.repositoryURL))(?:[.]git)?$"
            conditions.append(
                "!has(\(workflow)) || !has(\(workflow).repository) "
                    + "|| \(workflow).repository.matches(\(CELText.quote(url)))")
            if !group.repositoryIDs.isEmpty {
                let github = "\(place).buildDefinition.internalParameters.github"
                conditions.append(
                    "!has(\(place).buildDefinition.internalParameters) || !has(\(github)) "
                        + "|| !has(\(github).repository_id) "
                        + "|| \(github).repository_id in \(CELText.list(group.repositoryIDs))")
            }
        }
        return CELText.all(conditions)
    }

    private func verifies(_ type: String, _ signers: String) -> String {
        "verifyAttestationSignatures(image, attestations.\(type), \(signers)) > 0"
    }
}

/// The names of signers within one policy.
private struct SignerNames {
    private let attestors: Attestors
    private var known: [SignerRule] = []
    private(set) var documents: [JSONValue] = []

    init(_ attestors: Attestors) { self.attestors = attestors }

    /// Signers as a list of CEL.
    mutating func list(_ signers: [SignerRule], field: String) throws(RenderError) -> String {
        var names: [String] = []
        for signer in signers {
            if let index = known.firstIndex(of: signer) {
                names.append("attestors.signer\(index)")
                continue
            }
            let name = "signer\(known.count)"
            documents.append(try attestors.attestor(signer, named: name, field: field))
            known.append(signer)
            names.append("attestors.\(name)")
        }
        return "[\(names.joined(separator: ", "))]"
    }
}

/// The names of predicate types within one policy.
private struct AttestationNames {
    private var known: [String] = []

    var documents: [JSONValue] {
        known.enumerated().map { index, type in
            ["name": .string("evidence\(index)"), "intoto": ["type": .string(type)]]
        }
    }

    mutating func name(_ type: String) -> String {
        if let index = known.firstIndex(where: { $0.isSame(as: type) }) { return "evidence\(index)" }
        known.append(type)
        return "evidence\(known.count - 1)"
    }
}
