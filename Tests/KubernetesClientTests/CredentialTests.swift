import Core
import KubernetesClient
import Outgoing
import TestCluster
import TestSupport
import Testing

/// Who asks, and whether the server is who it should be.
@Suite struct CredentialTests {
    private func kubeconfig(_ cluster: String, user: String, in folder: TemporaryFolder) throws -> ClusterAccess {
        let path = try folder.write("config", KubeconfigTests.text(cluster: cluster, user: user))
        return try Kubeconfig(files: [path]).access(allowsUnverified: true)
    }

    private func client(
        _ access: ClusterAccess, pacing: Pacing = .real(),
        wallClock: @escaping @Sendable () -> Instant = { Instant(seconds: 1_790_000_000) }
    ) -> KubernetesClient {
        KubernetesClient(access, options: .quick, pacing: pacing, wallClock: wallClock)
    }

    private func base64(_ pem: String) -> String { Base64.encode(Array(pem.utf8)) }

    struct Server: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var dns: [String] = []
        var ip: [[UInt8]] = [[127, 0, 0, 1]]
        var extra = ""
        var trustsIt = true
        var works = true
    }

    @Test(arguments: [
        Server(testDescription: "an address in the certificate"),
        Server(testDescription: "an unknown authority", trustsIt: false, works: false),
        Server(testDescription: "another address", ip: [[127, 0, 0, 2]], works: false),
        Server(testDescription: "another name", dns: ["kubernetes"], ip: [], works: false),
        Server(testDescription: "tls-server-name", dns: ["kubernetes"], ip: [], extra: ", tls-server-name: kubernetes"),
        Server(
            testDescription: "another tls-server-name", dns: ["kubernetes"], ip: [],
            extra: ", tls-server-name: other", works: false),
    ])
    func theServersCertificateIsVerified(_ server: Server) async throws {
        let real = try Certificates()
        let issued = try real.issue("server", dns: server.dns, ip: server.ip)
        let cluster = try await TestCluster(tls: .init(certificate: issued.certificate, key: issued.key))
        cluster.put(configMap("one"))
        let authority = server.trustsIt ? real.authority : try Certificates("another").authority
        let access = try kubeconfig(
            "{server: '\(cluster.address)', certificate-authority-data: \(base64(authority))\(server.extra)}",
            user: "{}", in: TemporaryFolder())
        do {
            _ = try await client(access).get(.configMaps, namespace: "shop", name: "one")
            #expect(server.works)
        } catch {
            #expect(!server.works, "\(error)")
            #expect(error.code == .unavailable || error.code == .timeout)
            #expect(cluster.requests.isEmpty)
        }
    }

    @Test func anUnverifiedServerIsAskedOnlyWhenAllowed() async throws {
        let issued = try Certificates().issue("server", dns: ["x"])
        let cluster = try await TestCluster(tls: .init(certificate: issued.certificate, key: issued.key))
        cluster.put(configMap("one"))
        let access = try kubeconfig(
            "{server: '\(cluster.address)', insecure-skip-tls-verify: true}", user: "{}", in: TemporaryFolder())
        #expect(try await client(access).get(.configMaps, namespace: "shop", name: "one").name == "one")
    }

    @Test(arguments: [true, false], [true, false])
    func aClientCertificateOpensTheDoor(_ inline: Bool, _ isRight: Bool) async throws {
        let authority = try Certificates()
        let server = try authority.issue("server", ip: [[127, 0, 0, 1]])
        let cluster = try await TestCluster(
            tls: .init(certificate: server.certificate, key: server.key, clientAuthority: authority.authority))
        cluster.put(configMap("one"))
        let own = try (isRight ? authority : Certificates("another")).issue("me")
        let folder = try TemporaryFolder()
        try folder.write("me.crt", own.certificate)
        try folder.write("me.key", own.key)
        let user =
            inline
            ? "{client-certificate-data: \(base64(own.certificate)), client-key-data: \(base64(own.key))}"
            : "{client-certificate: me.crt, client-key: me.key}"
        let access = try kubeconfig(
            "{server: '\(cluster.address)', certificate-authority-data: \(base64(authority.authority))}", user: user,
            in: folder)
        if isRight {
            #expect(try await client(access).get(.configMaps, namespace: "shop", name: "one").name == "one")
        } else {
            await #expect(throws: KubernetesError.self) {
                try await client(access).get(.configMaps, namespace: "shop", name: "one")
            }
            #expect(cluster.requests.isEmpty)
        }
    }

    @Test func aTokenFileIsReadAgain() async throws {
        let cluster = try await TestCluster(tokens: ["first"])
        cluster.put(configMap("one"))
        let folder = try TemporaryFolder()
        try folder.write("t", "first\n")
        let access = try kubeconfig("{server: '\(cluster.address)'}", user: "{tokenFile: t}", in: folder)
        let time = Box(Duration.zero)
        let client = client(
            access,
            pacing: Pacing(
                now: { time.value }, sleep: { try? await Task.sleep(for: $0) }, jitter: { 0 }))
        _ = try await client.get(.configMaps, namespace: "shop", name: "one")
        // The server goes first: the 401 makes the client look into the file.
        try folder.write("t", "second")
        cluster.setTokens(["second"])
        _ = try await client.get(.configMaps, namespace: "shop", name: "one")
        #expect(cluster.requests.count == 3)
        // The file goes first: after a while it is read although the old token still works.
        cluster.setTokens(["second", "third"])
        try folder.write("t", "third")
        time.change { $0 += .seconds(31) }
        _ = try await client.get(.configMaps, namespace: "shop", name: "one")
        #expect(cluster.requests.last?.header("Authorization") == "Bearer third")
        #expect(cluster.requests.count == 4)
    }

    @Test func aTokenThatIsRefusedIsAnErrorThatDoesNotShowIt() async throws {
        let cluster = try await TestCluster(tokens: ["right"])
        let access = try kubeconfig("{server: '\(cluster.address)'}", user: "{token: s3cret}", in: TemporaryFolder())
        let error = await #expect(throws: KubernetesError.self) {
            try await client(access).get(.configMaps, namespace: "shop", name: "one")
        }
        #expect(error?.code == .unauthorized)
        #expect(error.map { "\($0) \(String(reflecting: $0))".contains("s3cret") } == false)
    }

    private func plugin(_ script: String, _ extra: String = "", version: String = "v1") async throws -> (
        cluster: TestCluster, client: KubernetesClient, folder: TemporaryFolder, now: Box<Instant>
    ) {
        let cluster = try await TestCluster(tokens: ["token-1", "token-2"])
        cluster.put(configMap("one"))
        let folder = try TemporaryFolder(isKept: true)
        try folder.write("plugin", "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n\(script)\n", executable: true)
        let user = "{exec: {apiVersion: client.authentication.k8s.io/\(version), command: ./plugin\(extra)}}"
        let access = try kubeconfig("{server: '\(cluster.address)'}", user: user, in: folder)
        let now = Box(Instant(seconds: 1_790_000_000))
        return (cluster, client(access, wallClock: { now.value }), folder, now)
    }

    private func credential(_ token: String, _ expires: String = "null", version: String = "v1") -> String {
        """
        echo x >> runs
        cat <<END
        {"apiVersion":"client.authentication.k8s.io/\(version)","kind":"ExecCredential",
         "status":{"token":"\(token)","expirationTimestamp":\(expires)}}
        END
        """
    }

    private func runs(_ folder: TemporaryFolder) -> Int {
        ((try? InputText.read("\(folder.path)/runs")) ?? "").filter { $0 == "x" }.count
    }

    @Test(arguments: ["v1", "v1beta1"])
    func aPluginGivesATokenUntilItEnds(_ version: String) async throws {
        let end = Instant(seconds: 1_790_000_600)
        let (cluster, client, folder, now) = try await plugin(
            credential("token-1", "\"\(end)\"", version: version), version: version)
        for _ in 0..<3 { _ = try await client.get(.configMaps, namespace: "shop", name: "one") }
        #expect(runs(folder) == 1)
        #expect(cluster.requests.last?.header("Authorization") == "Bearer token-1")
        now.change { $0 = end }
        _ = try await client.get(.configMaps, namespace: "shop", name: "one")
        #expect(runs(folder) == 2)
        cluster.setTokens([])
        await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, namespace: "shop", name: "one")
        }
        #expect(runs(folder) > 2)
    }

    @Test func concurrentRequestsShareOneRunOfThePlugin() async throws {
        let (cluster, client, folder, _) = try await plugin("sleep 0.2\n" + credential("token-1"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { _ = try await client.get(.configMaps, namespace: "shop", name: "one") }
            }
            try await group.waitForAll()
        }
        #expect(runs(folder) == 1)
        #expect(cluster.requests.count == 8)
    }

    @Test func aPluginIsToldOfTheCluster() async throws {
        let (cluster, client, folder, _) = try await plugin(
            "printf %s \"$KUBERNETES_EXEC_INFO\" > info; printf %s \"$A-$1\" > more\n" + credential("token-1"),
            ", provideClusterInfo: true, args: [eks], env: [{name: A, value: b}]")
        _ = try await client.get(.configMaps, namespace: "shop", name: "one")
        let info = try JSONValue(parsing: try InputText.read("\(folder.path)/info"))
        #expect(info["spec"]?["interactive"] == false)
        #expect(info["spec"]?["cluster"]?["server"]?.string == cluster.address)
        #expect(try InputText.read("\(folder.path)/more") == "b-eks")
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
    }

    @Test(arguments: [
        Failure(testDescription: "fails", script: "echo s3cret; exit 3"),
        Failure(testDescription: "says nothing", script: "true"),
        Failure(testDescription: "no JSON", script: "echo s3cret"),
        Failure(
            testDescription: "another version",
            script:
                #"echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"s3cret"}}'"#
        ),
        Failure(
            testDescription: "no credential",
            script: #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'"#),
        Failure(
            testDescription: "a certificate without key",
            script:
                #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"s3cret"}}'"#
        ),
        Failure(testDescription: "too much", script: "head -c 2000000 /dev/zero"),
    ])
    func aPluginThatFailsIsAnErrorWithoutItsOutput(_ failure: Failure) async throws {
        let (cluster, client, _, _) = try await plugin(failure.script)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, namespace: "shop", name: "one")
        }
        #expect(error.map { "\($0)".contains("s3cret") } == false)
        #expect(error?.place.contains("plugin") == true)
        #expect(cluster.requests.isEmpty)
    }

    @Test func aPluginThatIsMissingSaysHowToGetIt() async throws {
        let folder = try TemporaryFolder()
        let access = try kubeconfig(
            "{server: 'http://127.0.0.1:1'}",
            user: "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./none, installHint: get it there}}",
            in: folder)
        let error = await #expect(throws: KubernetesError.self) {
            try await client(access).get(.configMaps, namespace: "shop", name: "one")
        }
        #expect(error?.message.contains("get it there") == true)
    }
}
