internal import CoreMetrics
internal import Synchronization

/// What only grows.
package final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    // Whole amounts cost one addition; large and broken ones go to the other part, so that this one cannot overflow.
    private let whole = Atomic<UInt64>(0)
    private let rest = AtomicDouble()

    package init(buckets: [Double]) {}

    package var reading: MetricReading { .value(value) }
    package var value: Double { Double(whole.load(ordering: .relaxed)) + rest.value }

    package func increment() { whole.wrappingAdd(1, ordering: .relaxed) }

    /// Adds an amount; one below zero is not counted, since a counter never falls.
    package func increment(by amount: Int64) {
        if (0...Int64(UInt32.max)).contains(amount) {
            whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
        } else if amount > 0 {
            rest.add(Double(amount))
        }
    }

    /// Adds an amount; what is below zero, infinite or not a number is not counted.
    package func increment(by amount: Double) {
        if amount > 0, amount.isFinite { rest.add(amount) }
    }

    package func reset() {
        whole.store(0, ordering: .relaxed)
        rest.store(0)
    }
}
