internal import Synchronization

/// A metric with all its series, one for each set of label values up to a cap.
package final class MetricFamily<Series: MetricSeries>: Sendable {
    package let definition: MetricDefinition
    private let maximumSeries: Int
    /// Called with what did not get a series of its own.
    private let refused: (@Sendable () -> Void)?
    private let series = Mutex<[[String]: Series]>([:])
    private let overflow = Mutex<Series?>(nil)

    init(_ definition: MetricDefinition, maximumSeries: Int, refused: (@Sendable () -> Void)? = nil) {
        self.definition = definition
        self.maximumSeries = max(maximumSeries, 1)
        self.refused = refused
    }

    /// The series of these label values; the same values give the same one.
    ///
    /// Keep it where the values are known beforehand. Beyond the cap everything goes to one series whose labels all
    /// read ``MetricLabel/overflow``, so that whoever can choose a label's value cannot fill the memory.
    ///
    /// - Parameter values: in the order of the definition's labels; missing ones are empty, more are left out.
    package func with(_ values: [String]) -> Series {
        if let found = series.withLock({ $0[values] }) { return found }
        let key = self.key(values)
        let made = series.withLock { series -> Series? in
            if let found = series[key] { return found }
            guard series.count < maximumSeries else { return nil }
            let new = Series(buckets: definition.buckets)
            series[key] = new
            return new
        }
        if let made { return made }
        refused?()
        return overflow.withLock { overflow in
            if let overflow { return overflow }
            let new = Series(buckets: definition.buckets)
            overflow = new
            return new
        }
    }

    /// The series of these label values, see ``with(_:)-([String])``.
    package func with(_ values: String...) -> Series { with(values) }

    /// The series of dimensions as swift-metrics has them; what the definition has no label for is left out.
    func with(dimensions: [(String, String)]) -> Series {
        // Whoever names all labels in their order, as nearly everybody does, needs no search.
        if dimensions.count == definition.labels.count,
            zip(dimensions, definition.labels).allSatisfy({ $0.0 == $1 })
        {
            return with(dimensions.map(\.1))
        }
        return with(
            definition.labels.map { label in dimensions.first { MetricName.label($0.0) == label }?.1 ?? "" })
    }

    /// Label values as they are kept: as many as there are labels, none longer than a scrape should carry.
    private func key(_ values: [String]) -> [String] {
        var key = values.prefix(definition.labels.count).map(MetricLabel.bounded)
        while key.count < definition.labels.count { key.append("") }
        return key
    }

    var snapshot: MetricSnapshot {
        var rows = series.withLock { series in
            series.map { MetricSnapshot.Row(values: $0.key, reading: $0.value.reading) }
        }
        if let overflow = overflow.withLock({ $0 }) {
            let values = definition.labels.map { _ in MetricLabel.overflow }
            rows.append(MetricSnapshot.Row(values: values, reading: overflow.reading))
        }
        return MetricSnapshot(definition: definition, rows: rows)
    }
}

/// Values of labels.
package enum MetricLabel {
    /// What all labels read of the series that takes in whatever the cap left out.
    package static let overflow = "_overflow"

    /// The longest value in bytes; a longer one is cut.
    static let maximumBytes = 256

    static func bounded(_ value: String) -> String {
        guard value.utf8.count > maximumBytes else { return value }
        return String(decoding: value.utf8.prefix(maximumBytes - 3), as: UTF8.self) + "…"
    }
}

/// A metric's values at one moment.
struct MetricSnapshot: Sendable {
    struct Row: Sendable {
        let values: [String]
        let reading: MetricReading
    }

    let definition: MetricDefinition
    let rows: [Row]
}
