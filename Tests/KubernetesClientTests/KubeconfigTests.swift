import Core
import KubernetesClient
import TestSupport
import Testing

@Suite struct KubeconfigTests {
    /// A kubeconfig as a file; the bodies are written in YAML's flow style.
    static func text(
        cluster: String = "{server: 'https://api.example:6443'}", user: String = "{token: abc}",
        context: String = "{cluster: c, user: u}", rest: String = "current-context: x"
    ) -> String {
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: \(cluster)}]
        users: [{name: u, user: \(user)}]
        contexts: [{name: x, context: \(context)}]
        \(rest)
        """
    }

    private func read(_ text: String, allowsUnverified: Bool = false) throws -> ClusterAccess {
        try Kubeconfig(parsing: Array(text.utf8), file: "config", folder: "/home/me/.kube")
            .access(allowsUnverified: allowsUnverified)
    }

    static let pem = Base64.encode(Array(PEM.encode(label: "CERTIFICATE", bytes: [1, 2, 3]).utf8))

    struct Good: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let holds: @Sendable (ClusterAccess) -> Bool
    }

    @Test(arguments: [
        Good(testDescription: "token", text: text()) {
            $0.server.description == "https://api.example:6443" && $0.credential.token != nil && $0.namespace == nil
        },
        Good(testDescription: "namespace", text: text(context: "{cluster: c, user: u, namespace: shop}")) {
            $0.namespace == "shop"
        },
        Good(testDescription: "no user", text: text(context: "{cluster: c}")) { $0.credential.token == nil },
        Good(testDescription: "an empty user", text: text(user: "")) { $0.credential.token == nil },
        Good(testDescription: "a prefix", text: text(cluster: "{server: 'https://rancher.example/k8s/c-1/'}")) {
            $0.server.port == 443 && $0.server.prefix == "/k8s/c-1"
        },
        Good(testDescription: "IPv6", text: text(cluster: "{server: 'https://[fd00::1]:6443'}")) {
            $0.server.host == "fd00::1" && $0.server.description == "https://[fd00::1]:6443"
        },
        Good(testDescription: "plain HTTP to this machine", text: text(cluster: "{server: 'http://127.0.0.1:8001'}")) {
            !$0.server.isSecure
        },
        Good(testDescription: "a name", text: text(cluster: "{server: 'https://a', tls-server-name: kubernetes}")) {
            $0.serverName == "kubernetes"
        },
        Good(
            testDescription: "certificates inline",
            text: text(
                cluster: "{server: 'https://a', certificate-authority-data: \(pem)}",
                user: "{client-certificate-data: \(pem), client-key-data: \(pem)}")
        ) { $0.authorities != nil && $0.credential.certificate != nil && $0.credential.key != nil },
        Good(
            testDescription: "relative files",
            text: text(cluster: "{server: 'https://a', certificate-authority: ca.crt}", user: "{tokenFile: t}")
        ) {
            guard case .file("/home/me/.kube/ca.crt")? = $0.authorities,
                case .file("/home/me/.kube/t")? =
                    $0.credential.token
            else { return false }
            return true
        },
        Good(
            testDescription: "an exec plugin",
            text: text(
                user: "{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks], "
                    + "env: [{name: A, value: b}], interactiveMode: IfAvailable, provideClusterInfo: true}}")
        ) { $0.credential.plugin != nil },
        Good(testDescription: "extensions", text: text(rest: "current-context: x\npreferences: {}\nextensions: []")) {
            $0.server.host == "api.example"
        },
    ])
    func aGoodOneIsRead(_ good: Good) throws {
        #expect(good.holds(try read(good.text)))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        /// What the message must say: the place, and what is wrong.
        let says: [String]
    }

    @Test(arguments: [
        Bad(testDescription: "empty", text: "", says: ["current-context"]),
        Bad(testDescription: "an unknown field", text: text(user: "{tokn: abc}"), says: ["config:4", "token"]),
        Bad(testDescription: "another kind", text: "kind: Pod", says: ["config:1", "Config"]),
        Bad(testDescription: "an alias", text: text(user: "&a {token: *a}"), says: ["config:4"]),
        Bad(testDescription: "a duplicate key", text: text(user: "{token: a, token: b}"), says: ["config:4"]),
        Bad(
            testDescription: "a duplicate name",
            text: text(rest: "current-context: x").replacing("users: [", with: "users: [{name: u, user: {}}, "),
            says: ["config:4", "twice"]),
        Bad(testDescription: "no context", text: text(rest: ""), says: ["current-context", "x"]),
        Bad(testDescription: "another context", text: text(rest: "current-context: y"), says: ["\"y\"", "x"]),
        Bad(testDescription: "no such cluster", text: text(context: "{cluster: d, user: u}"), says: ["\"d\""]),
        Bad(testDescription: "no such user", text: text(context: "{cluster: c, user: v}"), says: ["\"v\""]),
        Bad(testDescription: "no server", text: text(cluster: "{}"), says: ["server", "missing"]),
        Bad(testDescription: "no URL", text: text(cluster: "{server: api.example}"), says: ["config:3", "https://"]),
        Bad(testDescription: "user information", text: text(cluster: "{server: 'https://a:b@c'}"), says: ["https://"]),
        Bad(testDescription: "a query", text: text(cluster: "{server: 'https://a/?b'}"), says: ["https://"]),
        Bad(testDescription: "a port", text: text(cluster: "{server: 'https://a:0'}"), says: ["https://"]),
        Bad(testDescription: "plain HTTP", text: text(cluster: "{server: 'http://a'}"), says: ["plain HTTP"]),
        Bad(
            testDescription: "127 in a name", text: text(cluster: "{server: 'http://127.evil.example'}"),
            says: ["plain HTTP"]),
        Bad(
            testDescription: "unverified", text: text(cluster: "{server: 'https://a', insecure-skip-tls-verify: true}"),
            says: ["insecure-skip-tls-verify", "pretend"]),
        Bad(
            testDescription: "a proxy", text: text(cluster: "{server: 'https://a', proxy-url: 'http://p'}"),
            says: ["proxy-url", "not supported"]),
        Bad(
            testDescription: "a password", text: text(user: "{username: me, password: s3cret}"),
            says: ["basic authentication"]),
        Bad(testDescription: "a provider", text: text(user: "{auth-provider: {name: gcp}}"), says: ["use exec"]),
        Bad(testDescription: "impersonation", text: text(user: "{token: a, as: root}"), says: ["impersonation"]),
        Bad(testDescription: "a token in lines", text: text(user: #"{token: "s3cret\r\nX: y"}"#), says: ["token"]),
        Bad(
            testDescription: "a certificate without key", text: text(user: "{client-certificate-data: \(pem)}"),
            says: ["needs its key"]),
        Bad(testDescription: "no base64", text: text(user: "{client-key-data: 's3cret!'}"), says: ["base64"]),
        Bad(
            testDescription: "no PEM",
            text: text(user: "{client-key-data: \(Base64.encode(Array("s3cret".utf8)))}"), says: ["PEM"]),
        Bad(
            testDescription: "a plugin of another version",
            text: text(user: "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}}"),
            says: ["v1 or"]),
        Bad(
            testDescription: "a plugin that asks",
            text: text(
                user: "{exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always}}"),
            says: ["interactiveMode"]),
        Bad(
            testDescription: "a plugin and a token",
            text: text(user: "{token: a, exec: {apiVersion: client.authentication.k8s.io/v1, command: a}}"),
            says: ["leave out one"]),
    ])
    func aBadOneIsRefusedWithItsPlaceAndWithoutItsSecrets(_ bad: Bad) {
        let error = #expect(throws: KubernetesError.self) { try read(bad.text) }
        let text = error.map { "\($0)" } ?? ""
        for part in bad.says { #expect(text.contains(part), "\(text)") }
        #expect(!text.contains("s3cret"))
    }

    @Test func whatTheContextDoesNotUseMayBeUnusable() throws {
        let text = Self.text().replacing("users: [", with: "users: [{name: old, user: {auth-provider: {name: gcp}}}, ")
        #expect(try read(text).credential.token != nil)
    }

    @Test func verificationIsSkippedOnlyWhenAllowed() throws {
        let text = Self.text(cluster: "{server: 'https://a', insecure-skip-tls-verify: true}")
        #expect(try read(text, allowsUnverified: true).skipsVerification)
        #expect(try !read(Self.text(), allowsUnverified: true).skipsVerification)
        let both = Self.text(
            cluster: "{server: 'https://a', insecure-skip-tls-verify: true, certificate-authority-data: \(Self.pem)}")
        #expect(throws: KubernetesError.self) { try read(both, allowsUnverified: true) }
    }

    @Test func filesAreMergedAndTheFirstCounts() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write("a/one", Self.text(user: "{tokenFile: t}", rest: ""))
        let second = try folder.write("b/two", Self.text(cluster: "{server: 'https://other'}"))
        let access = try Kubeconfig(files: [first, second]).access()
        #expect(access.server.host == "api.example")
        guard case .file(let path)? = access.credential.token else {
            Issue.record("no token file")
            return
        }
        #expect(path == "\(folder.path)/a/t")
        #expect(throws: KubernetesError.self) { try Kubeconfig(files: [first, "\(folder.path)/none"]) }
    }

    @Test func theEnvironmentNamesTheFiles() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(".kube/config", Self.text())
        #expect(try Kubeconfig.files(environment: ["HOME": folder.path]) == [file])
        #expect(
            try Kubeconfig.files(environment: ["KUBECONFIG": "/none:\(file)", "HOME": "/"]) == [file])
        #expect(throws: KubernetesError.self) { try Kubeconfig.files(environment: ["KUBECONFIG": "/none"]) }
        #expect(throws: KubernetesError.self) { try Kubeconfig.files(environment: [:]) }
    }

    @Test func aTokenShowsInNoDump() throws {
        let access = try read(Self.text(user: "{token: s3cret}"))
        var dumped = "\(access) \(String(reflecting: access))"
        dump(access, to: &dumped)
        #expect(!dumped.contains("s3cret"))
        #expect(dumped.contains("secret"))
    }

    struct Pod: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var host: String? = "10.0.0.1"
        var port: String? = "443"
        var token: String? = "abc"
        var server: String?
    }

    @Test(arguments: [
        Pod(testDescription: "IPv4", server: "https://10.0.0.1:443"),
        Pod(testDescription: "IPv6", host: "fd00::1", server: "https://[fd00::1]:443"),
        Pod(testDescription: "no pod", host: nil), Pod(testDescription: "no port", port: nil),
        Pod(testDescription: "a bad port", port: "https"), Pod(testDescription: "a bad host", host: "a/b"),
        Pod(testDescription: "no token", token: nil), Pod(testDescription: "an empty token", token: "\n"),
    ])
    func aPodKnowsItsCluster(_ pod: Pod) throws {
        let folder = try TemporaryFolder()
        if let token = pod.token { try folder.write("token", token) }
        try folder.write("ca.crt", PEM.encode(label: "CERTIFICATE", bytes: [1]))
        try folder.write("namespace", "mc-system\n")
        var environment: [String: String] = [:]
        environment["KUBERNETES_SERVICE_HOST"] = pod.host
        environment["KUBERNETES_SERVICE_PORT"] = pod.port
        guard let server = pod.server else {
            #expect(throws: KubernetesError.self) {
                try ClusterAccess.inCluster(environment: environment, folder: folder.path)
            }
            return
        }
        let access = try ClusterAccess.inCluster(environment: environment, folder: folder.path)
        #expect(access.server.description == server)
        #expect(access.namespace == "mc-system")
    }
}
