import Metrics
import PrometheusMetrics
import Testing

@Suite struct TextTests {
    private static func sample() -> PrometheusRegistry {
        let registry = PrometheusRegistry()
        registry.counter(MetricDefinition("b_total", .counter, labels: ["path"], help: "Say \"b\"\\,\nthen."))
            .with("a\"b\\c\nd\re").increment()
        registry.histogram(
            MetricDefinition("a_seconds", .histogram, labels: ["phase"], help: "A.", buckets: [0.0001, 1])
        ).with("x").record(0.5)
        registry.register(gauge: "c", labels: [("state", "on")], help: "C.") { -.infinity }
        registry.register(gauge: "c", labels: [("state", "off")], help: "C.") { .nan }
        registry.register(gauge: "c", labels: [("state", "none")], help: "C.") { nil }
        registry.register(gauge: "c", labels: [("state", "off")], help: "C.") { 7 }
        return registry
    }

    @Test func theTextFormatIsThis() {
        #expect(
            Self.sample().render(.text) == """
                # HELP a_seconds A.
                # TYPE a_seconds histogram
                a_seconds_bucket{phase="x",le="0.0001"} 0
                a_seconds_bucket{phase="x",le="1"} 1
                a_seconds_bucket{phase="x",le="+Inf"} 1
                a_seconds_sum{phase="x"} 0.5
                a_seconds_count{phase="x"} 1
                # HELP b_total Say "b"\\\\,\\nthen.
                # TYPE b_total counter
                b_total{path="a\\"b\\\\c\\nd e"} 1
                # HELP c C.
                # TYPE c gauge
                c{state="off"} NaN
                c{state="on"} -Inf

                """)
    }

    @Test func openMetricsIsThis() {
        #expect(
            Self.sample().render(.openMetrics) == """
                # HELP a_seconds A.
                # TYPE a_seconds histogram
                a_seconds_bucket{phase="x",le="0.0001"} 0
                a_seconds_bucket{phase="x",le="1.0"} 1
                a_seconds_bucket{phase="x",le="+Inf"} 1
                a_seconds_sum{phase="x"} 0.5
                a_seconds_count{phase="x"} 1
                # HELP b Say \\"b\\"\\\\,\\nthen.
                # TYPE b counter
                b_total{path="a\\"b\\\\c\\nd e"} 1
                # HELP c C.
                # TYPE c gauge
                c{state="off"} NaN
                c{state="on"} -Inf
                # EOF

                """)
    }

    @Test func theSameValuesAreTheSameText() {
        let registry = filledRegistry()
        func stable() -> [Substring] {
            registry.render().split(separator: "\n").filter { !$0.hasPrefix("process_") }
        }
        #expect(stable() == stable())
        #expect(stable().count > 60)
    }

    @Test(
        arguments: [
            (nil, .text), ("", .text), ("*/*", .text), ("text/plain", .text), ("text/html", .text),
            ("application/openmetrics-text; version=1.0.0", .openMetrics),
            ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics),
            ("application/openmetrics-text;q=0.2,text/plain;q=0.5", .text),
            ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=x", .text),
            ("application/openmetrics-text;version=2.0.0", .text), ("APPLICATION/OpenMetrics-Text", .openMetrics),
        ] as [(String?, MetricsFormat)])
    func theAcceptHeaderChooses(accept: String?, format: MetricsFormat) {
        #expect(MetricsFormat(accept: accept) == format)
    }

    @Test(arguments: [
        ("hb.requests", "hb_requests_total"), ("httpRequests", "http_requests_total"), ("9lives", "_9lives_total"),
        ("a:b-c d", "a_b_c_d_total"), ("x_total", "x_total"), ("x_count", "x_total"), ("é", "___total"),
        ("", "__total"),
    ])
    func namesBecomePrometheusNames(label: String, name: String) {
        let registry = PrometheusRegistry()
        Counter(label: label, factory: registry).increment()
        #expect(registry.lines(name) == ["\(name) 1"])
    }
}
