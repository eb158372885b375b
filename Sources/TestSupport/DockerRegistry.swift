/// A real `docker-registry` (Debian package of that name, distribution 2.8) with its own empty storage.
package final class DockerRegistry: Sendable {
    /// How it asks who is there.
    package enum Access: Sendable {
        case open
        /// User `alice`, password `wonderland`.
        case password
        case token(realm: String, service: String, issuer: String, certificates: String)
    }

    /// Why a test that needs it is skipped.
    package static let missing = "docker-registry is not installed (Debian package docker-registry)"
    package static var isInstalled: Bool { TestServer.find("docker-registry") != nil }
    package static let user = "alice"
    package static let password = "wonderland"

    private let folder: TemporaryFolder
    private let server: TestServer

    /// The host and port, such as `127.0.0.1:40123`.
    package var host: String { "127.0.0.1:\(server.port)" }

    package init(_ access: Access = .open) async throws {
        guard let program = TestServer.find("docker-registry") else {
            throw TestServer.Failure(description: Self.missing)
        }
        let folder = try TemporaryFolder()
        let port = try TestServer.freePort()
        var lines = [
            "version: 0.1", "log:", "  level: error", "storage:", "  filesystem:",
            "    rootdirectory: \(folder.path)/storage", "  delete:", "    enabled: true", "http:",
            "  addr: 127.0.0.1:\(port)",
        ]
        switch access {
        case .open: break
        case .password:
            // bcrypt of the password above; the registry accepts no other hash.
            let file = try folder.write(
                "htpasswd", "\(Self.user):$2b$04$VOPusgLqMj9woGX08ctsm.W/9lgaG6/wOgBScpqtlI5mCChoJdh8G\n")
            lines += ["auth:", "  htpasswd:", "    realm: test", "    path: \(file)"]
        case .token(let realm, let service, let issuer, let certificates):
            lines += [
                "auth:", "  token:", "    realm: \(realm)", "    service: \(service)", "    issuer: \(issuer)",
                "    rootcertbundle: \(certificates)",
            ]
        }
        let config = try folder.write("config.yml", lines.joined(separator: "\n") + "\n")
        self.folder = folder
        server = try await TestServer(
            program, port: port, arguments: ["serve", config], environment: ["OTEL_TRACES_EXPORTER": "none"],
            log: folder.path + "/log")
    }

    package func stop() { server.stop() }
}
