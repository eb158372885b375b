import Foundation
import PrometheusMetrics
import Testing

/// The page that lists the metrics says what the definitions say.
@Suite struct ReferenceTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/metrics.md").standardized

    static func row(_ definition: MetricDefinition) -> String {
        let labels = definition.labels.map { "`\($0)`" }.joined(separator: ", ")
        return "| `\(definition.name)` | \(definition.kind.rawValue) | \(labels) | \(definition.help) |"
    }

    @Test(arguments: ServerMetrics.catalogue)
    func eachMetricHasItsLine(definition: MetricDefinition) throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n")
        #expect(lines.contains { $0 == Self.row(definition) }, "expected the line \(Self.row(definition))")
    }

    @Test func thePageListsNothingElse() throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n")
        let listed = lines.filter { $0.hasPrefix("| `mc_") || $0.hasPrefix("| `process_") }
        #expect(listed.count == ServerMetrics.catalogue.count)
        #expect(Set(ServerMetrics.catalogue.map(\.name)).count == ServerMetrics.catalogue.count)
    }
}
