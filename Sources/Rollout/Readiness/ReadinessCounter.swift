package import Core
package import DecisionLog
package import Policy

/// Counts what the log says about the namespaces of a cluster, under one bundle.
///
/// Entries may come in any order and from several logs. Only what was decided by the bundle in question counts: what
/// another one allowed says nothing about it.
package struct ReadinessCounter: Sendable {
    package let terms: ReadinessTerms
    package let rollback: RollbackTerms
    package let cluster: String
    package let bundle: Digest
    package let now: Instant
    private(set) var namespaces: [String: NamespaceTally] = [:]
    private(set) var approvals: [String: [ApprovalRecord]] = [:]
    /// The hours of the window in which something was allowed, counted back from now.
    private var hours: Set<Int64> = []
    /// Denials by other bundles, whose repeats say nothing either.
    private var foreign: Set<Digest> = []
    private(set) var isFull = false

    static let maximumNamespaces = Cap("namespaces", 20_000)
    private static let maximumForeign = Cap("denials by other bundles", 200_000)
    private static let maximumApprovals = Cap("approvals of a namespace", 64)

    package init(
        terms: ReadinessTerms = ReadinessTerms(), rollback: RollbackTerms = RollbackTerms(), cluster: String,
        bundle: Digest, now: Instant
    ) {
        self.terms = terms
        self.rollback = rollback
        self.cluster = cluster
        self.bundle = bundle
        self.now = now
    }

    /// Takes an entry of a log, with the decision beside it where it is too large for the log.
    ///
    /// - Throws: ``JSONError`` when a decision cannot be read, or what kept it throws.
    package mutating func add(
        _ record: LogRecord, at place: EntryPlace, beside large: (any LargeDecisions)?
    ) async throws {
        guard let large, case .decision(let entry) = record, entry.decision == nil,
            let bytes = try await large.document(entry.decisionDigest)
        else { return try add(record, at: place) }
        try add(entry, at: place, decision: try JSONValue(parsing: bytes))
    }

    /// Takes an entry of a log.
    ///
    /// - Throws: ``JSONError`` when the decision in it cannot be read.
    package mutating func add(_ record: LogRecord, at place: EntryPlace) throws(JSONError) {
        switch record {
        case .decision(let entry): try add(entry, at: place, decision: entry.decision)
        case .repeated(let record):
            guard !foreign.contains(record.decisionDigest) else { return }
            change(record.namespace) { $0.repeatDenial(until: record.to) }
        case .approval(let record): add(record)
        // Which bundle denied what was only counted is not known, so it keeps every one back.
        case .suppressed(let record): change(record.namespace) { $0.repeatDenial(until: record.to) }
        case .bundle, .waiver, .resolution: break
        }
    }

    /// Takes an approval that was verified.
    package mutating func add(_ approval: ApprovalRecord) {
        guard approval.cluster.isSame(as: cluster), approval.bundle == bundle,
            approvals[approval.namespace, default: []].count < Self.maximumApprovals.limit
        else { return }
        approvals[approval.namespace, default: []].append(approval)
    }

    private mutating func add(_ entry: LogEntry, at place: EntryPlace, decision: JSONValue?) throws(JSONError) {
        guard entry.cluster.isSame(as: cluster) else { return }
        let sighting: Sighting
        if let document = decision {
            let decision = try RecordedDecision(JSONCursor(document))
            guard decision.bundleDigest == bundle else {
                if decision.outcome == .deny, foreign.count < Self.maximumForeign.limit {
                    foreign.insert(entry.decisionDigest)
                }
                return
            }
            // What is always allowed was not judged, and a dry run deploys nothing.
            guard decision.note == nil, !decision.isDryRun else { return }
            sighting = Sighting(decision)
        } else {
            // By which bundle it was decided is not known here; a denial counts, an allow does not.
            guard entry.outcome != .allow else { return }
            sighting = Sighting(entry)
        }
        if sighting.outcome == .allow, sighting.at <= now, sighting.at >= now - terms.window {
            hours.insert(Self.hour(from: sighting.at, to: now))
        }
        let now = now
        let start = now - terms.window
        let recent = now - rollback.stretch
        change(entry.namespace) { tally in
            tally.add(sighting, at: place, windowStart: start, recentStart: recent, now: now)
        }
    }

    private mutating func change(_ namespace: String, _ change: (inout NamespaceTally) -> Void) {
        guard namespaces[namespace] != nil || namespaces.count < Self.maximumNamespaces.limit else {
            isFull = true
            return
        }
        change(&namespaces[namespace, default: NamespaceTally()])
    }

    private static func hour(from instant: Instant, to now: Instant) -> Int64 {
        (now.seconds - instant.seconds) / 3_600
    }

    /// The longest stretch of the window, in whole hours, in which no log holds an allowed request.
    var silentHours: Int64 {
        let all = terms.window.components.seconds / 3_600
        var longest: Int64 = 0
        var run: Int64 = 0
        for hour in 0..<all {
            run = hours.contains(hour) ? 0 : run + 1
            longest = max(longest, run)
        }
        return longest
    }
}
