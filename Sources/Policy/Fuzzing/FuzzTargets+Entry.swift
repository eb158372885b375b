internal import Core

extension FuzzTargets {
    /// An entry of the decision log, of any kind, or recorded facts.
    public static func entry(_ bytes: [UInt8]) -> String? {
        if let value = try? JSONValue(
            parsing: bytes, limits: JSONLimits(bytes: LogEntry.maximumBytes.limit, depth: 32)),
            let facts = try? AdmissionFacts(recorded: JSONCursor(value))
        {
            let written = facts.recorded
            guard let again = try? AdmissionFacts(recorded: JSONCursor(written)), again.recorded == written else {
                return "facts read the same"
            }
        }
        guard let record = try? LogRecord(parsing: bytes) else { return nil }
        guard record.bytes == bytes, record.json.canonical == bytes else { return "an entry has one form" }
        guard (try? LogRecord(parsing: record.bytes)) == record else { return "an entry reads the same" }
        guard case .decision(let entry) = record else { return nil }
        if let decision = entry.decision {
            if Digest.of(decision.canonical) != entry.decisionDigest { return "a decision has its digest" }
            guard (try? RecordedDecision(JSONCursor(decision)))?.outcome == entry.outcome else {
                return "an entry says what its decision says"
            }
        }
        if let facts = entry.facts, Digest.of(facts.canonical) != entry.factsDigest { return "facts have their digest" }
        return nil
    }
}
