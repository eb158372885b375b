package import CoreMetrics
internal import Synchronization

/// What libraries make through swift-metrics: `hb.requests` becomes `hb_requests_total`, timers become histograms in
/// seconds. A definition of the same name made beforehand gives help, labels and buckets.
extension PrometheusRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, isTimer: false) : gauge(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, isTimer: true)
    }

    // Handles of the same labels share a series, so that the end of one handle is not the end of the series.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        if case .counter(let family) = known(label, .counter, isTimer: false) {
            return family.with(dimensions: dimensions)
        }
        let family = counter(undeclared(label, .counter, dimensions, isTimer: false))
        remember(.counter(family), label, isTimer: false)
        return family.with(dimensions: dimensions)
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        if case .gauge(let family) = known(label, .gauge, isTimer: false) { return family.with(dimensions: dimensions) }
        let family = gauge(undeclared(label, .gauge, dimensions, isTimer: false))
        remember(.gauge(family), label, isTimer: false)
        return family.with(dimensions: dimensions)
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)], isTimer: Bool) -> HistogramSeries {
        if case .histogram(let family) = known(label, .histogram, isTimer: isTimer) {
            return family.with(dimensions: dimensions)
        }
        let family = histogram(undeclared(label, .histogram, dimensions, isTimer: isTimer))
        remember(.histogram(family), label, isTimer: isTimer)
        return family.with(dimensions: dimensions)
    }

    private func known(_ label: String, _ kind: MetricDefinition.Kind, isTimer: Bool) -> Entry? {
        state.withLock { $0.factory[FactoryKey(label: label, kind: kind, isTimer: isTimer)] }
    }

    /// Only what is exposed is remembered: a refused one must be counted each time, and must not fill the memory.
    private func remember(_ entry: Entry, _ label: String, isTimer: Bool) {
        let definition = entry.definition
        state.withLock { state in
            guard state.entries[definition.name]?.isSame(as: entry) == true,
                state.factory.count < limits.metrics
            else { return }
            state.factory[FactoryKey(label: label, kind: definition.kind, isTimer: isTimer)] = entry
        }
    }

    private func undeclared(
        _ label: String, _ kind: MetricDefinition.Kind, _ dimensions: [(String, String)], isTimer: Bool
    ) -> MetricDefinition {
        MetricDefinition(
            MetricName.undeclared(label, kind, isTimer: isTimer), kind, labels: dimensions.map(\.0),
            help: "\(label), as a library of the server counts it.",
            buckets: buckets[label] ?? MetricDefinition.latencyBuckets)
    }
}

extension PrometheusRegistry.Entry {
    var definition: MetricDefinition {
        switch self {
        case .counter(let family): family.definition
        case .gauge(let family): family.definition
        case .histogram(let family): family.definition
        case .collected(let family): family.definition
        }
    }

    func isSame(as other: Self) -> Bool {
        switch (self, other) {
        case (.counter(let left), .counter(let right)): left === right
        case (.gauge(let left), .gauge(let right)): left === right
        case (.histogram(let left), .histogram(let right)): left === right
        case (.collected(let left), .collected(let right)): left === right
        default: false
        }
    }
}
