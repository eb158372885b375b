import Core
import Foundation
import KubernetesClient
import Outgoing
import Recorder
import Synchronization
import TestCluster

/// A value that several tasks change.
final class Box<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { state.withLock { body(&$0) } }
}

/// A log in memory.
final class MemoryLog: LogTail {
    let origin: String
    private let state = Mutex<(entries: [[UInt8]], decisions: [Digest: [UInt8]], failures: Int)>(([], [:], 0))

    init(_ origin: String = "mc.example/log") { self.origin = origin }

    static func entry(_ decision: JSONValue, isLarge: Bool = false) -> [UInt8] {
        let entry: JSONValue = [
            "schema": "https://mc.internal/schemas/log-entry.v1.json",
            "decisionDigest": .string(Digest.of(decision.canonical).description),
            "decision": isLarge ? .null : decision,
            "at": decision["at"] ?? .null, "cluster": "c", "namespace": decision["namespace"] ?? "",
            "images": .array((decision["images"]?.array ?? []).compactMap { $0["digest"] }),
            "outcome": decision["decision"] ?? .null, "enforcedResult": decision["enforcedResult"] ?? .null,
        ]
        return entry.canonical
    }

    func append(_ decision: JSONValue, isLarge: Bool = false, isKept: Bool = true) {
        let bytes = decision.canonical
        state.withLock { state in
            state.entries.append(Self.entry(decision, isLarge: isLarge))
            if isLarge, isKept { state.decisions[.of(bytes)] = bytes }
        }
    }

    func append(raw bytes: [UInt8]) { state.withLock { $0.entries.append(bytes) } }

    func fail(times: Int) { state.withLock { $0.failures = times } }

    struct Broken: Error {}

    func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        try state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                throw Broken()
            }
            return state.entries.enumerated().dropFirst(Int(index)).prefix(limit).map {
                (UInt64($0.offset), $0.element)
            }
        }
    }

    func decision(_ digest: Digest) async throws -> [UInt8]? { state.withLock { $0.decisions[digest] } }
}

/// What the recorder counted.
final class Counts: Sendable {
    let passed = Box(0)
    let failed = Box<[String]>([])
    let dropped = Box<[String]>([])

    var metrics: RecorderMetrics {
        RecorderMetrics(
            passed: { count in self.passed.change { $0 += count } },
            failed: { place in self.failed.change { $0.append(place) } },
            dropped: { reason in self.dropped.change { $0.append(reason) } })
    }
}

enum Desk {
    static let now = Instant(seconds: 1_790_000_000)
    static let image = "sha256:\(String(repeating: "a", count: 64))"
    static let reference = "ghcr.io/org/app@\(image)"

    static func client(_ cluster: TestCluster) throws -> KubernetesClient {
        guard let server = ServerAddress(cluster.address) else {
            throw KubernetesError(.configuration, "no address", at: cluster.address)
        }
        var options = ClientOptions()
        options.backoff = Backoff(base: .milliseconds(2), longest: .milliseconds(10))
        options.retries = 0
        return KubernetesClient(ClusterAccess(server: server), options: options, wallClock: { now })
    }

    static func finding(
        _ rule: String, _ disposition: String, waiver: String? = nil, policy: JSONValue = "payments"
    ) -> JSONValue {
        var finding: JSONObject = JSONObject()
        finding["rule"] = .string(rule)
        finding["severity"] = "high"
        finding["observed"] = "seen"
        finding["expected"] = "wanted"
        finding["evidence"] = []
        finding["remedy"] = "mend it"
        finding["docs"] = "docs/reference/rules.md"
        finding["disposition"] = .string(disposition)
        finding["policy"] = policy
        finding["image"] = .string(reference)
        if let waiver { finding["waiver"] = .string(waiver) }
        return .object(finding)
    }

    static func decision(
        _ outcome: String = "allow", enforced: String = "allow", kind: String = "Deployment", group: String = "apps",
        name: String = "shop", uid: JSONValue = "uid-1", owner: JSONValue = nil, namespace: String = "shop",
        operation: String = "CREATE", findings: [JSONValue] = [], waivers: [JSONValue] = [], isDryRun: Bool = false,
        note: String? = nil, at: Instant = now
    ) -> JSONValue {
        var document: JSONValue = [
            "schema": "https://mc.internal/schemas/decision.v1.json", "decision": .string(outcome),
            "enforcedResult": .string(enforced), "mode": "Enforce", "at": .string(at.description), "cluster": "c",
            "namespace": .string(namespace), "environment": "prod", "tenant": nil, "operation": .string(operation),
            "dryRun": .bool(isDryRun),
            "object": [
                "group": .string(group), "kind": .string(kind), "name": .string(name), "uid": uid, "ownerUid": owner,
                "templateDigest": nil,
            ],
            "requester": ["username": "me", "groups": []],
            "bundle": ["version": "1.0.0", "digest": .string(image), "signed": true],
            "policies": [
                [
                    "name": "payments", "bundleVersion": "1.0.0", "bundleDigest": .string(image), "mode": "Enforce",
                    "decision": .string(outcome),
                ]
            ],
            "images": [["reference": .string(reference), "digest": .string(image), "evidence": [], "uses": []]],
            "findings": .array(findings), "waiversUsed": .array(waivers),
        ]
        if let note, var object = document.object {
            object["note"] = .string(note)
            document = .object(object)
        }
        return document
    }

    static func logged(_ decision: JSONValue, index: UInt64 = 0, origin: String = "test") throws -> LoggedDecision {
        guard let entry = try LoggedDecision.entry(MemoryLog.entry(decision), origin: "test") else {
            throw RecorderError(.malformed, "no decision", at: "test")
        }
        return try LoggedDecision(entry, index: index, origin: origin)
    }

    static let waiver: JSONValue = [
        "id": "W-1", "digest": .string(image), "owner": "team-payments", "rule": "hermetic-required",
        "expires": "2026-09-21T15:13:20Z",
    ]
}

/// Waits until something holds, at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<2_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
