/// What a metric is: its name, kind, labels and meaning, before it has any value.
package struct MetricDefinition: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case counter, gauge, histogram
    }

    /// The name as it is exposed; counters end in `_total`, what has a unit ends in it.
    package let name: String
    package let kind: Kind
    /// The names of labels in the order in which values are given.
    package let labels: [String]
    /// One sentence for people.
    package let help: String
    /// The upper bounds of a histogram's buckets, rising and finite; empty for other kinds.
    package let buckets: [Double]

    /// - Parameters:
    ///   - name: what is not of Prometheus' grammar is written as underscores, see ``MetricName``.
    ///   - labels: of several that become the same name the first counts.
    ///   - buckets: upper bounds of a histogram; sorted, without doubles, `+Inf` is always there.
    package init(
        _ name: String, _ kind: Kind, labels: [String] = [], help: String, buckets: [Double] = Self.latencyBuckets
    ) {
        self.name = MetricName.metric(name)
        self.kind = kind
        var seen: [String] = []
        for label in labels.map(MetricName.label) where !seen.contains(label) { seen.append(label) }
        self.labels = seen
        self.help = help
        let bounds = kind == .histogram ? Set(buckets.filter(\.isFinite)).sorted() : []
        self.buckets = Array(bounds.prefix(Self.maximumBuckets))
    }

    /// More buckets cost every scrape and tell nobody more.
    package static let maximumBuckets = 64

    /// From 0.1 ms to 10 s: a warm decision takes well below 1 ms, a webhook's call ends at 10 s.
    package static let latencyBuckets: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
}
