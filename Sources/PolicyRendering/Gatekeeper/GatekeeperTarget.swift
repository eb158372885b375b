internal import Core
internal import Policy

/// A bundle as one constraint template of Gatekeeper and a constraint for each part of it that has an action of its own.
struct GatekeeperTarget {
    static let kind = "AbacVerify"
    static let apiVersion = "constraints.gatekeeper.sh/v1beta1"

    let plan: RenderPlan

    init(_ plan: RenderPlan) { self.plan = plan }

    // MARK: Template

    var template: JSONValue {
        let schema = ConstraintSchema.parameters
        return [
            "apiVersion": "templates.gatekeeper.sh/v1", "kind": "ConstraintTemplate",
            "metadata": Labels.metadata(Self.kind.lowercased(), plan),
            "spec": [
                "crd": [
                    "spec": ["names": ["kind": .string(Self.kind)], "validation": ["openAPIV3Schema": schema]]
                ],
                "targets": [
                    [
                        "target": "admission.k8s.gatekeeper.sh",
                        "code": [
                            [
                                "engine": "Rego",
                                "source": ["version": "v1", "rego": .string(GatekeeperRego.source + "\n")],
                            ]
                        ],
                    ]
                ],
            ],
        ]
    }

    // MARK: Constraints

    /// The constraints, in the order of the bundle's parts.
    ///
    /// - Throws: ``RenderError`` when a pattern cannot be said in RE2.
    func constraints() throws(RenderError) -> [JSONValue] {
        var constraints: [JSONValue] = []
        for (mode, place) in requestPlaces {
            constraints += self.constraints(
                place.isEmpty ? "abac-verify-request" : "abac-verify-request-\(mode.rawValue.lowercased())", mode,
                place + shared + [
                    ("checks", ["request"]), ("expires", .string("\(plan.bundle.manifest.expires)")),
                    ("expiresAt", .integer(plan.bundle.manifest.expires.seconds)),
                    ("environments", environments),
                ])
        }
        let policies: JSONValue = .array(
            plan.policies.map { policy in
                [
                    "namespaces": .string(Pattern.regexp(anyOf: policy.namespaces)),
                    "images": .string(Pattern.regexp(anyOf: policy.images)),
                ]
            })
        constraints += self.constraints(
            "abac-verify-coverage", plan.defaultMode, shared + [("checks", ["coverage"]), ("policies", policies)])
        for policy in plan.policies { constraints += try self.constraints(for: policy) }
        return constraints + interactive
    }

    /// In which mode the request's own rules hold where; a namespace is as strict as its strictest policy.
    private var requestPlaces: [(DeployPolicy.Mode, [(String, JSONValue)])] {
        let enforced = plan.policies.filter { plan.mode(of: $0) == .enforce }
        if plan.options.mode != nil || enforced.count == plan.policies.count && plan.defaultMode == .enforce {
            return [(plan.options.mode ?? .enforce, [])]
        }
        if enforced.isEmpty, plan.defaultMode == .audit { return [(.audit, [])] }
        var places: [JSONValue] = [["matches": .string(Pattern.regexp(anyOf: enforced.flatMap(\.namespaces)))]]
        if plan.defaultMode == .enforce {
            places.append(["excludes": .string(Pattern.regexp(anyOf: plan.policies.flatMap(\.namespaces)))])
        }
        return [
            (.enforce, [("where", .array(places))]), (.audit, [("where", .array(places)), ("negated", true)]),
        ]
    }

    private func constraints(for policy: DeployPolicy) throws(RenderError) -> [JSONValue] {
        var bindings: [JSONValue] = []
        for (index, binding) in policy.bindings.enumerated() {
            let field = "policy \(PrintableText.plain(policy.name)): bind[\(index)]"
            let gitOps = plan.gitOps(for: binding.repository)
            let deployers = try DeployerRule.rules(of: binding, plan, field: field).map { rule -> JSONValue in
                [
                    "mapping": .integer(Int64(rule.mapping)), "subject": .string(rule.subject),
                    "claims": .array(
                        rule.claims.map { ["key": .string($0.key), "pattern": .string($0.pattern)] }),
                ]
            }
            bindings.append(
                Value.object([
                    ("repository", .string(binding.repository)),
                    ("repositoryId", binding.repositoryID.map { .string($0) }),
                    ("environments", Value.strings(binding.environments)), ("gitOps", Value.strings(gitOps)),
                    ("deployers", .array(deployers)),
                ]))
        }
        return constraints(
            ObjectName.of("abac-verify-policy", policy.name), plan.mode(of: policy),
            shared + [
                ("checks", ["policy"]),
                ("where", [["matches": .string(Pattern.regexp(anyOf: policy.namespaces))]]),
                ("environments", environments), ("users", users), ("controllers", controllers),
                (
                    "policy",
                    [
                        "images": .string(Pattern.regexp(anyOf: policy.images)),
                        "digest": .bool(policy.requirements.digest), "bindings": .array(bindings),
                    ]
                ),
            ])
    }

    private var interactive: [JSONValue] {
        let denying = plan.policies.filter { $0.interactive == .deny }
        return [DeployPolicy.Mode.enforce, .audit].flatMap { mode -> [JSONValue] in
            let namespaces = denying.filter { plan.mode(of: $0) == mode }.flatMap(\.namespaces)
            guard !namespaces.isEmpty else { return [] }
            return constraints(
                "abac-verify-interactive-\(mode.rawValue.lowercased())", mode,
                [
                    ("checks", ["interactive"]),
                    ("where", [["matches": .string(Pattern.regexp(anyOf: namespaces))]]),
                ],
                kinds: [
                    [
                        "apiGroups": [""],
                        "kinds": [
                            "PodExecOptions", "PodAttachOptions", "PodPortForwardOptions", "PodProxyOptions",
                            "ServiceProxyOptions", "NodeProxyOptions",
                        ],
                    ]
                ])
        }
    }

    // MARK: Parameters

    private var shared: [(String, JSONValue)] {
        let custom = plan.cluster.customKinds.map(CustomPaths.init)
        let tops = Set(
            ["spec", "template"] + custom.flatMap { ($0.podTemplates + $0.podSpecs).compactMap(\.first) }
        ).subtracting(["metadata", "status"]).sorted()
        func paths(_ paths: [[String]]) -> JSONValue { .array(paths.map(Value.strings)) }
        return [
            (
                "grammar",
                [
                    "hasRegistry": .string(References.hasRegistry), "name": .string(References.name),
                    "dockerHubAlias": .string(References.dockerHubAlias),
                    "officialShort": .string(References.officialShort), "path": .string(References.path),
                    "imageID": .string(References.imageID), "qualified": .string(References.qualified),
                    "short": .string(References.short),
                    "subjectWithIDs": .string(RequesterExpressions.subjectWithIDs),
                ]
            ),
            ("tops", Value.strings(tops)),
            (
                "aliases",
                .array(plan.aliases.map { ["prefix": .string($0.prefix), "registry": .string($0.registry)] })
            ),
            (
                "customKinds",
                .array(
                    custom.map { kind in
                        [
                            "group": .string(kind.group), "kind": .string(kind.kind),
                            "podTemplates": paths(kind.podTemplates), "podSpecs": paths(kind.podSpecs),
                        ]
                    })
            ),
        ]
    }

    private var environments: JSONValue {
        .array(
            plan.places.map { place in
                [
                    "environment": .string(place.environment),
                    "namespaces": .string(Pattern.regexp(anyOf: place.namespaces)),
                ]
            })
    }

    private var users: JSONValue {
        .array(plan.users.map { ["prefix": .string($0.usernamePrefix), "groups": Value.strings($0.groups)] })
    }

    private var controllers: JSONValue {
        .array(
            plan.controllers.map {
                ["username": .string($0.serviceAccount), "creates": .string($0.creates), "owner": .string($0.owner)]
            })
    }

    private var workloadKinds: [JSONValue] {
        let builtIn: [(String, [String])] = [
            ("", ["Pod", "PodTemplate", "ReplicationController"]),
            ("apps", ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]), ("batch", ["Job", "CronJob"]),
        ]
        let custom = plan.cluster.customKinds.map { ($0.group, [$0.kind]) }
        return (builtIn + custom).map { ["apiGroups": [.string($0.0)], "kinds": Value.strings($0.1)] }
    }

    // MARK: Documents

    private func constraints(
        _ name: String, _ mode: DeployPolicy.Mode, _ parameters: [(String, JSONValue)], kinds: [JSONValue]? = nil
    ) -> [JSONValue] {
        func constraint(_ name: String, _ mode: DeployPolicy.Mode, labelled: Bool) -> JSONValue {
            [
                "apiVersion": .string(Self.apiVersion), "kind": .string(Self.kind),
                "metadata": Labels.metadata(name, plan),
                "spec": [
                    "enforcementAction": mode == .enforce ? "deny" : "dryrun",
                    "match": Value.object([
                        ("kinds", .array(kinds ?? workloadKinds)),
                        (
                            "excludedNamespaces",
                            plan.options.exempt.isEmpty ? nil : Value.strings(plan.options.exempt)
                        ),
                        (
                            "namespaceSelector",
                            labelled ? ["matchLabels": ["mc.internal/mode": "Enforce"]] : nil
                        ),
                    ]), "parameters": Value.object(parameters.map { ($0.0, $0.1) }),
                ],
            ]
        }
        var all = [constraint(name, mode, labelled: false)]
        if mode == .audit, plan.options.mode == nil {
            // A namespace's label can only make things stricter.
            all.append(constraint("\(name)-labelled", .enforce, labelled: true))
        }
        return all
    }
}
