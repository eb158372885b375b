internal import Core
internal import Policy

/// What an admission policy in CEL knows of the workload: its pods, their images, who asks and what changes.
///
/// `object` and `oldObject` are read where the built-in kinds keep their pod templates; what cannot be read fails the
/// policy, which fails closed.
struct WorkloadExpressions {
    let plan: RenderPlan
    private let custom: [CustomPaths]

    init(_ plan: RenderPlan) {
        self.plan = plan
        custom = plan.cluster.customKinds.map(CustomPaths.init)
    }

    /// A variable of `spec.variables`.
    struct Variable {
        let name: String
        let expression: String

        var json: JSONValue { ["name": .string(name), "expression": .string(expression)] }
    }

    /// The variables that all policies share, each after those it uses.
    var variables: [Variable] {
        [
            Variable(name: "annotations", expression: Self.members("object.metadata", "annotations")),
            Variable(name: "labels", expression: Self.members("object.metadata", "labels")),
            Variable(name: "pods", expression: pods(of: "object")),
            Variable(name: "oldPods", expression: "oldObject == null ? [] : (\(pods(of: "oldObject")))"),
            Variable(
                name: "templates",
                expression: """
                    variables.pods.map(p, {
                      'spec': p.spec,
                      'labels': \(Self.members("p.metadata", "labels")),
                      'annotations': \(Self.members("p.metadata", "annotations"))})
                    """),
            Variable(name: "uses", expression: uses),
            Variable(name: "environments", expression: environments),
            Variable(
                name: "environment",
                expression: "size(variables.environments) == 1 ? variables.environments[0] : ''"),
        ]
    }

    private static func members(_ place: String, _ name: String) -> String {
        let parent = place.split(separator: ".").count > 1 ? "has(\(place)) && " : ""
        return "(\(parent)has(\(place).\(name)) ? \(place).\(name) : {})"
    }

    // MARK: Pods and their images

    private func pods(of object: String) -> String {
        var cases = [
            (Self.isKind("", "Pod"), "[\(object)]"), (Self.isKind("", "PodTemplate"), "[\(object).template]"),
            (Self.isKind("batch", "CronJob"), "[\(object).spec.jobTemplate.spec.template]"),
        ]
        for kind in custom {
            let templates = kind.podTemplates.map { path in
                "(\(Self.has(object, path)) ? [\(([object] + path).joined(separator: "."))] : [])"
            }
            let specs = kind.podSpecs.map { path in
                "(\(Self.has(object, path)) ? [{'metadata': {}, 'spec': \(([object] + path).joined(separator: "."))}] : [])"
            }
            cases.append(
                (
                    Self.isKind(kind.group, kind.kind),
                    templates.isEmpty && specs.isEmpty ? "[]" : (templates + specs).joined(separator: " + ")
                ))
        }
        return cases.map { "\($0.0) ? \($0.1) :\n  " }.joined() + "[\(object).spec.template]"
    }

    private static func isKind(_ group: String, _ kind: String) -> String {
        "request.kind.group == \(CELText.quote(group)) && request.kind.kind == \(CELText.quote(kind))"
    }

    private static func has(_ object: String, _ path: [String]) -> String {
        path.indices.map { "has(\(([object] + path[...$0]).joined(separator: ".")))" }.joined(separator: " && ")
    }

    private var uses: String {
        func containers(_ list: String) -> String {
            "(has(t.spec.\(list)) ? t.spec.\(list).map(c, {'image': has(c.image) ? c.image : '', 'repo': \(repository("c"))}) : [])"
        }
        let volumes =
            "(has(t.spec.volumes) ? t.spec.volumes.filter(v, has(v.image)).map(v, "
            + "{'image': has(v.image.reference) ? v.image.reference : '', 'repo': \(repository("v"))}) : [])"
        let lists =
            [
                containers("initContainers"), containers("containers"), containers("ephemeralContainers"), volumes,
            ].joined(separator: "\n  + ")
        return """
            variables.templates.map(t, (\(lists))
              .map(u, {'image': u.image, 'repo': u.repo, 'name': \(name("u.image"))}))
            """
    }

    /// The annotation for the container, else for the template, else for the object.
    private func repository(_ named: String) -> String {
        let key = "'mc.repo.' + \(named).name"
        return "has(\(named).name) && \(key) in t.annotations ? t.annotations[\(key)] : "
            + "has(\(named).name) && \(key) in variables.annotations ? variables.annotations[\(key)] : "
            + "'mc.repo' in t.annotations ? t.annotations['mc.repo'] : "
            + "'mc.repo' in variables.annotations ? variables.annotations['mc.repo'] : ''"
    }

    /// Registry and repository in full, with aliases replaced. A list of one stands in for a local name.
    private func name(_ image: String) -> String {
        let quote = CELText.quote
        var steps = [
            "n.matches(\(quote(References.hasRegistry))) ? n : "
                + "(n.contains('/') ? 'docker.io/' : 'docker.io/library/') + n",
            "n.matches(\(quote(References.dockerHubAlias))) ? 'docker.io' + n.find(\(quote(References.path))) : n",
            "n.matches(\(quote(References.officialShort))) ? 'docker.io/library' + n.find(\(quote(References.path))) : n",
        ]
        if !plan.aliases.isEmpty {
            steps.append(
                plan.aliases.map { alias in
                    "n.startsWith(\(quote(alias.prefix))) ? \(quote(alias.registry)) + "
                        + "n.substring(\(alias.prefix.unicodeScalars.count)) : "
                }.joined() + "n")
        }
        return "[\(image).find(\(quote(References.name)))]" + steps.map { ".map(n, \($0))" }.joined() + "[0]"
    }

    /// Whether a use's image is a reference that everybody reads alike.
    ///
    /// - Parameter qualified: whether its registry must be written out.
    static func isReference(_ use: String, qualified: Bool) -> String {
        let quote = CELText.quote
        let short =
            qualified
            ? "false"
            : "\(use).image.matches(\(quote(References.short))) && !\(use).image.matches(\(quote(References.imageID)))"
        let whole = "\(use).image.matches(\(quote(References.qualified)))"
        let full =
            qualified
            ? "\(whole) && !\(use).image.matches(\(quote(References.dockerHubAlias))) "
                + "&& !\(use).image.find(\(quote(References.name))).matches(\(quote(References.officialShort)))"
            : whole
        return "(\(use).image.matches(\(quote(References.hasRegistry))) ? \(full) : \(short)) "
            + "&& size(\(use).name) <= \(References.maximumNameLength)"
    }

    // MARK: Environment

    private var environments: String {
        let parts = plan.places.map { place in
            "(request.namespace.matches(\(CELText.quote(Pattern.regexp(anyOf: place.namespaces)))) "
                + "? [\(CELText.quote(place.environment))] : [])"
        }
        return parts.isEmpty ? "['none'].filter(e, false)" : parts.joined(separator: "\n  + ")
    }

    // MARK: Conditions before a policy is asked

    /// The conditions that a request must meet before a policy looks at it.
    var matchConditions: [Variable] {
        var conditions = [
            Variable(
                name: "not-exempt",
                expression: plan.options.exempt.isEmpty
                    ? "true" : "!(request.namespace in \(CELText.list(plan.options.exempt)))")
        ]
        if !custom.isEmpty {
            var groups: [String] = []
            for kind in custom where !groups.contains(where: { $0.isSame(as: kind.group) }) {
                groups.append(kind.group)
            }
            let known = custom.map { Self.isKind($0.group, $0.kind) }
            conditions.append(
                Variable(
                    name: "known-kinds",
                    expression: "!(request.kind.group in \(CELText.list(groups))) || \(CELText.any(known))"))
        }
        conditions.append(Variable(name: "starts-something", expression: startsSomething))
        return conditions
    }

    /// Metadata-only updates and scaling down are always allowed (admission contract, Time and availability).
    private var startsSomething: String {
        let binding = ["labels", "annotations"].flatMap { map in
            ["mc.repo", "mc.env"].map { key in
                let place = "metadata.\(map)"
                return "\(Self.entry("object.\(place)", key)) != \(Self.entry("oldObject.\(place)", key))"
            }
        }
        let tops = Set(
            ["spec", "template"] + custom.flatMap { ($0.podTemplates + $0.podSpecs).compactMap(\.first) }
        ).subtracting(["metadata", "status"]).sorted()
        let parts = tops.filter { $0 != "spec" }.map { top in
            "has(object.\(top)) != has(oldObject.\(top)) || (has(object.\(top)) && object.\(top) != oldObject.\(top))"
        }
        return CELText.any(
            ["request.operation != 'UPDATE'"] + binding + parts + [
                "has(object.spec) != has(oldObject.spec)",
                "has(object.spec) && (\(Self.differs(except: scaleFields)) || \(scalesUp))",
            ])
    }

    private static func entry(_ map: String, _ key: String) -> String {
        "(has(\(map)) && \(CELText.quote(key)) in \(map) ? \(map)[\(CELText.quote(key))] : '')"
    }

    /// Whether a member of `spec` differs, except those of a list that is itself an expression.
    private static func differs(except names: String) -> String {
        "object.spec.exists(k, !(k in \(names)) && (!(k in oldObject.spec) || object.spec[k] != oldObject.spec[k])) "
            + "|| oldObject.spec.exists(k, !(k in \(names)) && !(k in object.spec))"
    }

    private static let isBuiltIn = "(request.kind.group in ['', 'apps', 'batch'])"

    private var scaleFields: String {
        "(\(Self.isBuiltIn) ? ['replicas', 'parallelism', 'suspend'] : ['replicas'])"
    }

    /// Whether more pods are asked for than before.
    private var scalesUp: String {
        func count(_ object: String) -> String {
            let spec = "\(object).spec"
            return "(has(\(spec).suspend) && \(spec).suspend ? 0 : has(\(spec).parallelism) ? \(spec).parallelism : "
                + "has(\(spec).replicas) ? \(spec).replicas : 1)"
        }
        let custom =
            "(has(object.spec.replicas) != has(oldObject.spec.replicas) "
            + "|| (has(object.spec.replicas) && object.spec.replicas > oldObject.spec.replicas))"
        return "(\(Self.isBuiltIn) ? \(count("object")) > \(count("oldObject")) : \(custom))"
    }

    // MARK: What changes, for who asks

    /// Whether something new is deployed, or what is there once more; only then it matters who asks.
    var deploys: Variable {
        // What the API server lets change in a Pod without its containers becoming others (core/v1 pod validation).
        let mutable = CELText.list([
            "activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "schedulingGates", "nodeSelector",
            "affinity", "resources",
        ])
        let binding = ["mc.repo", "mc.env"].flatMap { key in
            ["labels", "annotations"].map { map in
                "\(Self.entry("object.metadata.\(map)", key)) != \(Self.entry("oldObject.metadata.\(map)", key))"
            }
        }
        return Variable(
            name: "deploys",
            expression: CELText.any(
                ["oldObject == null"] + binding + [
                    "\(Self.isKind("", "Pod")) ? (\(Self.differs(except: mutable))) : variables.pods != variables.oldPods",
                    "has(object.spec) && \(scalesUp)",
                ]))
    }
}
