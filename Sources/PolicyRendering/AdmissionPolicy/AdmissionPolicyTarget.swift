internal import Core
internal import Policy

/// A bundle as ValidatingAdmissionPolicies of the API server itself, with their bindings.
///
/// What holds for every request is one policy, what the bundle's policies demand is one each, because an action
/// (refuse, or warn and count) belongs to a whole policy.
struct AdmissionPolicyTarget {
    static let apiVersion = "admissionregistration.k8s.io/v1"

    let plan: RenderPlan
    /// Whether an image's registry must be written out, for companions that would read short names otherwise.
    var qualified = false
    private let workload: WorkloadExpressions
    private let requester: RequesterExpressions

    init(_ plan: RenderPlan, qualified: Bool = false) {
        self.plan = plan
        self.qualified = qualified
        workload = WorkloadExpressions(plan)
        requester = RequesterExpressions(plan)
    }

    /// The policies and bindings, in the order of their names.
    ///
    /// - Throws: ``RenderError`` when a pattern cannot be said in RE2.
    func documents() throws(RenderError) -> [JSONValue] {
        var documents: [JSONValue] = []
        for (mode, namespaces) in requestModes {
            documents += request(mode, namespaces)
        }
        documents += coverage()
        for policy in plan.policies { documents += try self.documents(for: policy) }
        documents += interactive()
        return documents
    }

    // MARK: What holds for every request

    /// In which mode the request's own rules hold where; a namespace is as strict as its strictest policy.
    private var requestModes: [(DeployPolicy.Mode, String?)] {
        let enforced = plan.policies.filter { plan.mode(of: $0) == .enforce }
        if plan.options.mode != nil || enforced.count == plan.policies.count && plan.defaultMode == .enforce {
            return [(plan.options.mode ?? .enforce, nil)]
        }
        if enforced.isEmpty, plan.defaultMode == .audit { return [(.audit, nil)] }
        var conditions = [Self.isIn(enforced.flatMap(\.namespaces))]
        if plan.defaultMode == .enforce { conditions.append("!\(Self.isIn(plan.policies.flatMap(\.namespaces)))") }
        let isEnforced = CELText.any(conditions)
        return [(.enforce, isEnforced), (.audit, "!(\(isEnforced))")]
    }

    private static func isIn(_ namespaces: [Glob]) -> String {
        "request.namespace.matches(\(CELText.quote(Pattern.regexp(anyOf: namespaces))))"
    }

    private func request(_ mode: DeployPolicy.Mode, _ namespaces: String?) -> [JSONValue] {
        let labels = [("variables.labels", ""), ("variables.annotations", "")].map { map, _ in
            "!('mc.env' in \(map)) || \(map)['mc.env'] == variables.environment"
        }
        let templates = ["t.labels", "t.annotations"].map { map in
            "!('mc.env' in \(map)) || \(map)['mc.env'] == variables.environment"
        }
        let isReference = WorkloadExpressions.isReference("u", qualified: qualified)
        return policy(
            named: namespaces == nil ? "abac-verify-request" : "abac-verify-request-\(mode.rawValue.lowercased())",
            mode: mode,
            conditions: namespaces.map { [("namespaces", $0)] } ?? [], variables: workload.variables,
            validations: [
                validation(
                    "kind-unknown", "size(variables.pods) > 0",
                    "the object has no pod template where the bundle says its kind keeps it"),
                validation(
                    "environment-unknown", "variables.environment != ''",
                    "the bundle maps this namespace to no environment, or to several"),
                validation(
                    "environment-mismatch",
                    "variables.environment == '' || (\(CELText.all(labels))\n  && variables.templates.all(t, \(CELText.all(templates))))",
                    "the label or annotation mc.env is not the environment of the namespace"),
                validation(
                    "image-reference-invalid", "variables.uses.all(l, l.all(u, \(isReference)))",
                    qualified
                        ? "write registry, repository and digest of every image in full"
                        : "an image is no reference that every runtime reads alike; write registry, repository and "
                            + "digest in full"),
            ])
    }

    /// Images that no policy covers, in the bundle's default mode.
    private func coverage() -> [JSONValue] {
        let covers = plan.policies.map { policy in
            "\(Self.isIn(policy.namespaces)) && u.name.matches(\(CELText.quote(Pattern.regexp(anyOf: policy.images))))"
        }
        return policy(
            named: "abac-verify-coverage", mode: plan.defaultMode, conditions: [], variables: workload.variables,
            validations: [
                validation(
                    "no-policy-matches", "variables.uses.all(l, l.all(u, \(CELText.any(covers))))",
                    "no policy of the bundle covers an image in this namespace")
            ])
    }

    // MARK: What a policy of the bundle demands

    private func documents(for policy: DeployPolicy) throws(RenderError) -> [JSONValue] {
        var bound: [String] = []
        var deployed: [String] = []
        for (index, binding) in policy.bindings.enumerated() {
            let field = "policy \(PrintableText.plain(policy.name)): bind[\(index)]"
            let selects =
                "u.repo == \(CELText.quote(binding.repository)) && variables.environment in "
                + CELText.list(binding.environments)
            bound.append(selects)
            deployed.append("\(selects) && (\(try requester.deploys(binding, field: field)))")
        }
        let images = CELText.quote(Pattern.regexp(anyOf: policy.images))
        let variables =
            workload.variables + requester.variables + [
                workload.deploys,
                WorkloadExpressions.Variable(
                    name: "covered", expression: "variables.uses.map(l, l.filter(u, u.name.matches(\(images))))"),
            ]
        var validations = [
            validation(
                "repository-unbound", "variables.covered.all(l, l.all(u, \(CELText.any(bound))))",
                "annotate the pod template with mc.repo and bind that repository for this environment"),
            validation(
                "requester-mismatch",
                """
                !variables.deploys || variables.controlled
                  || variables.covered.all(l, l.all(u, !(\(CELText.any(bound))) || \(CELText.any(deployed))))
                """,
                "who asks is no deployer of the repository in this environment; deploy through the pipeline"),
        ]
        if policy.requirements.digest {
            validations.append(
                validation(
                    "image-digest-missing", "variables.covered.all(l, l.all(u, u.image.contains('@')))",
                    "name every image by its digest: name@sha256:…"))
        }
        return self.policy(
            named: ObjectName.of("abac-verify-policy", policy.name), mode: plan.mode(of: policy),
            conditions: [("namespaces", Self.isIn(policy.namespaces))], variables: variables, validations: validations)
    }

    // MARK: Exec, attach and port-forward

    private func interactive() -> [JSONValue] {
        let denying = plan.policies.filter { $0.interactive == .deny }
        return [DeployPolicy.Mode.enforce, .audit].flatMap { mode -> [JSONValue] in
            let namespaces = denying.filter { plan.mode(of: $0) == mode }.flatMap(\.namespaces)
            guard !namespaces.isEmpty else { return [] }
            // What has no namespace, such as a node's proxy, reaches the pods of every namespace.
            let rules: [JSONValue] = [
                [
                    "apiGroups": [""], "apiVersions": ["*"], "operations": ["CONNECT"],
                    "resources": [
                        "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy",
                    ], "scope": "*",
                ]
            ]
            return policy(
                named: "abac-verify-interactive-\(mode.rawValue.lowercased())", mode: mode,
                rules: rules,
                matchConditions: plan.options.exempt.isEmpty
                    ? [] : [["name": "not-exempt", "expression": .string(notExempt)]],
                variables: [],
                validations: [
                    validation(
                        "interactive-denied", "request.namespace != '' && !\(Self.isIn(namespaces))",
                        "the policy allows no interactive access to what runs here")
                ])
        }
    }

    private var notExempt: String { "!(request.namespace in \(CELText.list(plan.options.exempt)))" }

    // MARK: Documents

    private func validation(_ rule: String, _ expression: String, _ message: String) -> JSONValue {
        ["expression": .string(expression), "message": .string("\(rule): \(message)"), "reason": "Forbidden"]
    }

    private func policy(
        named name: String, mode: DeployPolicy.Mode, conditions: [(String, String)],
        variables: [WorkloadExpressions.Variable], validations: [JSONValue]
    ) -> [JSONValue] {
        let further: [JSONValue] = conditions.map { ["name": .string($0.0), "expression": .string($0.1)] }
        return policy(
            named: name, mode: mode, rules: WorkloadKinds.rules(plan),
            matchConditions: workload.matchConditions.map(\.json) + further, variables: variables.map(\.json),
            validations: validations)
    }

    private func policy(
        named name: String, mode: DeployPolicy.Mode, rules: [JSONValue], matchConditions: [JSONValue],
        variables: [JSONValue], validations: [JSONValue]
    ) -> [JSONValue] {
        let metadata = Labels.metadata(name, plan)
        let policy: JSONValue = Value.object([
            ("apiVersion", .string(Self.apiVersion)), ("kind", "ValidatingAdmissionPolicy"), ("metadata", metadata),
            (
                "spec",
                Value.object([
                    ("failurePolicy", "Fail"),
                    ("matchConstraints", ["matchPolicy": "Equivalent", "resourceRules": .array(rules)]),
                    ("matchConditions", matchConditions.isEmpty ? nil : .array(matchConditions)),
                    ("variables", variables.isEmpty ? nil : .array(variables)),
                    ("validations", .array(validations)),
                ])
            ),
        ])
        var bindings = [binding(name, to: name, mode, selector: nil)]
        if mode == .audit, plan.options.mode == nil {
            // A namespace's label can only make things stricter.
            bindings.append(
                binding(
                    "\(name)-labelled", to: name, .enforce,
                    selector: ["matchLabels": ["mc.internal/mode": "Enforce"]]))
        }
        return [policy] + bindings
    }

    private func binding(_ name: String, to policy: String, _ mode: DeployPolicy.Mode, selector: JSONValue?)
        -> JSONValue
    {
        Value.object([
            ("apiVersion", .string(Self.apiVersion)), ("kind", "ValidatingAdmissionPolicyBinding"),
            ("metadata", Labels.metadata(name, plan)),
            (
                "spec",
                Value.object([
                    ("policyName", .string(policy)),
                    ("validationActions", mode == .enforce ? ["Deny", "Audit"] : ["Audit", "Warn"]),
                    ("matchResources", selector.map { ["namespaceSelector": $0] }),
                ])
            ),
        ])
    }
}
