import TestSupport
import Testing

/// The checker of metrics that comes with Prometheus.
enum Promtool {
    /// What it says of a text; empty when it has nothing against it.
    static func complaints(_ text: String) async throws -> String {
        let folder = try TemporaryFolder()
        let run = try await TestProgram.run(
            try #require(PrometheusServer.promtool), ["check", "metrics"], input: folder.write("metrics", text))
        return run.status == 0 || !run.output.isEmpty ? run.output : "exit code \(run.status)"
    }
}
