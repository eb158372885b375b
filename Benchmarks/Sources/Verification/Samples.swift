/// Durations of one operation, in microseconds.
struct Samples {
    private var sorted: [Double] = []

    init(_ durations: [Duration]) { sorted = durations.map { $0 / .microseconds(1) }.sorted() }

    /// The value that this share of the samples does not exceed.
    func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    var median: Double { percentile(0.5) }
}
