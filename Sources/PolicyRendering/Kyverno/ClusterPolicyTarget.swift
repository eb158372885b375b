internal import Attestation
internal import Core
internal import Policy

/// A bundle as a ClusterPolicy of Kyverno: a rule for the image evidence of every policy, repository and environment.
struct ClusterPolicyTarget {
    static let name = "abac-verify"

    let plan: RenderPlan

    init(_ plan: RenderPlan) { self.plan = plan }

    /// The policy; `nil` when the bundle binds nothing in this cluster.
    ///
    /// - Throws: ``RenderError`` when Kyverno would read something differently.
    func document() throws(RenderError) -> JSONValue? {
        var rules: [JSONValue] = []
        for policy in plan.policies {
            rules.append(try boundRule(policy))
            for (index, group) in SignerGroup.of(policy, plan).enumerated() {
                rules.append(try rule(group, index: index))
            }
        }
        guard !rules.isEmpty else { return nil }
        return [
            "apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy",
            "metadata": Labels.metadata(
                Self.name, plan,
                annotations: [
                    (
                        "pod-policies.kyverno.io/autogen-controllers",
                        "DaemonSet,Deployment,Job,ReplicaSet,ReplicationController,StatefulSet,CronJob"
                    ),
                    ("policies.kyverno.io/title", "Signed evidence of images"),
                    ("policies.kyverno.io/category", "Software Supply Chain Security"),
                ]),
            "spec": [
                "background": false,
                "webhookConfiguration": ["failurePolicy": "Fail", "timeoutSeconds": 30], "rules": .array(rules),
            ],
        ]
    }

    // MARK: Rules

    /// Refuses pods whose repository no rule below looks at; without it they would run unverified.
    private func boundRule(_ policy: DeployPolicy) throws(RenderError) -> JSONValue {
        let field = "policy \(PrintableText.plain(policy.name)): bind"
        var known: [JSONValue] = []
        for environment in plan.environments {
            let repositories = policy.bindings.filter { binding in
                binding.environments.contains { $0.isSame(as: environment) }
            }.map { Pattern.literal($0.repository) }
            guard !repositories.isEmpty else { continue }
            let namespaces = plan.places.filter { $0.environment.isSame(as: environment) }.flatMap(\.namespaces)
            let isHere = try matches(Pattern.regexp(anyOf: namespaces), "request.namespace", field: field)
            let isBound = try matches(
                "^(?:\(repositories.joined(separator: "|")))$", Self.repository, field: field)
            known.append(.string("\(isHere) && \(isBound)"))
        }
        let condition =
            known.isEmpty ? "`false`" : known.compactMap(\.string).map { "(\($0))" }.joined(separator: " || ")
        return try rule(
            ObjectName.of("bound", policy.name), policy,
            [
                (
                    "validate",
                    [
                        "failureAction": .string(plan.mode(of: policy).rawValue),
                        "message": .string(
                            "repository-unbound: the pod template's annotation mc.repo names no repository that the "
                                + "bundle binds for this environment"),
                        "deny": [
                            "conditions": [
                                "any": [
                                    ["key": .string("{{ \(condition) }}"), "operator": "NotEquals", "value": true]
                                ]
                            ]
                        ],
                    ]
                )
            ])
    }

    private func rule(_ group: SignerGroup, index: Int) throws(RenderError) -> JSONValue {
        let field = "policy \(PrintableText.plain(group.policy.name))"
        let isHere = try matches(
            Pattern.regexp(anyOf: group.namespaces(plan)), "request.namespace", field: field)
        let isRepository = try matches(
            "^\(Pattern.literal(group.repository))$", Self.repository, field: "\(field): bind")
        let conditions: [JSONValue] = [isHere, isRepository].map {
            ["key": .string("{{ \($0) }}"), "operator": "Equals", "value": true]
        }
        return try rule(
            ObjectName.of("verify-\(index)", group.policy.name), group.policy,
            [("preconditions", ["all": .array(conditions)]), ("verifyImages", [try images(group, field: field)])])
    }

    private func rule(
        _ name: String, _ policy: DeployPolicy, _ members: [(String, JSONValue?)]
    ) throws(RenderError) -> JSONValue {
        var namespaces: [String] = []
        for glob in policy.namespaces {
            namespaces.append(
                try KyvernoText.wildcard(
                    glob, field: "policy \(PrintableText.plain(policy.name)): match.namespaces"))
        }
        return Value.object(
            [
                ("name", .string(name)),
                (
                    "match",
                    [
                        "any": [
                            [
                                "resources": [
                                    "kinds": ["Pod"], "operations": ["CREATE", "UPDATE"],
                                    "namespaces": Value.strings(namespaces),
                                ]
                            ]
                        ]
                    ]
                ),
                (
                    "exclude",
                    plan.options.exempt.isEmpty
                        ? nil
                        : ["any": [["resources": ["namespaces": Value.strings(plan.options.exempt)]]]]
                ),
            ] + members)
    }

    // MARK: Evidence

    private func images(_ group: SignerGroup, field: String) throws(RenderError) -> JSONValue {
        let policy = group.policy
        let attestors = Attestors(plan, policy)
        let attestations = try self.attestations(group, attestors, field: field)
        let isBundle = !group.hasKeys
        // Cosign's own format has signatures beside attestations; an attestation by a bound signer vouches as well.
        let vouches = isBundle || attestations.bound.isEmpty
        let mode = plan.mode(of: policy)
        return Value.object([
            ("imageReferences", Value.strings(try ImageReferences.patterns(policy, plan))),
            ("type", isBundle ? "SigstoreBundle" : "Cosign"), ("failureAction", .string(mode.rawValue)),
            ("required", true), ("verifyDigest", .bool(policy.requirements.digest)),
            // Kyverno replaces tags only where it enforces; where a digest is demanded the tag itself is refused.
            ("mutateDigest", .bool(!policy.requirements.digest && mode == .enforce)), ("useCache", true),
            (
                "attestors",
                vouches
                    ? try attestors.entries(
                        group.signers, count: max(policy.requirements.signers, 1), field: "\(field): bind") : nil
            ),
            (
                "attestations",
                attestations.bound.isEmpty && attestations.others.isEmpty
                    ? nil : .array(attestations.bound + attestations.others)
            ),
        ])
    }

    private func attestations(
        _ group: SignerGroup, _ attestors: Attestors, field: String
    ) throws(RenderError) -> (bound: [JSONValue], others: [JSONValue]) {
        let required = group.policy.requirements
        let entries = try attestors.entries(group.signers, count: 1, field: "\(field): bind")
        var bound: [JSONValue] = []
        if let provenance = required.provenance, let version = KyvernoEvidence.version(of: provenance) {
            var conditions: [JSONValue] = []
            if !provenance.builders.isEmpty {
                let place = version == .v1 ? "runDetails.builder.id" : "builder.id"
                conditions.append(
                    try condition(
                        Pattern.regexp(anyOf: provenance.builders), "\(place) || ''",
                        "builder-mismatch: the provenance names no builder that the policy lists",
                        field: "\(field): require.provenance.builders"))
            }
            if version == .v1 {
                let url = group.repositoryURL
                let place = "buildDefinition.externalParameters.workflow.repository"
                let other = try KyvernoText.jmesPath(url, field: "\(field): bind")
                conditions.append(
                    try condition(
                        "^\(Pattern.literal(url))(?:[.]git)?$", "\(place) || \(other)",
                        "repository-mismatch: the provenance names another repository", field: "\(field): bind"))
                if let first = group.repositoryIDs.first {
                    let ids = group.repositoryIDs.joined(separator: "|")
                    conditions.append(
                        try condition(
                            "^(?:\(ids))$",
                            "to_string(buildDefinition.internalParameters.github.repository_id || '\(first)')",
                            "repository-mismatch: the provenance names another repository's id",
                            field: "\(field): bind"))
                }
            }
            bound.append(attestation(version.rawValue, entries, conditions))
        }
        if let bill = required.sbom, let format = bill.formats.first {
            bound.append(attestation(KyvernoEvidence.types(of: format)[0], entries, []))
        }
        if let claims = required.deliveryClaims {
            var conditions: [JSONValue] = []
            if claims.hermetic {
                conditions.append([
                    "key": "{{ hermetic || `false` }}", "operator": "Equals", "value": true,
                    "message": "hermetic-required: the build does not claim to have had no network",
                ])
            }
            if let range = claims.bundleVersion, let pattern = VersionCondition.pattern(range) {
                conditions.append(
                    try condition(
                        pattern, "bundle_version || ''",
                        "bundle-version-mismatch: the delivery was made under another version of the bundle",
                        field: "\(field): require.deliveryClaims.bundleVersion"))
            }
            bound.append(attestation(DeliveryClaims.predicateType, entries, conditions))
        }
        return (bound, try others(group, attestors, field: field))
    }

    /// What gates and other verifiers found, signed by those who may speak for them.
    private func others(_ group: SignerGroup, _ attestors: Attestors, field: String) throws(RenderError) -> [JSONValue]
    {
        let required = group.policy.requirements
        var others: [JSONValue] = []
        for name in required.gates {
            guard let gate = group.policy.gates.first(where: { $0.name.isSame(as: name) }) else { continue }
            let field = "\(field): gates"
            let named = try KyvernoText.jmesPath(name, field: field)
            others.append(
                attestation(
                    TestResult.predicateType, try attestors.entries(gate.signers, count: 1, field: field),
                    [
                        [
                            "key": .string("{{ length((configuration || `[]`)[?name == \(named)]) }}"),
                            "operator": "GreaterThan", "value": 0,
                            "message": .string("gate-missing: the test result is not of gate \(name)"),
                        ],
                        [
                            "key": "{{ regex_match('^(?:PASSED|WARNED)$', result || '') }}", "operator": "Equals",
                            "value": true, "message": .string("gate-failed: gate \(name) did not pass"),
                        ],
                    ]))
        }
        if let summary = required.verificationSummary, let verifier = summary.verifiers.first {
            let field = "\(field): require.verificationSummary"
            let digests = summary.policyDigests.map(\.hex).joined(separator: "|")
            let place = "(mc_environment == \(try KyvernoText.jmesPath(group.environment, field: field)) "
            let where_ =
                place + "|| mc_cluster == \(try KyvernoText.jmesPath(plan.cluster.cluster, field: field))) "
                + "&& (mc_environment || \(try KyvernoText.jmesPath(group.environment, field: field))) == "
                + "\(try KyvernoText.jmesPath(group.environment, field: field)) "
                + "&& (mc_cluster || \(try KyvernoText.jmesPath(plan.cluster.cluster, field: field))) == "
                + "\(try KyvernoText.jmesPath(plan.cluster.cluster, field: field))"
            var conditions = [
                try condition(
                    "^\(Pattern.literal(verifier.id))$", "verifier.id || ''",
                    "verification-summary-missing: another verifier", field: field),
                try condition(
                    "^PASSED$", "verificationResult || ''", "verification-summary-missing: not PASSED", field: field),
                try condition(
                    "^(?:\(digests))$", "policy.digest.sha256 || ''",
                    "verification-summary-missing: a policy that is not listed", field: field),
                [
                    "key": .string("{{ \(where_) }}"), "operator": "Equals", "value": true,
                    "message": "verification-summary-missing: for another place",
                ],
                [
                    "key": "{{ time_after(mc_expires || '1970-01-01T00:00:00Z', time_now_utc()) }}",
                    "operator": "Equals", "value": true, "message": "verification-summary-missing: expired",
                ],
            ]
            for level in summary.levels {
                let named = try KyvernoText.jmesPath(level, field: field)
                conditions.append([
                    "key": .string("{{ contains(verifiedLevels || `[]`, \(named)) }}"), "operator": "Equals",
                    "value": true, "message": .string("verification-summary-missing: without level \(level)"),
                ])
            }
            others.append(
                attestation(
                    VerificationSummary.predicateType,
                    try attestors.entries(verifier.signers, count: 1, field: field), conditions))
        }
        return others
    }

    private func attestation(_ type: String, _ attestors: JSONValue, _ conditions: [JSONValue]) -> JSONValue {
        Value.object([
            ("type", .string(type)), ("attestors", attestors),
            ("conditions", conditions.isEmpty ? nil : [["all": .array(conditions)]]),
        ])
    }

    // MARK: Conditions

    /// The annotation of the pod; Kyverno rewrites it to the template's for what makes pods.
    private static let repository = #"request.object.metadata.annotations."mc.repo" || ''"#

    /// A comparison within JMESPath, so that nothing of the request becomes part of an expression.
    private func matches(_ pattern: String, _ place: String, field: String) throws(RenderError) -> String {
        "regex_match(\(try KyvernoText.jmesPath(pattern, field: field)), \(place))"
    }

    private func condition(
        _ pattern: String, _ place: String, _ message: String, field: String
    ) throws(RenderError) -> JSONValue {
        [
            "key": .string("{{ \(try matches(pattern, place, field: field)) }}"), "operator": "Equals", "value": true,
            "message": .string(message),
        ]
    }
}
