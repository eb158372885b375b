package import Core
internal import YAML

/// Everything that installs mc in a cluster, as values and as files.
///
/// The same options give the same bytes: what lies in a repository changes only where something was changed.
package struct Installation: Sendable {
    /// Which objects: the webhook configurations are applied last, once the server answers.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        case server, webhook, all
    }

    package let options: InstallOptions

    package init(_ options: InstallOptions) { self.options = options }

    /// The objects in the order in which they are applied.
    ///
    /// - Throws: ``InstallError`` when webhook configurations are wanted and no CA is given.
    package func objects(_ part: Part = .all) throws(InstallError) -> [JSONValue] {
        let webhook = part == .server ? [] : try WebhookObjects(options: options).all()
        return ((part == .webhook ? [] : groups.flatMap { $0.1 }) + webhook).map(\.value)
    }

    /// The webhook configurations as `mc install` writes them for that namespace, whatever else was chosen: to compare a
    /// cluster's with. They hold no CA.
    ///
    /// - Throws: ``InstallError`` when a namespace has an impossible name.
    package static func webhooks(namespace: String, exempt: [String]) throws(InstallError) -> [JSONValue] {
        // No image is in them; this one stands for any.
        let image = "mc.internal/mc@sha256:" + String(repeating: "0", count: 64)
        let options = try InstallOptions(namespace: namespace, image: image, trust: .certManager, exempt: exempt)
        return try Installation(options).objects(.webhook)
    }

    /// The objects as one YAML file of several documents.
    ///
    /// - Throws: ``InstallError``, see ``objects(_:)``.
    package func yaml(_ part: Part = .all) throws(InstallError) -> String {
        YAMLWriter.text(documents: try objects(part))
    }

    /// A folder with a Kustomize base of two parts, and beside it alert rules, examples and files for control planes.
    ///
    /// - Throws: ``InstallError``, see ``objects(_:)``.
    package func kustomize() throws(InstallError) -> [String: String] {
        var files = ControlPlaneFiles(options: options).all
        files.merge(DeliveryExamples(options: options).all) { $1 }
        files["alerts/mc.rules.yaml"] = AlertRules(options: options).text
        for (name, objects) in groups {
            files["server/\(name).yaml"] = YAMLWriter.text(documents: objects.map(\.value))
        }
        files["server/kustomization.yaml"] = Self.kustomization(groups.map { "\($0.0).yaml" })
        let webhook = try WebhookObjects(options: options).all()
        files["webhook/webhooks.yaml"] = YAMLWriter.text(documents: webhook.map(\.value))
        files["webhook/kustomization.yaml"] = Self.kustomization(["webhooks.yaml"])
        files["kustomization.yaml"] = Self.kustomization(["server", "webhook"])
        return files
    }

    /// The objects of the server by file, in the order in which they are applied: who, what guards the namespace, what
    /// it reads, how it is reached, and then what runs.
    private var groups: [(String, [Manifest])] {
        var groups = [
            ("access", AccessObjects(options: options).all),
            ("own-namespace", OwnNamespaceObjects(options: options).all),
            ("configuration", ConfigurationObjects(options: options).all),
        ]
        if options.trust == .certManager {
            groups.append(("certificates", CertManagerObjects(options: options).all))
        }
        return groups + [
            ("network", NetworkObjects(options: options).all),
            ("server", [ServerObjects(options: options).statefulSet]),
        ]
    }

    private static func kustomization(_ resources: [String]) -> String {
        YAMLWriter.text([
            "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": .list(resources),
        ])
    }
}
