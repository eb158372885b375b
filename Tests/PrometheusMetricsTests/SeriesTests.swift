import Metrics
import PrometheusMetrics
import Testing

@Suite struct SeriesTests {
    @Test func nothingIsLostBetweenThreads() async {
        let registry = PrometheusRegistry()
        let counter = registry.counter(
            MetricDefinition("requests_total", .counter, labels: ["kind"], help: "Requests."))
        let gauge = registry.gauge(MetricDefinition("open", .gauge, help: "Open."))
        let histogram = registry.histogram(MetricDefinition("time_seconds", .histogram, help: "Time."))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<5_000 {
                        counter.with("k\(task % 2)").increment()
                        counter.with("broken").increment(by: 0.5)
                        gauge.with().increment(by: 1)
                        histogram.with().record(0.25)
                    }
                }
            }
        }
        #expect(counter.with("k0").value == 20_000)
        #expect(counter.with("k1").value == 20_000)
        #expect(counter.with("broken").value == 20_000)
        #expect(gauge.with().value == 40_000)
        #expect(registry.lines("time_seconds_count") == ["time_seconds_count 40000"])
        #expect(registry.lines("time_seconds_sum") == ["time_seconds_sum 10000"])
    }

    @Test(arguments: [(Int64(-1), 0.0), (0, 0), (7, 7), (.max, Double(Int64.max)), (.min, 0)])
    func countersNeverFall(amount: Int64, value: Double) {
        let counter = CounterSeries(buckets: [])
        counter.increment(by: amount)
        #expect(counter.value == value)
    }

    @Test(arguments: [(-0.5, 0.0), (.nan, 0), (.infinity, 0), (0.5, 0.5)])
    func brokenAmountsAreLeftOut(amount: Double, value: Double) {
        let counter = CounterSeries(buckets: [])
        counter.increment(by: amount)
        #expect(counter.value == value)
    }

    @Test func theLargestAmountTwiceDoesNotWrapAround() {
        let counter = CounterSeries(buckets: [])
        for _ in 0..<4 { counter.increment(by: Int64.max) }
        #expect(counter.value == 4 * Double(Int64.max))
        counter.reset()
        #expect(counter.value == 0)
    }

    /// Bounds are inclusive (`le` is "less or equal").
    @Test(
        arguments: [
            (0.0, [1, 1, 1]), (0.1, [1, 1, 1]), (0.100001, [0, 1, 1]), (1, [0, 1, 1]), (1.5, [0, 0, 1]),
            (-3, [1, 1, 1]),
            (.nan, [0, 0, 0]), (.infinity, [0, 0, 0]),
        ] as [(Double, [UInt64])])
    func bucketsHoldWhatIsAtOrBelowTheirBound(value: Double, counts: [UInt64]) {
        let histogram = HistogramSeries(buckets: [0.1, 1])
        histogram.record(value)
        guard case .histogram(let cumulative, _) = histogram.reading else {
            Issue.record("not a histogram")
            return
        }
        #expect(cumulative == counts)
    }

    @Test func durationsAreSeconds() {
        let histogram = HistogramSeries(buckets: [0.1, 1])
        histogram.recordNanoseconds(50_000_000)
        histogram.record(.milliseconds(250))
        histogram.record(.seconds(-3))
        #expect(histogram.reading == .histogram(cumulative: [2, 3, 3], sum: 0.05 + 0.25))
    }

    @Test func bucketsAreSortedFiniteAndOnce() {
        let definition = MetricDefinition("x", .histogram, help: "X.", buckets: [1, .infinity, 0.1, 1, .nan])
        #expect(definition.buckets == [0.1, 1])
        #expect(MetricDefinition("x", .counter, help: "X.", buckets: [1]).buckets.isEmpty)
    }
}
