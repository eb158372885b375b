import Core
import Policy
import Rollout

/// A decision in the log, in a few words.
struct Event: Sendable {
    var namespace = "payments"
    var at: Instant
    var outcome = Decision.Outcome.allow
    var mode = DeployPolicy.Mode.audit
    var rules = ["sbom-missing"]
    var template = "app"
    var bundle = Events.bundle
    var cluster = Events.cluster
    var note: String?
    var isLarge = false
    var caller: LogEntry.Caller?

    /// - Parameter hours: how long ago it was decided.
    init(_ hours: Double, _ outcome: Decision.Outcome = .allow, _ change: (inout Event) -> Void = { _ in }) {
        at = Events.now - .seconds(hours * 3_600)
        self.outcome = outcome
        change(&self)
    }

    private var decision: JSONValue {
        let isBlocking = outcome != .allow
        let result: JSONValue = isBlocking && mode == .enforce ? "deny" : "allow"
        let findings = (isBlocking ? rules : []).map { rule -> JSONValue in
            [
                "rule": .string(rule), "severity": "high", "observed": "nothing", "expected": "something",
                "evidence": [], "remedy": "do it", "docs": "docs",
                "disposition": outcome == .deny ? "denies" : "undetermined", "policy": "p", "image": .null,
            ]
        }
        var json: [(String, JSONValue)] = [
            ("schema", "https://mc.internal/schemas/decision.v1.json"), ("decision", .string(outcome.rawValue)),
            ("enforcedResult", result), ("mode", .string(mode.rawValue)), ("at", .string("\(at)")),
            ("cluster", .string(cluster)), ("namespace", .string(namespace)), ("environment", "prod"),
            ("tenant", .null), ("operation", "CREATE"), ("dryRun", false),
            (
                "object",
                [
                    "group": "apps", "kind": "Deployment", "name": .string(template), "uid": .null, "ownerUid": .null,
                    "templateDigest": .string("\(Digest.of(Array(template.utf8)))"),
                ]
            ),
            ("requester", ["username": "alice", "groups": []]),
            ("bundle", ["version": "1.0.0", "digest": .string("\(bundle)"), "signed": true]), ("policies", []),
            ("images", []), ("findings", .array(findings)), ("waiversUsed", []),
        ]
        if let note { json.append(("note", .string(note))) }
        return .object(JSONObject(json.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    var record: LogRecord {
        get throws {
            let decision = decision
            let whole: JSONValue = [
                "schema": .string(LogEntry.schema),
                "decisionDigest": .string("\(Digest.of(decision.canonical))"),
                "decision": isLarge ? .null : decision, "at": .string("\(at)"), "cluster": .string(cluster),
                "namespace": .string(namespace), "images": [], "outcome": .string(outcome.rawValue),
                "enforcedResult": decision["enforcedResult"] ?? .null,
            ]
            guard let caller, case .object(var entry) = whole else { return try LogRecord(parsing: whole.canonical) }
            entry["caller"] = .string(caller.rawValue)
            return try LogRecord(parsing: JSONValue.object(entry).canonical)
        }
    }

    var digest: Digest { .of(decision.canonical) }
}

enum Events {
    static let now = Instant(seconds: 1_790_000_000)
    static let bundle = Digest.of(Array("bundle".utf8))
    static let other = Digest.of(Array("another bundle".utf8))
    static let cluster = "prod-1"

    /// Three days in which something is allowed every two hours, in a namespace.
    static func clean(
        _ namespace: String = "payments", mode: DeployPolicy.Mode = .audit, hours: Double = 72, every: Double = 2
    ) -> [Event] {
        stride(from: hours, to: 0, by: -every).map { hour in
            Event(hour) {
                $0.namespace = namespace
                $0.mode = mode
            }
        }
    }

    static func approval(
        _ namespace: String = "payments", bundle: Digest = bundle, cluster: String = cluster, from hours: Double = 1,
        until: Double = 24
    ) -> ApprovalRecord {
        ApprovalRecord(
            digest: .of(Array("approval of \(namespace)".utf8)), cluster: cluster, namespace: namespace, bundle: bundle,
            owner: "team-\(namespace)", reason: "clean", at: now - .seconds(hours * 3_600),
            expires: now + .seconds(until * 3_600))
    }

    static func readiness(
        _ events: [Event], terms: ReadinessTerms = ReadinessTerms(), approvals: [ApprovalRecord] = [approval()],
        further: [LogRecord] = [], including: Set<String> = [], policies: PolicyBundle? = nil
    ) throws -> Readiness {
        try readiness(
            records: try events.map { try $0.record } + further, terms: terms, approvals: approvals,
            including: including, policies: policies)
    }

    /// The same events, asked for by somebody.
    static func asked(_ events: [Event], by caller: LogEntry.Caller) -> [Event] {
        events.map { event in
            var event = event
            event.caller = caller
            return event
        }
    }

    static func readiness(
        records: [LogRecord], terms: ReadinessTerms, approvals: [ApprovalRecord], including: Set<String> = [],
        policies: PolicyBundle? = nil
    ) throws -> Readiness {
        var counter = ReadinessCounter(terms: terms, cluster: cluster, bundle: bundle, policies: policies, now: now)
        for (index, record) in records.enumerated() {
            try counter.add(record, at: EntryPlace(log: "log", index: UInt64(index)))
        }
        for approval in approvals { counter.add(approval) }
        return Readiness(counter, including: including)
    }
}
