package import Core
package import Policy
internal import Synchronization

/// Keeps decisions: appends them to the log, counts repeats instead of repeating them, and tells the index of admissions.
///
/// What it gives a place for survives the end of the process. It is asked before the API server is answered, so that
/// there is no allow that nobody can prove afterwards.
package final class DecisionKeeper: Sendable {
    /// What became of a decision.
    package enum Kept: Sendable, Hashable {
        /// It is an entry of its own.
        case logged(LogPlace)
        /// It is one more of the denials that this entry stands for.
        case counted(LogPlace)
        /// The namespace has used up its entries for the hour; it is counted.
        case overQuota
        /// A dry run leaves nothing behind.
        case dryRun
    }

    /// What is told about the log while it is written.
    package struct Observer: Sendable {
        package var coalesced: @Sendable () -> Void = {}
        package var overQuota: @Sendable () -> Void = {}

        package init() {}
    }

    private struct State {
        var repeats = RepeatBook()
        var quota: DenialQuota
        /// Counts that could not be written yet.
        var unwritten: [LogRecord] = []
    }

    package let admissions: AdmissionIndex
    private let log: any EntryLog
    private let large: any LargeDecisions
    private let observer: Observer
    private let state: Mutex<State>

    /// How many denials of a namespace are logged one by one in an hour.
    package static let defaultQuota = 1_000
    private static let maximumUnwritten = Cap("counts that wait for the log", 50_000)

    /// - Parameters:
    ///   - log: where entries go.
    ///   - large: where decisions go that are too large for an entry.
    ///   - admissions: what is told of every admission.
    ///   - quota: how many denials of a namespace are logged one by one in an hour.
    package init(
        log: any EntryLog, large: any LargeDecisions, admissions: AdmissionIndex,
        quota: Int = DecisionKeeper.defaultQuota, observer: Observer = Observer()
    ) {
        self.log = log
        self.large = large
        self.admissions = admissions
        self.observer = observer
        state = Mutex(State(quota: DenialQuota(perNamespace: quota)))
    }

    /// The log's origin.
    package var origin: String { log.origin }

    /// Keeps a decision.
    ///
    /// - Parameters:
    ///   - document: the decision as it was written.
    ///   - facts: what it rests on.
    ///   - caller: whether who asked proved to be the API server.
    /// - Throws: when it was not, or may not have been, kept; it must not be acted upon then.
    package func keep(
        _ document: CanonicalDecision, _ facts: AdmissionFacts, caller: LogEntry.Caller
    ) async throws -> Kept {
        let decision = document.decision
        guard !decision.isDryRun else { return .dryRun }
        let key = Self.isRepeatable(decision, facts) ? RepeatBook.Key(decision, caller) : nil
        if let key {
            let known = state.withLock { state -> Kept? in
                if let index = state.repeats.count(key, at: decision.at) {
                    return .counted(LogPlace(origin: log.origin, index: index))
                }
                return state.quota.take(decision.namespace, at: decision.at) ? nil : .overQuota
            }
            switch known {
            case .counted?: observer.coalesced()
            case .overQuota?: observer.overQuota()
            default: break
            }
            if let known { return known }
        } else if decision.outcome != .allow {
            // It is let through, so something runs, and each of them counts: only a flood is held back.
            guard state.withLock({ $0.quota.take(decision.namespace, at: decision.at, isLetThrough: true) }) else {
                observer.overQuota()
                return .overQuota
            }
        }
        let entry = LogEntry(document, facts: facts, caller: caller)
        if entry.decision == nil { try await large.keep(document.bytes, digest: document.digest) }
        if entry.facts == nil, let digest = entry.factsDigest {
            try await large.keep(facts.recorded.canonical, digest: digest)
        }
        let index = try await log.append(entry.bytes)
        if let key {
            let counted = state.withLock {
                $0.repeats.remember(
                    key, index: index, decision: document.digest, namespace: decision.namespace, at: decision.at)
            }
            // The decision is kept; that its forerunner's count is not, must not undo it.
            if let counted { try? await write([counted.record]) }
        }
        let admission = Admission(
            decision, digest: document.digest, isAuthenticated: caller == .authenticated)
        if let admission { admissions.note(admission) }
        return .logged(LogPlace(origin: log.origin, index: index))
    }

    /// Whether a decision may be counted instead of logged again: what admits nothing. Who opened a shell is of interest
    /// each time.
    private static func isRepeatable(_ decision: Decision, _ facts: AdmissionFacts) -> Bool {
        switch facts.change {
        case .harmless: true
        case .interactive: decision.enforcedResult == .deny
        case .template, .unchangedTemplate, .unknownKind: decision.enforcedResult == .deny
        }
    }

    /// Appends that a tag was resolved, within the namespace's quota.
    ///
    /// - Returns: whether it was appended; without it the tag must not be pinned.
    /// - Throws: when it was not, or may not have been, kept.
    package func append(_ resolution: ResolutionRecord) async throws -> Bool {
        guard state.withLock({ $0.quota.take(resolution.namespace, at: resolution.at) }) else {
            observer.overQuota()
            return false
        }
        try await append(.resolution(resolution))
        return true
    }

    /// Appends another kind of record, such as a bundle that was accepted.
    ///
    /// - Throws: when it was not, or may not have been, kept.
    @discardableResult
    package func append(_ record: LogRecord) async throws -> LogPlace {
        LogPlace(origin: log.origin, index: try await log.append(record.bytes))
    }

    /// Appends the counts of repeats whose time is over; called every now and then.
    ///
    /// - Parameters:
    ///   - now: the present.
    ///   - all: whether to append all counts, because the process ends.
    /// - Throws: when one of them could not be kept; it is tried again the next time, and the others all the same.
    package func settle(at now: Instant, all: Bool = false) async throws {
        let records = state.withLock { state in
            defer { state.unwritten = [] }
            let quotas = state.quota.expire(at: now, all: all).map { namespace, count, from in
                LogRecord.suppressed(
                    SuppressedRecord(namespace: namespace, count: count, from: from, to: max(now, from)))
            }
            return state.unwritten + state.repeats.expire(at: now, all: all).map(\.record) + quotas
        }
        try await write(records)
    }

    /// Appends counts; those that could not be kept wait for the next time.
    private func write(_ records: [LogRecord]) async throws {
        var failure: (any Error)?
        for record in records {
            do {
                try await append(record)
            } catch {
                failure = error
                state.withLock { state in
                    if state.unwritten.count < Self.maximumUnwritten.limit { state.unwritten.append(record) }
                }
            }
        }
        if let failure { throw failure }
    }
}

/// Where decisions are kept that are too large for an entry of the log.
package protocol LargeDecisions: Sendable {
    /// Keeps a document under its digest, durably.
    func keep(_ document: [UInt8], digest: Digest) async throws

    /// Gives a document that was kept; `nil` when there is none.
    func document(_ digest: Digest) async throws -> [UInt8]?
}
