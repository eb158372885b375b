internal import Core
internal import YAML

/// Files for the API server's machine, where the control plane allows them: it then shows the webhook a client
/// certificate. They are not applied.
struct ControlPlaneFiles {
    let options: InstallOptions

    static let folder = "/etc/kubernetes/mc"

    var all: [String: String] {
        [
            "control-plane/admission.yaml": YAMLWriter.text(
                admission, heading: "kube-apiserver --admission-control-config-file=\(Self.folder)/admission.yaml"),
            "control-plane/webhook-kubeconfig.yaml": YAMLWriter.text(
                kubeconfig, heading: "Written beside client.crt and client.key of mc certs client."),
        ]
    }

    var admission: JSONValue {
        let plugins = ["MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"].map { name -> JSONValue in
            let configuration: JSONValue = [
                "apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration",
                "kubeConfigFile": .string("\(Self.folder)/webhook-kubeconfig.yaml"),
            ]
            return ["name": .string(name), "configuration": configuration]
        }
        return [
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": .array(plugins),
        ]
    }

    /// The user is chosen by the webhook's DNS name, so that no other webhook sees this certificate.
    var kubeconfig: JSONValue {
        [
            "apiVersion": "v1", "kind": "Config",
            "users": [
                [
                    "name": .string("\(Layout.webhookService).\(options.namespace).svc"),
                    "user": [
                        "client-certificate": .string("\(Self.folder)/client.crt"),
                        "client-key": .string("\(Self.folder)/client.key"),
                    ],
                ]
            ],
        ]
    }
}
