package import Core
package import DecisionLog
package import Policy

/// Counts what the log says about the namespaces of a cluster, under one bundle.
///
/// Entries may come in any order and from several logs. Only what was decided by the bundle in question counts: what
/// another one allowed says nothing about it.
///
/// A webhook without client certificates answers any pod that reaches it, so that its entries may be made up. Where
/// somebody did prove to be the API server in the window, the entries of those who did not are left out.
package struct ReadinessCounter: Sendable {
    package let terms: ReadinessTerms
    package let rollback: RollbackTerms
    package let cluster: String
    package let bundle: Digest
    package let now: Instant
    /// The bundle itself, where it is at hand: which of its policies enforce, whatever a namespace's label says.
    let policies: PolicyBundle?
    private(set) var approvals: [String: [ApprovalRecord]] = [:]
    /// Without the entries of those who proved nothing.
    private var proven = ReadinessCounts()
    /// With them; `nil` before the first, and once they do not count.
    private var everyone: ReadinessCounts?
    /// How many entries there are of those who proved nothing.
    private(set) var unauthenticated = 0
    /// Whether somebody proved to be the API server within the window.
    private(set) var isProven = false
    /// Denials of those who proved nothing, whose repeats count no more than they do.
    private var unprovenDenials: Set<EntryPlace> = []
    /// Denials by other bundles, whose repeats say nothing either.
    private var foreign: Set<Digest> = []

    private static let maximumUnproven = Cap("denials of those who proved nothing", 200_000)
    private static let maximumForeign = Cap("denials by other bundles", 200_000)
    private static let maximumApprovals = Cap("approvals of a namespace", 64)

    package init(
        terms: ReadinessTerms = ReadinessTerms(), rollback: RollbackTerms = RollbackTerms(), cluster: String,
        bundle: Digest, policies: PolicyBundle? = nil, now: Instant
    ) {
        self.terms = terms
        self.rollback = rollback
        self.cluster = cluster
        self.bundle = bundle
        self.policies = policies
        self.now = now
    }

    /// What counts, once everything was taken.
    var counts: ReadinessCounts { everyone ?? proven }

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
            let first = EntryPlace(log: place.log, index: record.first)
            count(isProven: !unprovenDenials.contains(first)) {
                $0.change(record.namespace) { $0.repeatDenial(until: record.to) }
            }
        case .approval(let record): add(record)
        // Which bundle denied what was only counted, and who asked, is not known, so it keeps every one back.
        case .suppressed(let record):
            count(isProven: true) { $0.change(record.namespace) { $0.repeatDenial(until: record.to) } }
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
        let now = self.now
        let start = now - terms.window
        if entry.caller == .authenticated, entry.at <= now, entry.at >= start {
            isProven = true
            everyone = nil
        }
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
        let isUnproven = entry.caller == .unauthenticated
        if isUnproven {
            unauthenticated += 1
            if sighting.outcome != .allow, unprovenDenials.count < Self.maximumUnproven.limit {
                unprovenDenials.insert(place)
            }
        }
        let recent = now - rollback.stretch
        count(isProven: !isUnproven) { counts in
            if sighting.outcome == .allow, sighting.at <= now, sighting.at >= start {
                counts.noteAllowed(at: sighting.at, now: now)
            }
            counts.change(entry.namespace) { tally in
                tally.add(sighting, at: place, windowStart: start, recentStart: recent, now: now)
            }
        }
    }

    private mutating func count(isProven isOne: Bool, _ change: (inout ReadinessCounts) -> Void) {
        if isOne { change(&proven) }
        guard !isProven, !isOne || everyone != nil else { return }
        var all = everyone ?? proven
        // Held once only, so that it is changed in place.
        everyone = nil
        change(&all)
        everyone = all
    }
}
