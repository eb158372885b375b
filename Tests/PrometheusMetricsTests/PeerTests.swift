import Foundation
import Metrics
import PrometheusMetrics
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Prometheus' own opinion of what is exposed.
@Suite("Prometheus", .enabled(if: PrometheusServer.isInstalled, "\(PrometheusServer.missing)"))
struct PeerTests {
    @Test func promtoolHasNothingAgainstTheMetrics() async throws {
        let registry = filledRegistry()
        Counter(label: "hb.requests", dimensions: [("hb.uri", "/v1/validate")], factory: registry).increment()
        Timer(label: "hb.request.duration", factory: registry).recordSeconds(1)
        let text = registry.render(.text)
        for definition in ServerMetrics.catalogue where definition.name != "mc_metrics_refused_total" {
            #expect(text.contains("# TYPE \(definition.name) \(definition.kind.rawValue)\n"))
        }
        #expect(try await Promtool.complaints(text) == "")
    }

    @Test(arguments: [
        MetricDefinition("requests", .counter, help: "Requests."), MetricDefinition("a_total", .gauge, help: "A."),
        MetricDefinition("a", .gauge, help: ""),
    ])
    func promtoolComplainsOfOthers(definition: MetricDefinition) async throws {
        let registry = PrometheusRegistry()
        registry.collect(definition) { [MetricSample([], 1)] }
        #expect(try await Promtool.complaints(registry.render()) != "")
    }

    /// Prometheus asks for OpenMetrics first, so that this covers its strict parser; the other format is promtool's.
    @Test func prometheusScrapesEverything() async throws {
        let registry = filledRegistry()
        registry.register(gauge: "odd", labels: [("text", "a\"b\\c\nd é")], help: "Odd \"help\" \\ \n here.") { 0.1 }
        let target = try await ScrapeTarget(registry)
        let prometheus = try await PrometheusServer(scraping: target.host)
        let expected = [
            "up": "1", "mc_admission_denied_abac_total{namespace=\"payments\",rule=\"signature-invalid\"}": "3",
            "mc_admission_decision_seconds_count{phase=\"total\"}": "1",
            "mc_admission_decision_seconds_bucket{phase=\"decide\",le=\"0.0001\"}": "0",
            "mc_admission_decision_seconds_bucket{phase=\"decide\",le=\"0.00025\"}": "1",
            "mc_waivers{state=\"a state\"}": "1.5", "odd{text=\"a\\\"b\\\\c\\nd é\"}": "0.1",
            "histogram_quantile(0.99, mc_admission_decision_seconds_bucket{phase=\"total\"})": "0.004975",
            "process_start_time_seconds": "1768000000.25",
        ]
        for (query, value) in expected {
            #expect(try await Self.value(query, prometheus.host) == value, "\(query)")
        }
        #expect(target.served.contentTypes == [MetricsFormat.openMetrics.contentType])
        prometheus.stop()
        try await target.stop()
    }

    /// The value of a query that gives one series, as soon as there has been a scrape.
    private static func value(_ query: String, _ host: String) async throws -> String? {
        var address = URLComponents()
        address.scheme = "http"
        address.path = "/api/v1/query"
        address.queryItems = [URLQueryItem(name: "query", value: query)]
        let rest = try #require(address.string).dropFirst("http:".count).replacing("+", with: "%2B")
        let url = try #require(URL(string: "http://\(host)\(rest)"))
        for _ in 0..<100 {
            let (data, _) = try await URLSession.shared.data(from: url)
            let answer = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let result = (answer?["data"] as? [String: Any])?["result"] as? [[String: Any]]
            if let found = result?.first?["value"] as? [Any], let text = found.last as? String {
                return result?.count == 1 ? text : "\(result?.count ?? 0) series"
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }
}
