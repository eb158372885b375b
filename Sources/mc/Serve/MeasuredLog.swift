import DecisionLog
import PrometheusMetrics
import TransparencyLog

/// The log, with the time that appends take.
struct MeasuredLog: EntryLog {
    private let writer: LogWriter
    private let time: HistogramSeries

    init(_ writer: LogWriter, append: HistogramSeries) {
        self.writer = writer
        time = append
    }

    var origin: String { writer.origin }

    func append(_ entry: [UInt8]) async throws -> UInt64 {
        let start = ContinuousClock.now
        defer { time.record(ContinuousClock.now - start) }
        return try await writer.append(entry)
    }
}
