package import CoreMetrics
internal import Synchronization

/// How many values were how large.
package final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    private final class Bucket: Sendable {
        let count = Atomic<UInt64>(0)
    }

    private let bounds: [Double]
    /// One for each bound and one for what is above all.
    private let counts: [Bucket]
    private let sum = AtomicDouble()

    package init(buckets: [Double]) {
        bounds = buckets
        counts = (0...buckets.count).map { _ in Bucket() }
    }

    package var reading: MetricReading {
        var total: UInt64 = 0
        let cumulative = counts.map { bucket in
            total &+= bucket.count.load(ordering: .relaxed)
            return total
        }
        return .histogram(cumulative: cumulative, sum: sum.value)
    }

    /// Takes a value in; what is not a number belongs nowhere and is left out.
    package func record(_ value: Double) {
        guard value.isFinite else { return }
        counts[index(of: value)].count.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    package func record(_ value: Int64) { record(Double(value)) }

    /// Takes a duration in, as seconds; a clock that went backwards counts as none.
    package func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        record(max(0, Double(seconds) + Double(attoseconds) * 1e-18))
    }

    package func recordNanoseconds(_ duration: Int64) { record(max(0, Double(duration) / 1e9)) }

    /// The unit of a timer is seconds whatever a library prefers, as Prometheus wants it.
    package func preferDisplayUnit(_ unit: TimeUnit) {}

    /// The first bucket whose bound is not below the value: bounds are inclusive.
    private func index(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
