internal import Core
internal import Foundation
internal import Programs

/// A program that gives credentials (client.authentication.k8s.io ExecCredential).
package struct ExecPlugin: Sendable {
    /// What a plugin is told of the cluster when it asks for it.
    struct ClusterInfo: Sendable {
        let server: String
        let authorityData: String?
        let serverName: String?
        let skipsVerification: Bool
    }

    /// What a plugin gives.
    struct Credential: Sendable {
        let token: Secret?
        let certificate: Secret?
        let key: Secret?
        let expires: Instant?
    }

    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    static let output = Cap("bytes of an exec plugin's answer", 1 << 20)

    let apiVersion: String
    /// A path, or a name to look for on PATH.
    let command: String
    let arguments: [String]
    let environment: [String: String]
    /// What the configuration says about how to get the program.
    let hint: String?
    let cluster: ClusterInfo?

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - environment: the process's own, which the configured one is added to.
    ///   - timeout: how long it may take.
    /// - Throws: ``KubernetesError`` with code `credentials`; the message never quotes the program's output.
    func run(environment inherited: [String: String], timeout: Duration) async throws(KubernetesError) -> Credential {
        var environment = inherited.merging(self.environment) { $1 }
        environment["KUBERNETES_EXEC_INFO"] = String(decoding: info.canonical, as: UTF8.self)
        guard let path = find(environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin") else {
            let advice = hint.map { ": \($0.excerpt(500))" } ?? "; install it or change the kubeconfig"
            throw KubernetesError(.credentials, "there is no such program\(advice)", at: command)
        }
        let answer: BoundedProgram.Answer
        do throws(ProgramError) {
            answer = try await BoundedProgram(
                path, arguments, environment: environment, timeout: timeout, output: Self.output
            ).run()
        } catch {
            throw KubernetesError(error.code == .tooLarge ? .tooLarge : .credentials, error.message, at: error.path)
        }
        guard answer.status == 0 else {
            throw KubernetesError(
                .credentials, "ended with status \(answer.status); run it by hand to see why", at: command)
        }
        return try parse(answer.output)
    }

    private var info: JSONValue {
        var spec = JSONObject()
        spec["interactive"] = false
        if let cluster {
            var info = JSONObject()
            info["server"] = .string(cluster.server)
            if let data = cluster.authorityData { info["certificate-authority-data"] = .string(data) }
            if let name = cluster.serverName { info["tls-server-name"] = .string(name) }
            if cluster.skipsVerification { info["insecure-skip-tls-verify"] = true }
            spec["cluster"] = .object(info)
        }
        return ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec)]
    }

    /// Reads an ExecCredential.
    func parse(_ output: [UInt8]) throws(KubernetesError) -> Credential {
        do throws(JSONError) {
            let root = JSONCursor(
                try JSONValue(parsing: output, limits: JSONLimits(bytes: Self.output.limit, depth: 16, values: 1_000)))
            for (name, expected) in [("kind", "ExecCredential"), ("apiVersion", apiVersion)] {
                let field = try root.required(name)
                guard try field.string().isSame(as: expected) else { throw field.error("expected \(expected)") }
            }
            let status = try root.required("status")
            let token = try status.optional("token")?.string()
            let certificate = try status.optional("clientCertificateData")?.string()
            let key = try status.optional("clientKeyData")?.string()
            if let token, !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
                throw status.error("the token is not printable ASCII")
            }
            guard (certificate == nil) == (key == nil) else {
                throw status.error("a client certificate needs its key, and a key its certificate")
            }
            guard token?.isEmpty == false || certificate?.isEmpty == false else {
                throw status.error("there is neither token nor certificate")
            }
            return Credential(
                token: token.map { Secret($0) }, certificate: certificate.map { Secret($0) },
                key: key.map { Secret($0) }, expires: try status.optional("expirationTimestamp")?.instant())
        } catch {
            // The place only: the answer holds a secret.
            throw KubernetesError(
                .credentials, "expected an ExecCredential of \(apiVersion); cannot be read at \(error.location)",
                at: command)
        }
    }

    private func find(_ path: String) -> String? {
        if command.contains("/") { return FileManager.default.isExecutableFile(atPath: command) ? command : nil }
        return path.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(command)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
