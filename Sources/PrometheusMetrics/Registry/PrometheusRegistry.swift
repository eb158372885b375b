internal import Synchronization

/// All metrics of one process: made by definitions or by swift-metrics, written out at a scrape.
///
/// It is passed around as a `MetricsFactory`; nothing is global, so that two servers in one test do not share counts.
/// Recording takes no lock, looking a series up takes its metric's lock for the length of a dictionary's lookup.
package final class PrometheusRegistry: Sendable {
    /// What a registry holds at most.
    package struct Limits: Sendable, Hashable {
        package var metrics = 500
        /// Sets of label values per metric.
        package var series = 1000

        package init(metrics: Int = 500, series: Int = 1000) {
            self.metrics = metrics
            self.series = series
        }
    }

    enum Entry: Sendable {
        case counter(MetricFamily<CounterSeries>)
        case gauge(MetricFamily<GaugeSeries>)
        case histogram(MetricFamily<HistogramSeries>)
        case collected(CollectedFamily)

        var snapshot: MetricSnapshot {
            switch self {
            case .counter(let family): family.snapshot
            case .gauge(let family): family.snapshot
            case .histogram(let family): family.snapshot
            case .collected(let family): family.snapshot
            }
        }
    }

    struct State {
        var entries: [String: Entry] = [:]
        /// What swift-metrics' labels were resolved to, so that a name is made only once.
        var factory: [FactoryKey: Entry] = [:]
    }

    struct FactoryKey: Hashable {
        let label: String
        let kind: MetricDefinition.Kind
        let isTimer: Bool
    }

    let limits: Limits
    let state = Mutex(State())
    /// Buckets of what libraries record without a definition, by the names they use.
    let buckets: [String: [Double]]
    private let refusals: MetricFamily<CounterSeries>

    static let refusalsDefinition = MetricDefinition(
        "mc_metrics_refused_total", .counter, labels: ["metric", "reason"],
        help: "Look-ups that got no series of their own: too many label values, too many metrics, or another type.")

    /// - Parameter buckets: of histograms that libraries make without a definition, by the label they use, in the
    ///   metric's own unit (seconds for timers).
    package init(limits: Limits = Limits(), buckets: [String: [Double]] = [:]) {
        self.limits = limits
        self.buckets = buckets
        let refusals = MetricFamily<CounterSeries>(Self.refusalsDefinition, maximumSeries: limits.series)
        self.refusals = refusals
        state.withLock { $0.entries[refusals.definition.name] = .counter(refusals) }
    }

    /// The counter of that definition; the first definition of a name stays.
    package func counter(_ definition: MetricDefinition) -> MetricFamily<CounterSeries> {
        let made = { MetricFamily<CounterSeries>(definition, maximumSeries: $0, refused: $1) }
        let entry = entry(definition) { .counter(made($0, $1)) }
        if case .counter(let family) = entry { return family }
        return made(1, nil)
    }

    /// The gauge of that definition; the first definition of a name stays.
    package func gauge(_ definition: MetricDefinition) -> MetricFamily<GaugeSeries> {
        let made = { MetricFamily<GaugeSeries>(definition, maximumSeries: $0, refused: $1) }
        let entry = entry(definition) { .gauge(made($0, $1)) }
        if case .gauge(let family) = entry { return family }
        return made(1, nil)
    }

    /// The histogram of that definition; the first definition of a name stays.
    package func histogram(_ definition: MetricDefinition) -> MetricFamily<HistogramSeries> {
        let made = { MetricFamily<HistogramSeries>(definition, maximumSeries: $0, refused: $1) }
        let entry = entry(definition) { .histogram(made($0, $1)) }
        if case .histogram(let family) = entry { return family }
        return made(1, nil)
    }

    /// Has values read at each scrape.
    ///
    /// - Parameters:
    ///   - definition: a counter or a gauge.
    ///   - read: the values with their labels; it may be called by several threads at once and must not wait.
    package func collect(_ definition: MetricDefinition, _ read: @escaping @Sendable () -> [MetricSample]) {
        let series = limits.series
        let entry = entry(definition) { .collected(CollectedFamily(definition, maximumSeries: series, refused: $1)) }
        if case .collected(let family) = entry { family.add(read) }
    }

    /// Has one gauge read at each scrape.
    ///
    /// - Parameters:
    ///   - labels: with their values; several registrations of one name with other values make one metric.
    ///   - read: the value; `nil` leaves the series out of this scrape.
    package func register(
        gauge name: String, labels: [(String, String)] = [], help: String, read: @escaping @Sendable () -> Double?
    ) {
        let values = labels.map(\.1)
        collect(MetricDefinition(name, .gauge, labels: labels.map(\.0), help: help)) {
            read().map { [MetricSample(values, $0)] } ?? []
        }
    }

    /// All metrics as text, sorted by name and label values.
    package func render(_ format: MetricsFormat = .text) -> String {
        let entries = state.withLock { Array($0.entries.values) }
        // Read outside of the lock: collectors may take their time, or make metrics themselves.
        let snapshots = entries.map(\.snapshot).sorted { $0.definition.name < $1.definition.name }
        var writer = MetricsWriter(format: format)
        for snapshot in snapshots { writer.write(snapshot) }
        return writer.finish()
    }

    func refuse(_ metric: String, _ reason: RefusalReason) { refusals.with(metric, reason.rawValue).increment() }

    enum RefusalReason: String {
        case series, metrics, type
    }

    /// The entry of a name, made when there is none and there may be more.
    func entry(
        _ definition: MetricDefinition, _ make: (Int, @escaping @Sendable () -> Void) -> Entry
    ) -> Entry? {
        let name = definition.name
        let refusals = refusals
        let refused: @Sendable () -> Void = { refusals.with(name, RefusalReason.series.rawValue).increment() }
        let found = state.withLock { state -> Entry? in
            if let entry = state.entries[name] { return entry }
            guard state.entries.count < limits.metrics else { return nil }
            let new = make(limits.series, refused)
            state.entries[name] = new
            return new
        }
        guard let found else {
            refuse(MetricLabel.overflow, .metrics)
            return nil
        }
        let expected = make(1, {})
        if !found.isSame(kindAs: expected) { refuse(name, .type) }
        return found
    }
}

extension PrometheusRegistry.Entry {
    func isSame(kindAs other: Self) -> Bool {
        switch (self, other) {
        case (.counter, .counter), (.gauge, .gauge), (.histogram, .histogram): true
        // A counter that is read at a scrape is no gauge.
        case (.collected(let left), .collected(let right)): left.definition.kind == right.definition.kind
        default: false
        }
    }
}
