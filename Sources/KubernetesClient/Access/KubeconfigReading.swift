internal import Core
internal import YAML

/// Reads the bodies of a kubeconfig's clusters, users and contexts.
struct KubeconfigReading {
    /// What relative paths are relative to.
    let folder: String

    struct Target {
        let server: ServerAddress
        let authorities: ClusterAccess.Material?
        let serverName: String?
        let skipsVerification: Bool
        /// The certificates in base64, as an exec plugin wants them.
        let authorityData: String?
    }

    func context(_ body: YAMLCursor) throws(YAMLError) -> (cluster: String, user: String?, namespace: String?) {
        try body.allow(only: ["cluster", "user", "namespace", "extensions"])
        let user = try body.optional("user")?.string()
        let namespace = try body.optional("namespace")?.string()
        return (
            try body.required("cluster").text(), user?.isEmpty == true ? nil : user,
            namespace?.isEmpty == true ? nil : namespace
        )
    }

    func cluster(_ body: YAMLCursor, allowsUnverified: Bool) throws(YAMLError) -> Target {
        try body.allow(only: [
            "server", "certificate-authority", "certificate-authority-data", "tls-server-name",
            "insecure-skip-tls-verify", "proxy-url", "disable-compression", "extensions",
        ])
        if let proxy = try body.optional("proxy-url"), try !proxy.string().isEmpty {
            throw proxy.error("proxies are not supported; reach the API server directly, or through a tunnel")
        }
        let field = try body.required("server")
        guard let server = ServerAddress(try field.string()) else {
            throw field.error("expected https://HOST[:PORT][/PREFIX]")
        }
        let skip = try body.optional("insecure-skip-tls-verify")
        let skips = try skip?.bool() ?? false
        if let skip, skips, !allowsUnverified {
            throw skip.error(
                "anybody could pretend to be this server; give certificate-authority(-data), or allow it explicitly")
        }
        let authorities = try material("certificate-authority", of: body)
        if let skip, skips, authorities != nil {
            throw skip.error("certificates are given and not to be verified; leave out one of the two")
        }
        let name = try body.optional("tls-server-name")
        let serverName = try name?.string()
        if let name, let serverName, !serverName.isEmpty, !ServerAddress.isName(serverName) {
            throw name.error("expected a DNS name")
        }
        return Target(
            server: server, authorities: authorities, serverName: serverName?.isEmpty == true ? nil : serverName,
            skipsVerification: skips,
            authorityData: try body.optional("certificate-authority-data")?.string())
    }

    func user(_ body: YAMLCursor, _ target: Target) throws(YAMLError) -> ClusterAccess.Credential {
        try body.allow(only: [
            "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile",
            "exec", "username", "password", "auth-provider", "as", "as-uid", "as-groups", "as-user-extra", "extensions",
        ])
        for (name, advice) in [
            ("auth-provider", "auth providers left Kubernetes in 1.26; use exec"),
            ("username", "basic authentication left Kubernetes in 1.19; use a token, a certificate or exec"),
            ("password", "basic authentication left Kubernetes in 1.19; use a token, a certificate or exec"),
            ("as", "impersonation is not supported; use the credentials themselves"),
            ("as-uid", "impersonation is not supported; use the credentials themselves"),
            ("as-groups", "impersonation is not supported; use the credentials themselves"),
            ("as-user-extra", "impersonation is not supported; use the credentials themselves"),
        ] {
            if let field = try body.optional(name) { throw field.error(advice) }
        }
        var credential = ClusterAccess.Credential()
        if let path = try body.optional("tokenFile")?.string(), !path.isEmpty {
            credential.token = .file(resolve(path))
        } else if let field = try body.optional("token") {
            let token = try field.string()
            guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw field.error("a token has printable ASCII characters and no spaces")
            }
            if !token.isEmpty { credential.token = .inline(Secret(token)) }
        }
        credential.certificate = try material("client-certificate", of: body)
        credential.key = try material("client-key", of: body)
        if (credential.certificate == nil) != (credential.key == nil) {
            throw body.error("a client certificate needs its key, and a key its certificate")
        }
        if let exec = try body.optional("exec") {
            if credential.token != nil || credential.certificate != nil {
                throw exec.error("the user has a token or certificate as well; leave out one of the two")
            }
            credential.plugin = try plugin(exec, target)
        }
        return credential
    }

    private func plugin(_ body: YAMLCursor, _ target: Target) throws(YAMLError) -> ExecPlugin {
        try body.allow(only: [
            "apiVersion", "command", "args", "env", "installHint", "provideClusterInfo", "interactiveMode",
        ])
        let version = try body.required("apiVersion")
        let apiVersion = try version.string()
        guard ExecPlugin.versions.contains(where: { $0.isSame(as: apiVersion) }) else {
            throw version.error("expected \(ExecPlugin.versions.joined(separator: " or "))")
        }
        if let mode = try body.optional("interactiveMode") {
            let text = try mode.string()
            guard ["Never", "IfAvailable", "Always"].contains(where: { $0.isSame(as: text) }) else {
                throw mode.error("expected Never, IfAvailable or Always")
            }
            if text.isSame(as: "Always") {
                throw mode.error("the plugin wants to ask somebody, and nobody is asked here")
            }
        }
        var environment: [String: String] = [:]
        for item in try body.optional("env")?.elements(Cap("variables of an exec plugin", 200)) ?? [] {
            try item.allow(only: ["name", "value"])
            let name = try item.required("name")
            let key = try name.text()
            guard !key.contains("=") else { throw name.error("expected a variable's name") }
            environment[key] = try item.optional("value")?.string() ?? ""
        }
        let command = try body.required("command").text()
        var arguments: [String] = []
        for item in try body.optional("args")?.elements(Cap("arguments of an exec plugin", 200)) ?? [] {
            arguments.append(try item.string())
        }
        var cluster: ExecPlugin.ClusterInfo?
        if try body.optional("provideClusterInfo")?.bool() == true {
            cluster = ExecPlugin.ClusterInfo(
                server: target.server.description, authorityData: target.authorityData, serverName: target.serverName,
                skipsVerification: target.skipsVerification)
        }
        return ExecPlugin(
            apiVersion: apiVersion,
            // kubectl: a command with a slash is relative to the file, one without is looked for on PATH.
            command: command.contains("/") ? resolve(command) : command, arguments: arguments,
            environment: environment, hint: try body.optional("installHint")?.string(), cluster: cluster)
    }

    /// The bytes of a base64 member; kubectl's own spelling has no line feeds.
    private func data(_ name: String, of body: YAMLCursor) throws(YAMLError) -> ClusterAccess.Material? {
        guard let field = try body.optional(name) else { return nil }
        let text = try field.string()
        guard !text.isEmpty else { return nil }
        guard let bytes = Base64.decode(text.filter { $0 != "\n" }), bytes.count <= BoundedFile.certificates.limit,
            let pem = String(validating: bytes, as: UTF8.self)
        else { throw field.error("expected PEM in canonical base64 (RFC 4648 §4)") }
        let blocks: Int
        do throws(PEMError) {
            blocks = try PEM.decode(pem).count
        } catch {
            // The place only: it may be a key's.
            throw field.error("not valid PEM at its line \(error.line)")
        }
        guard blocks > 0 else { throw field.error("there is no PEM block in it") }
        return .inline(Secret(pem))
    }

    /// What `NAME-data` holds, or else the file that `NAME` names.
    private func material(_ name: String, of body: YAMLCursor) throws(YAMLError) -> ClusterAccess.Material? {
        if let data = try data("\(name)-data", of: body) { return data }
        return try file(name, of: body)
    }

    private func file(_ name: String, of body: YAMLCursor) throws(YAMLError) -> ClusterAccess.Material? {
        guard let path = try body.optional(name)?.string(), !path.isEmpty else { return nil }
        return .file(resolve(path))
    }

    private func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}
