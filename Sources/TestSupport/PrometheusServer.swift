/// A real Prometheus (Debian package of that name, 2.42) that scrapes one target and evaluates rules.
package final class PrometheusServer: Sendable {
    /// Why a test that needs it is skipped.
    package static let missing = "prometheus is not installed (Debian package prometheus)"
    package static var isInstalled: Bool { TestServer.find("prometheus") != nil && promtool != nil }
    /// The checker that comes with it.
    package static var promtool: String? { TestServer.find("promtool") }

    private let folder: TemporaryFolder
    private let server: TestServer

    /// The host and port, such as `127.0.0.1:40123`.
    package var host: String { "127.0.0.1:\(server.port)" }

    /// - Parameters:
    ///   - target: the host and port to scrape at `/metrics`, every 200 ms.
    ///   - rules: a rules file to evaluate, if any.
    package init(scraping target: String, rules: String? = nil) async throws {
        guard let program = TestServer.find("prometheus") else {
            throw TestServer.Failure(description: Self.missing)
        }
        let folder = try TemporaryFolder()
        let port = try TestServer.freePort()
        var lines = [
            "global:", "  scrape_interval: 200ms", "  scrape_timeout: 200ms", "  evaluation_interval: 200ms",
            "scrape_configs:", "  - job_name: mc", "    static_configs:", "      - targets: ['\(target)']",
        ]
        if let rules { lines += ["rule_files:", "  - \(rules)"] }
        let config = try folder.write("prometheus.yml", lines.joined(separator: "\n") + "\n")
        self.folder = folder
        server = try await TestServer(
            program, port: port,
            arguments: [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], log: folder.path + "/log")
    }

    package func stop() { server.stop() }
}
