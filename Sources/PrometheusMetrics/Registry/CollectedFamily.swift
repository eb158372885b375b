internal import Synchronization

/// A value that is read at a scrape.
package struct MetricSample: Sendable, Hashable {
    /// In the order of the definition's labels.
    package let labels: [String]
    package let value: Double

    package init(_ labels: [String] = [], _ value: Double) {
        self.labels = labels
        self.value = value
    }
}

/// A metric whose values are read at each scrape.
final class CollectedFamily: Sendable {
    let definition: MetricDefinition
    private let maximumSeries: Int
    private let refused: @Sendable () -> Void
    private let readers = Mutex<[@Sendable () -> [MetricSample]]>([])

    init(_ definition: MetricDefinition, maximumSeries: Int, refused: @escaping @Sendable () -> Void) {
        self.definition = definition
        self.maximumSeries = maximumSeries
        self.refused = refused
    }

    func add(_ reader: @escaping @Sendable () -> [MetricSample]) {
        let added = readers.withLock { readers in
            guard readers.count < maximumSeries else { return false }
            readers.append(reader)
            return true
        }
        if !added { refused() }
    }

    /// Of several values with the same labels the first counts: a scrape with doubles is refused as a whole.
    var snapshot: MetricSnapshot {
        var rows: [MetricSnapshot.Row] = []
        var seen: Set<[String]> = []
        for sample in readers.withLock({ $0 }).flatMap({ $0() }) {
            var values = sample.labels.prefix(definition.labels.count).map(MetricLabel.bounded)
            while values.count < definition.labels.count { values.append("") }
            guard seen.count < maximumSeries else {
                refused()
                break
            }
            guard seen.insert(values).inserted else { continue }
            rows.append(MetricSnapshot.Row(values: values, reading: .value(sample.value)))
        }
        return MetricSnapshot(definition: definition, rows: rows)
    }
}
