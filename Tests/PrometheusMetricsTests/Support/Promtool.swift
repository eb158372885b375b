import Foundation
import TestSupport
import Testing

/// The checker of metrics that comes with Prometheus.
enum Promtool {
    /// What it says of a text; empty when it has nothing against it.
    static func complaints(_ text: String) throws -> String {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: try #require(PrometheusServer.promtool))
        process.arguments = ["check", "metrics"]
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder.write("metrics", text)))
        let output = try folder.write("output", "")
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        let words = try String(contentsOfFile: output, encoding: .utf8)
        return process.terminationStatus == 0 || !words.isEmpty ? words : "exit code \(process.terminationStatus)"
    }
}
