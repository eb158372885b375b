package import Core
package import Policy

/// A past decision to be made again.
package struct ReplayItem: Sendable {
    /// Where it was recorded, such as an entry of a log or a file.
    package let place: String
    package let at: Instant
    package let facts: AdmissionFacts
    package let old: ReplayVerdict
    /// What makes two items the same question with the same answer.
    let identity: Digest

    /// - Parameters:
    ///   - place: where it was recorded.
    ///   - at: the instant it was decided for, for which it is judged again.
    package init(place: String, at: Instant, facts: AdmissionFacts, old: ReplayVerdict) {
        self.place = place
        self.at = at
        self.facts = facts
        self.old = old
        // What ages is judged by the instant, so that only what was asked on one day is the same.
        let key: JSONValue = [
            "facts": facts.recorded, "day": .integer(at.seconds / 86_400), "outcome": .string(old.outcome.rawValue),
            "result": .string(old.enforcedResult.rawValue), "rules": .array(old.rules.map { .string($0.rawValue) }),
            "evidence": .array(old.evidence.map(\.description).sorted().map { .string($0) }),
            "waivers": .array(old.waivers.map(\.description).sorted().map { .string($0) }),
        ]
        identity = .of(key.canonical)
    }

    /// Reads the decision of an entry.
    ///
    /// - Parameters:
    ///   - decision: the decision, where it is too large for the entry.
    ///   - facts: the facts, where they are too large for it.
    /// - Throws: ``ReplayProblem`` when the entry lacks what a replay needs.
    package init(
        _ entry: LogEntry, place: String, decision: JSONValue? = nil, facts: JSONValue? = nil
    ) throws(ReplayProblem) {
        guard let document = entry.decision ?? decision else { throw .tooLarge }
        guard let recorded = entry.facts ?? facts else { throw entry.factsDigest == nil ? .noFacts : .tooLarge }
        do {
            let decision = try RecordedDecision(JSONCursor(document))
            self.init(
                place: place, at: entry.at, facts: try AdmissionFacts(recorded: JSONCursor(recorded)),
                old: ReplayVerdict(decision))
        } catch {
            throw .malformed
        }
    }

    /// What is asked about, for people.
    package var workload: String {
        let object = facts.object
        return object.name.isEmpty ? object.kind : "\(object.kind)/\(object.name)"
    }
}

/// Why a past decision cannot be made again, or not be compared.
package enum ReplayProblem: String, Error, Sendable, Hashable, CaseIterable {
    /// The entry holds no facts.
    case noFacts = "no-facts"
    /// The decision or its facts were too large for the log, and are not beside it.
    case tooLarge = "too-large-for-the-log"
    /// It is no entry as the log holds them.
    case malformed
    /// The request cannot be read.
    case unreadable
    /// Evidence that was there then cannot be found any more.
    case evidenceMissing = "evidence-missing-now"
    /// A place that may hold evidence gave no answer.
    case evidenceUnread = "evidence-unread"
    /// A waiver that was used then was not given.
    case waiverMissing = "waiver-missing-now"

    /// In a sentence.
    package var words: String {
        switch self {
        case .noFacts: "the entry holds no facts"
        case .tooLarge: "the decision or its facts are kept beside the log, and are not there"
        case .malformed: "the entry cannot be read"
        case .unreadable: "the request cannot be read"
        case .evidenceMissing: "evidence that was there then is not there now"
        case .evidenceUnread: "a place that may hold evidence gave no answer"
        case .waiverMissing: "a waiver that was used then was not given"
        }
    }
}
