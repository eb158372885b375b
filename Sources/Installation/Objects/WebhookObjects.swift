internal import Core

/// The webhook configurations: everything that runs containers or gets into them, failing closed.
struct WebhookObjects {
    let options: InstallOptions

    /// - Throws: ``InstallError`` when it is not said whom the API server shall trust.
    func all() throws(InstallError) -> [Manifest] {
        guard let trust = options.trust else {
            throw InstallError(
                .certificates, "--ca-bundle",
                "the API server needs a CA to trust the webhook: give --ca-bundle FILE or --cert-manager")
        }
        let validating = [
            webhook("validate.mc.internal", "/v1/validate", trust, Self.workloads + Self.scales + Self.entrances),
            // Cluster-wide objects have no namespace, so that this one is asked about always; it is apart so that an
            // operator can drop it alone.
            webhook("nodes.mc.internal", "/v1/validate", trust, [Self.nodeProxy], isNamespaced: false),
        ]
        // After every other mutation: a sidecar that is injected later is resolved and checked as well.
        let mutating = webhook(
            "mutate.mc.internal", "/v1/mutate", trust, Self.workloads, extra: [("reinvocationPolicy", "IfNeeded")])
        return [
            configuration("MutatingWebhookConfiguration", [mutating]),
            configuration("ValidatingWebhookConfiguration", validating),
        ]
    }

    private func configuration(_ kind: String, _ webhooks: [JSONValue]) -> Manifest {
        var annotations = [("argocd.argoproj.io/sync-wave", "10")]
        if options.trust == .certManager {
            annotations.append(
                ("cert-manager.io/inject-ca-from", "\(options.namespace)/\(Layout.webhookService)"))
        }
        return Manifest(
            "admissionregistration.k8s.io/v1", kind, Layout.application, annotations: annotations,
            [("webhooks", .array(webhooks))])
    }

    private func webhook(
        _ name: String, _ path: String, _ trust: InstallOptions.Trust, _ rules: [JSONValue], isNamespaced: Bool = true,
        extra: [(String, JSONValue)] = []
    ) -> JSONValue {
        let service: JSONValue = [
            "namespace": .string(options.namespace), "name": .string(Layout.webhookService), "path": .string(path),
            "port": 443,
        ]
        var client: [(String, JSONValue)] = [("service", service)]
        if case .bundle(let bytes) = trust { client.append(("caBundle", .string(Base64.encode(bytes)))) }
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("clientConfig", .members(client)), ("rules", .array(rules)),
            ("failurePolicy", "Fail"), ("matchPolicy", "Equivalent"), ("sideEffects", "NoneOnDryRun"),
            ("timeoutSeconds", .integer(Layout.webhookTimeout)), ("admissionReviewVersions", ["v1"]),
        ]
        if isNamespaced { members.append(("namespaceSelector", exemption)) }
        return .members(members + extra)
    }

    /// By the one label that nobody but the API server can set (since 1.22).
    private var exemption: JSONValue {
        [
            "matchExpressions": [
                [
                    "key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": .list(options.exemptions),
                ]
            ]
        ]
    }

    private static let workloads = [
        rule(
            "", ["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"], ["CREATE", "UPDATE"]),
        rule("apps", ["daemonsets", "deployments", "replicasets", "statefulsets"], ["CREATE", "UPDATE"]),
        rule("batch", ["cronjobs", "jobs"], ["CREATE", "UPDATE"]),
    ]

    /// More replicas are more of what runs.
    private static let scales = [rule("", ["*/scale"], ["UPDATE"]), rule("apps", ["*/scale"], ["UPDATE"])]

    /// Ways into a running container.
    private static let entrances = [rule("", ["pods/attach", "pods/exec", "pods/portforward"], ["CONNECT"])]

    /// The kubelet's own exec, behind the API server's back.
    private static let nodeProxy = rule("", ["nodes/proxy"], ["CONNECT"], scope: "Cluster")

    private static func rule(
        _ group: String, _ resources: [String], _ operations: [String], scope: String = "Namespaced"
    ) -> JSONValue {
        [
            "apiGroups": .list([group]), "apiVersions": ["v1"], "resources": .list(resources),
            "operations": .list(operations), "scope": .string(scope),
        ]
    }
}
