internal import Core

/// A CA of mc's own in cert-manager, and what it issues. Its keys stay in the cluster.
struct CertManagerObjects {
    let options: InstallOptions

    var all: [Manifest] {
        let names = { (service: String) in
            [service, "\(service).\(options.namespace)", "\(service).\(options.namespace).svc"]
        }
        return [
            issuer("mc-self-signed", ["selfSigned": [:]]),
            certificate(
                "mc-ca", secret: "mc-ca", issuer: "mc-self-signed", life: 8760, renewal: 2920,
                [("isCA", true), ("commonName", "mc webhook CA")]),
            issuer("mc-ca", ["ca": ["secretName": "mc-ca"]]),
            certificate(
                Layout.webhookService, secret: Layout.webhookSecret, issuer: "mc-ca", life: 2160, renewal: 720,
                [("dnsNames", .list(names(Layout.webhookService))), ("usages", ["server auth"])]),
            certificate(
                Layout.apiService, secret: Layout.apiSecret, issuer: "mc-ca", life: 2160, renewal: 720,
                [
                    // The other replicas ask this one by its own name.
                    ("dnsNames", .list(names(Layout.apiService) + options.replicaNames.map(options.replicaHost))),
                    ("usages", ["server auth"]),
                ]),
        ]
    }

    private static let version = "cert-manager.io/v1"

    private func issuer(_ name: String, _ spec: JSONValue) -> Manifest {
        Manifest(Self.version, "Issuer", name, namespace: options.namespace, [("spec", spec)])
    }

    /// - Parameters:
    ///   - life: in hours.
    ///   - renewal: hours before the end; a third of the life, as `mc certs` has it.
    private func certificate(
        _ name: String, secret: String, issuer: String, life: Int, renewal: Int, _ content: [(String, JSONValue)]
    ) -> Manifest {
        let spec: [(String, JSONValue)] =
            [
                ("secretName", .string(secret)), ("duration", .string("\(life)h0m0s")),
                ("renewBefore", .string("\(renewal)h0m0s")),
                ("privateKey", ["algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"]),
                ("issuerRef", .texts([("name", issuer), ("kind", "Issuer"), ("group", "cert-manager.io")])),
            ] + content
        return Manifest(
            Self.version, "Certificate", name, namespace: options.namespace, [("spec", .members(spec))])
    }
}
