import Metrics
import PrometheusMetrics
import Testing

/// Whoever can choose the value of a label must not be able to fill the memory.
@Suite struct CardinalityTests {
    @Test func beyondTheCapThereIsOneSeries() {
        let registry = PrometheusRegistry(limits: .init(series: 2))
        let family = registry.counter(MetricDefinition("a_total", .counter, labels: ["x", "y"], help: "A."))
        for value in 0..<5 { family.with("\(value)", "y").increment() }
        family.with("1", "y").increment()
        #expect(
            registry.lines("a_total") == [
                "a_total{x=\"0\",y=\"y\"} 1", "a_total{x=\"1\",y=\"y\"} 2",
                "a_total{x=\"_overflow\",y=\"_overflow\"} 3",
            ])
        #expect(
            registry.lines("mc_metrics_refused_total") == [
                "mc_metrics_refused_total{metric=\"a_total\",reason=\"series\"} 3"
            ])
    }

    @Test func withinTheCapNothingIsRefused() {
        let registry = PrometheusRegistry(limits: .init(series: 5))
        let family = registry.counter(MetricDefinition("a_total", .counter, labels: ["x"], help: "A."))
        for value in 0..<5 { family.with("\(value)").increment() }
        #expect(registry.lines("a_total").count == 5)
        #expect(registry.lines("mc_metrics_refused_total").isEmpty)
    }

    @Test func metricsAreCappedAsWell() {
        let registry = PrometheusRegistry(limits: .init(metrics: 3))
        for name in ["a", "b", "c", "d"] { Counter(label: name, factory: registry).increment() }
        #expect(registry.lines("a_total").count == 1)
        #expect(registry.lines("c_total").isEmpty)
        #expect(
            registry.lines("mc_metrics_refused_total") == [
                "mc_metrics_refused_total{metric=\"_overflow\",reason=\"metrics\"} 2"
            ])
    }

    @Test func collectedValuesAreCapped() {
        let registry = PrometheusRegistry(limits: .init(series: 2))
        registry.collect(MetricDefinition("a", .gauge, labels: ["x"], help: "A.")) {
            (0..<5).map { MetricSample(["\($0)"], 1) }
        }
        #expect(registry.lines("a").count == 2)
    }

    @Test func longValuesAreCutToOneSeries() {
        let registry = PrometheusRegistry()
        let family = registry.counter(MetricDefinition("a_total", .counter, labels: ["x"], help: "A."))
        let long = String(repeating: "x", count: 10_000)
        family.with(long).increment()
        family.with(long).increment()
        #expect(registry.lines("a_total") == ["a_total{x=\"\(String(repeating: "x", count: 253))…\"} 2"])
    }

    @Test func missingAndSurplusValuesDoNotMakeAnotherShape() {
        let registry = PrometheusRegistry()
        let family = registry.counter(MetricDefinition("a_total", .counter, labels: ["x", "y"], help: "A."))
        family.with("1").increment()
        family.with("1", "").increment()
        family.with("1", "", "3").increment()
        #expect(registry.lines("a_total") == ["a_total{x=\"1\"} 3"])
    }
}
