internal import Core

/// How a cluster is reached and who asks: what a kubeconfig's context or a pod's mounted token says.
package struct ClusterAccess: Sendable {
    /// Bytes that stand in the configuration itself or in a file that is read when they are needed.
    package enum Material: Sendable {
        case inline(Secret)
        case file(String)
    }

    package let server: ServerAddress
    /// The certificates that the server's must lead to (PEM); the system's when `nil`.
    package let authorities: Material?
    /// The name that the server's certificate must be for, when it is not the host's.
    package let serverName: String?
    /// Whether anybody may pretend to be the server.
    package let skipsVerification: Bool
    package let credential: Credential
    /// The namespace that the context names.
    package let namespace: String?

    /// Who asks.
    package struct Credential: Sendable {
        package var token: Material?
        package var certificate: Material?
        package var key: Material?
        package var plugin: ExecPlugin?

        package init(
            token: Material? = nil, certificate: Material? = nil, key: Material? = nil, plugin: ExecPlugin? = nil
        ) {
            self.token = token
            self.certificate = certificate
            self.key = key
            self.plugin = plugin
        }
    }

    package init(
        server: ServerAddress, authorities: Material? = nil, serverName: String? = nil,
        skipsVerification: Bool = false, credential: Credential = Credential(), namespace: String? = nil
    ) {
        self.server = server
        self.authorities = authorities
        self.serverName = serverName
        self.skipsVerification = skipsVerification
        self.credential = credential
        self.namespace = namespace
    }
}

extension ClusterAccess {
    private static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The access of a pod with a mounted service account.
    ///
    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - folder: where the token, `ca.crt` and `namespace` are mounted.
    /// - Throws: ``KubernetesError`` with code `configuration` when this is no pod, or has no token.
    package static func inCluster(
        environment: [String: String], folder: String? = nil
    ) throws(KubernetesError) -> ClusterAccess {
        let folder = folder ?? Self.folder
        func setting(_ name: String) throws(KubernetesError) -> String {
            guard let value = environment[name], !value.isEmpty else {
                throw KubernetesError(
                    .configuration, "\(name) is not set: this is no pod; give a kubeconfig instead", at: "environment")
            }
            return value
        }
        let host = try setting("KUBERNETES_SERVICE_HOST")
        let portText = try setting("KUBERNETES_SERVICE_PORT")
        guard ServerAddress.isIPv6(host) || ServerAddress.isName(host) else {
            throw KubernetesError(
                .configuration, "expected a host or IP address, saw \(PrintableText.quote(host.excerpt(100)))",
                at: "KUBERNETES_SERVICE_HOST")
        }
        guard let port = ServerAddress.port(portText) else {
            throw KubernetesError(
                .configuration, "expected 1 to 65535, saw \(PrintableText.quote(portText.excerpt(20)))",
                at: "KUBERNETES_SERVICE_PORT")
        }
        // Read once so that a pod without a token says so at its start.
        _ = try BoundedFile.text("\(folder)/token", BoundedFile.token)
        _ = try BoundedFile.text("\(folder)/ca.crt", BoundedFile.certificates)
        let namespace = try? BoundedFile.text("\(folder)/namespace", BoundedFile.token)
        return ClusterAccess(
            server: ServerAddress(host: host, port: port), authorities: .file("\(folder)/ca.crt"),
            credential: Credential(token: .file("\(folder)/token")),
            namespace: namespace.flatMap { $0.isEmpty ? nil : $0 })
    }
}
