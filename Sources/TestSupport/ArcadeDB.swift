internal import Foundation
internal import Synchronization

/// A real ArcadeDB (PyPI package `arcadedb-embedded`, which brings its own Java) that speaks Bolt on a loopback port.
///
/// No Neo4j can be installed freely; this one speaks the same protocol (4.4 and 5.0 to 5.4) and the same Cypher, with
/// the differences that `Sources/Bolt/README.md` lists.
package final class ArcadeDB: Sendable {
    /// Why a test that needs it is skipped.
    package static let missing = "arcadedb-embedded is not installed (PyPI; scripts/dependencies installs it)"
    package static var isInstalled: Bool { home != nil }
    package static let user = "root"
    package static let password = "wonderland"

    /// The package's folder within the project's own Python environment.
    private static let home: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
        let library = root + "/.venv/lib"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
        return versions.map { "\(library)/\($0)/site-packages/arcadedb_embedded" }
            .first { FileManager.default.isExecutableFile(atPath: $0 + "/jre/bin/java") }
    }()

    /// The servers that live as long as the process.
    private static let kept = Mutex<[ArcadeDB]>([])
    private static let cleanup: Void = { atexit { for server in ArcadeDB.kept.withLock({ $0 }) { server.stop() } } }()
    private static let common = Task {
        let server = try await ArcadeDB()
        cleanup
        kept.withLock { $0.append(server) }
        return server
    }

    private let folder: TemporaryFolder
    private let server: TestServer
    /// The loopback port on which it speaks Bolt.
    package let port: Int

    /// The one that all tests of a process share, each with databases of its own.
    package static func shared() async throws -> ArcadeDB { try await common.value }

    /// Starts one with empty storage; it takes about three seconds and 350 MB.
    package init() async throws {
        guard let home = Self.home else { throw TestServer.Failure(description: Self.missing) }
        let folder = try TemporaryFolder(isKept: true)
        let (http, bolt) = (try TestServer.freePort(), try TestServer.freePort())
        let settings = [
            "server.rootPath": folder.path, "server.rootPassword": Self.password,
            "server.httpIncomingHost": "127.0.0.1", "server.httpIncomingPort": String(http),
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin", "bolt.host": "127.0.0.1",
            "bolt.port": String(bolt),
        ]
        // Bolt is listened for before HTTP is.
        server = try await TestServer(
            home + "/jre/bin/java", port: http,
            arguments: ["-Xmx512m", "-cp", home + "/jars/*"]
                + settings.sorted { $0.key < $1.key }.map { "-Darcadedb.\($0.key)=\($0.value)" }
                + ["com.arcadedb.server.ArcadeDBServer"],
            // It writes a folder `log` where it runs.
            folder: folder.path, log: folder.path + "/output", patience: .seconds(60))
        self.folder = folder
        port = bolt
    }

    package func stop() { server.stop() }

    /// Makes a database; Bolt has no request for that.
    ///
    /// - Throws: ``TestServer/Failure`` with what the server answers.
    package func createDatabase(_ name: String) throws {
        let answer = try post("/api/v1/server", #"{"command":"create database \#(name)"}"#)
        guard answer.hasPrefix("HTTP/1.1 200") else {
            throw TestServer.Failure(description: "database \(name) was not made: \(answer.prefix(1_000))")
        }
    }

    private func post(_ path: String, _ body: String) throws -> String {
        let descriptor = TestServer.dial(server.port)
        defer { close(descriptor) }
        let credentials = Data("\(Self.user):\(Self.password)".utf8).base64EncodedString()
        let request = [
            "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Basic \(credentials)",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "Connection: close", "", body,
        ].joined(separator: "\r\n")
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestServer.Failure(description: "the HTTP port does not take a request") }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            answer += buffer.prefix(count)
        }
        return String(decoding: answer, as: UTF8.self)
    }
}
