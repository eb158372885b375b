internal import CoreMetrics

/// What rises and falls.
package final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let current = AtomicDouble()

    package init(buckets: [Double]) {}

    package var reading: MetricReading { .value(value) }
    package var value: Double { current.value }

    package func set(_ value: Int64) { current.store(Double(value)) }
    package func set(_ value: Double) { current.store(value) }
    package func increment(by amount: Double) { current.add(amount) }
    package func decrement(by amount: Double) { current.add(-amount) }

    /// A recorder that does not aggregate keeps the latest value.
    package func record(_ value: Int64) { set(value) }
    package func record(_ value: Double) { set(value) }
}
