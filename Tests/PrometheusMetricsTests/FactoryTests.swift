import Metrics
import PrometheusMetrics
import Testing

/// What libraries record through swift-metrics.
@Suite struct FactoryTests {
    @Test func eachKindOfHandleIsExposed() {
        let registry = PrometheusRegistry(buckets: ["sizes": [10, 100]])
        Counter(label: "hb.requests", dimensions: [("http.method", "GET")], factory: registry).increment()
        FloatingPointCounter(label: "work.done", factory: registry).increment(by: 1.5)
        Gauge(label: "poolSize", factory: registry).record(3)
        Meter(label: "connections", factory: registry).increment(by: 2)
        Recorder(label: "sizes", factory: registry).record(64)
        Timer(label: "hb.request.duration", factory: registry).recordMilliseconds(250)
        #expect(registry.lines("hb_requests_total") == ["hb_requests_total{http_method=\"GET\"} 1"])
        #expect(registry.lines("work_done_total") == ["work_done_total 1.5"])
        #expect(registry.lines("pool_size") == ["pool_size 3"])
        #expect(registry.lines("connections") == ["connections 2"])
        #expect(
            registry.lines("sizes_bucket") == [
                "sizes_bucket{le=\"10\"} 0", "sizes_bucket{le=\"100\"} 1", "sizes_bucket{le=\"+Inf\"} 1",
            ])
        #expect(registry.lines("hb_request_duration_seconds_sum") == ["hb_request_duration_seconds_sum 0.25"])
    }

    @Test func handlesOfTheSameLabelsShareASeries() {
        let registry = PrometheusRegistry()
        for _ in 0..<3 {
            let counter = Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: registry)
            counter.increment()
            counter.destroy()
        }
        Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
        #expect(registry.lines("a_total") == ["a_total{x=\"1\",y=\"2\"} 4"])
    }

    @Test func aDefinitionMadeBeforehandCounts() {
        let registry = PrometheusRegistry()
        _ = registry.histogram(
            MetricDefinition("lookup_seconds", .histogram, labels: ["result"], help: "Look-ups.", buckets: [1]))
        Timer(label: "lookup", dimensions: [("result", "hit"), ("other", "x")], factory: registry).recordSeconds(2)
        #expect(
            registry.lines("lookup_seconds_bucket") == [
                "lookup_seconds_bucket{result=\"hit\",le=\"1\"} 0",
                "lookup_seconds_bucket{result=\"hit\",le=\"+Inf\"} 1",
            ])
    }

    @Test func oneNameIsOneKind() {
        let registry = PrometheusRegistry()
        Meter(label: "load", factory: registry).set(1)
        Recorder(label: "load", factory: registry).record(2)
        #expect(registry.lines("load") == ["load 1"])
        #expect(registry.lines("load_count").isEmpty)
        #expect(
            registry.lines("mc_metrics_refused_total") == [
                "mc_metrics_refused_total{metric=\"load\",reason=\"type\"} 1"
            ])
    }

    @Test func aFactoryIsNotGlobal() {
        let one = PrometheusRegistry()
        let other = PrometheusRegistry()
        Counter(label: "a", factory: one).increment()
        #expect(one.lines("a_total") == ["a_total 1"])
        #expect(other.lines("a_total").isEmpty)
    }
}
