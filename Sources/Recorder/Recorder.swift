internal import Core
internal import KubernetesClient
package import Outgoing
internal import Policy

/// Passes the log's decisions on to its outputs, in order and at least once, as long as this replica leads.
///
/// Only after every output has taken a batch is the position kept; what fails is tried again from there, more and more
/// slowly. An entry that cannot be read at all is counted and left behind, since the log itself still has it.
package struct Recorder: Sendable {
    package struct Options: Sendable, Hashable {
        /// How many entries are read at once.
        package var batch = 200
        /// How long to wait for more when there are none.
        package var idle: Duration = .seconds(1)
        package var backoff = Backoff(base: .milliseconds(500), longest: .seconds(60))

        package init() {}
    }

    private let log: any LogTail
    private let cursors: any CursorStore
    private let outputs: [any RecorderOutput]
    private let leadership: Leadership?
    private let options: Options
    private let metrics: RecorderMetrics
    private let pacing: Pacing

    /// - Parameters:
    ///   - leadership: who of several replicas acts; everyone does when `nil`.
    package init(
        log: any LogTail, cursors: any CursorStore, outputs: [any RecorderOutput], leadership: Leadership? = nil,
        options: Options = Options(), metrics: RecorderMetrics = RecorderMetrics(), pacing: Pacing = .real()
    ) {
        self.log = log
        self.cursors = cursors
        self.outputs = outputs
        self.leadership = leadership
        self.options = options
        self.metrics = metrics
        self.pacing = pacing
    }

    /// Runs until the task is cancelled, and gives leadership up then.
    package func run() async {
        if let leadership {
            await leadership.keep(metrics: metrics, pacing: pacing) { await passOn() }
        } else {
            metrics.leading(true)
            await passOn()
            metrics.leading(false)
        }
    }

    /// Passes on until the task is cancelled, whenever this replica leads; somebody else keeps leadership.
    package func passOn() async {
        var failures = 0
        // The position may have been moved by another leader meanwhile.
        var next: UInt64?
        while !Task.isCancelled {
            guard leadership?.isLeading ?? true else {
                next = nil
                await pacing.sleep(options.idle)
                continue
            }
            do throws(RecorderError) {
                var start = next ?? 0
                if next == nil { start = try await cursors.load(log.origin) }
                let end = try await batch(from: start)
                next = end
                failures = 0
                metrics.position(end)
                if end == start { await pacing.sleep(options.idle) }
            } catch {
                if Task.isCancelled { return }
                next = nil
                failures += 1
                metrics.failed(error.place)
                await pacing.sleep(options.backoff.pause(after: failures, jitter: pacing.jitter()))
            }
        }
    }

    /// Passes on what there is from an index on, at most one batch.
    ///
    /// - Returns: the index of the next entry.
    /// - Throws: ``RecorderError`` when it has to be tried again; the position is kept where it was.
    package func batch(from start: UInt64) async throws(RecorderError) -> UInt64 {
        let entries = try await entries(from: start, limit: options.batch)
        var next = start
        for entry in entries {
            guard entry.index == next else {
                throw RecorderError(.log, "expected entry \(next), got \(entry.index)", at: log.origin)
            }
            if let decision = try await decision(entry) {
                for output in outputs {
                    // Leadership may have ended while an earlier one was written.
                    guard leadership?.isLeading ?? true else {
                        throw RecorderError(.leadership, "another one leads", at: "lease")
                    }
                    try await output.write(decision)
                }
                metrics.passed(1)
            }
            next = entry.index + 1
        }
        guard next > start else { return start }
        guard leadership?.isLeading ?? true else {
            throw RecorderError(.leadership, "another one leads", at: "lease")
        }
        try await cursors.save(next, log.origin)
        return next
    }

    private func decision(_ entry: (index: UInt64, bytes: [UInt8])) async throws(RecorderError) -> LoggedDecision? {
        do throws(RecorderError) {
            switch try LoggedDecision.record(entry.bytes, origin: log.origin) {
            case .decision(let logged): return try await decision(logged, index: entry.index)
            case .repeated(let record):
                guard record.first < entry.index, let first = try await entries(from: record.first, limit: 1).first,
                    let logged = try LoggedDecision.entry(first.bytes, origin: log.origin),
                    logged.decisionDigest == record.decisionDigest
                else {
                    throw RecorderError(.malformed, "repeats an entry that is another one", at: log.origin)
                }
                return try await decision(logged, index: record.first)?.repeated(record, index: entry.index)
            default: return nil
            }
        } catch {
            guard error.code == .malformed else { throw error }
            metrics.dropped("entry: malformed")
            return nil
        }
    }

    private func decision(_ logged: LogEntry, index: UInt64) async throws(RecorderError) -> LoggedDecision? {
        var document: [UInt8]?
        if logged.decision == nil {
            do {
                document = try await log.decision(logged.decisionDigest)
            } catch {
                throw RecorderError(.log, "\(error)", at: log.origin)
            }
            if document == nil {
                metrics.dropped("entry: decision not kept")
                return nil
            }
        }
        return try LoggedDecision(logged, index: index, origin: log.origin, document: document)
    }

    private func entries(
        from index: UInt64, limit: Int
    ) async throws(RecorderError) -> [(index: UInt64, bytes: [UInt8])] {
        do {
            return try await log.entries(from: index, limit: limit)
        } catch {
            throw RecorderError(.log, "\(error)", at: log.origin)
        }
    }
}
