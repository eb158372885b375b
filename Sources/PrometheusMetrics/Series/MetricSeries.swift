/// One line of values: a metric with one set of label values.
package protocol MetricSeries: AnyObject, Sendable {
    init(buckets: [Double])

    /// The value at the moment.
    var reading: MetricReading { get }
}

/// What a series reads at a scrape.
package enum MetricReading: Sendable, Hashable {
    case value(Double)
    /// - Parameters:
    ///   - cumulative: how many were at or below each bucket's bound; the last is of `+Inf`, so it is the count.
    case histogram(cumulative: [UInt64], sum: Double)
}
