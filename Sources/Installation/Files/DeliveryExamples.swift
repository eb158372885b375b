internal import Core
internal import YAML

/// How Flux and Argo CD deliver what lies in `deploy/`: the server first, the webhook once it answers.
struct DeliveryExamples {
    let options: InstallOptions

    var all: [String: String] {
        [
            "examples/flux.yaml": YAMLWriter.text(documents: [
                source, flux("server"), flux("webhook", after: "mc-server"),
            ]),
            "examples/flux-oci.yaml": YAMLWriter.text(documents: [ociSource]),
            "examples/argocd.yaml": YAMLWriter.text(documents: [argo]),
        ]
    }

    private static let flux = "flux-system"
    private static let repository = "https://git.example.com/platform/mc-deploy"

    private var source: JSONValue {
        object(
            "source.toolkit.fluxcd.io/v1", "GitRepository", "mc", Self.flux,
            [
                "interval": "5m", "url": .string(Self.repository), "ref": ["branch": "main"],
                // Only commits that a key of the platform team signed are delivered.
                "verify": ["mode": "HEAD", "secretRef": ["name": "mc-deploy-keys"]],
            ])
    }

    private var ociSource: JSONValue {
        object(
            "source.toolkit.fluxcd.io/v1", "OCIRepository", "mc", Self.flux,
            [
                "interval": "5m", "url": "oci://registry.example.com/platform/mc-deploy",
                "ref": ["digest": .string(options.digest)],
                "verify": [
                    "provider": "cosign",
                    "matchOIDCIdentity": [
                        [
                            "issuer": "^https://token\\.actions\\.githubusercontent\\.com$",
                            "subject":
                                "^https://github\\.com/example/mc-deploy/\\.github/workflows/publish\\.yml@refs/heads/main$",
                        ]
                    ],
                ],
            ])
    }

    private func flux(_ part: String, after: String? = nil) -> JSONValue {
        var spec: [(String, JSONValue)] = [
            ("interval", "10m"), ("path", .string("./deploy/\(part)")), ("prune", true), ("wait", true),
            ("timeout", "5m"), ("sourceRef", ["kind": "GitRepository", "name": "mc"]),
        ]
        if let after { spec.insert(("dependsOn", [["name": .string(after)]]), at: 0) }
        return object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "mc-\(part)", Self.flux, .members(spec))
    }

    private var argo: JSONValue {
        let ignored = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"].map { kind -> JSONValue in
            [
                "group": "admissionregistration.k8s.io", "kind": .string(kind),
                "jqPathExpressions": [".webhooks[]?.clientConfig.caBundle"],
            ]
        }
        return object(
            "argoproj.io/v1alpha1", "Application", "mc", "argocd",
            [
                "project": "platform",
                "source": ["repoURL": .string(Self.repository), "targetRevision": "main", "path": "deploy"],
                "destination": ["server": "https://kubernetes.default.svc", "namespace": .string(options.namespace)],
                // The webhook configurations carry sync-wave 10: they follow once the server is healthy.
                "syncPolicy": [
                    "automated": ["prune": true, "selfHeal": true], "syncOptions": ["ServerSideApply=true"],
                ],
                // cert-manager writes the CA into them.
                "ignoreDifferences": .array(ignored),
            ])
    }

    private func object(
        _ apiVersion: String, _ kind: String, _ name: String, _ namespace: String, _ spec: JSONValue
    ) -> JSONValue {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind),
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
        ]
    }
}
