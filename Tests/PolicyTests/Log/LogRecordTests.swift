import Core
import TestSupport
import Testing

@testable import Policy

@Suite struct LogRecordTests {
    static let digest = Digest.of(Array("what was signed".utf8))

    static func records() throws -> [(name: String, record: LogRecord)] {
        let version = try Scene.require(SemanticVersion("28.2.0-rc.1"))
        var scene = try Scene()
        scene.evidence = []
        return [
            ("decision", .decision(LogEntry(scene.decide(), facts: scene.facts))),
            (
                "bundle",
                .bundle(BundleRecord(name: "main", version: version, digest: Scene.bundleDigest, at: Scene.now))
            ),
            (
                "rollback",
                .bundle(
                    BundleRecord(
                        name: "main", version: version, digest: Scene.bundleDigest, at: Scene.now,
                        rollback: "INC-4711"))
            ),
            (
                "repeat",
                .repeated(
                    RepeatRecord(
                        first: 17, decisionDigest: digest, namespace: "payments", count: 240, from: Scene.now,
                        to: Scene.now + .milliseconds(90_500)))
            ),
            (
                "approval",
                .approval(
                    ApprovalRecord(
                        digest: digest, cluster: "prod-1", namespace: "payments", bundle: Scene.bundleDigest,
                        owner: "team-payments", reason: "two clean weeks", at: Scene.now,
                        expires: Scene.now + .seconds(7 * 86_400)))
            ),
            (
                "waiver",
                .waiver(WaiverRecord(.revoked, Scene.waiver("hermetic-required"), at: Scene.now))
            ),
        ]
    }

    @Test func whatIsWrittenReadsTheSame() throws {
        for (name, record) in try Self.records() {
            #expect(try LogRecord(parsing: record.bytes) == record, "\(name)")
            #expect(record.bytes == record.json.canonical, "\(name)")
        }
    }

    @Test func anEntryOfAnyDecisionReadsTheSame() throws {
        var random = SeededGenerator(seed: 5)
        for number in 0..<300 {
            let scene = try Scene.random(&random)
            let decision = scene.decide()
            let entry = LogEntry(decision, facts: number.isMultiple(of: 3) ? nil : scene.facts)
            // Put together of what was written already, and written anew.
            #expect(entry.bytes == entry.json.canonical)
            #expect(try LogEntry(parsing: entry.bytes) == entry)
            let read = try RecordedDecision(JSONCursor(Scene.require(entry.decision)))
            #expect(read.blocking.map(\.rule) == decision.blocking.map(\.finding.rule))
            #expect(read.findings.map(\.disposition) == decision.findings.map(\.disposition))
            #expect(read.policies.map(\.outcome) == decision.policies.map(\.outcome))
            #expect(read.images.map(\.evidence) == decision.images.map(\.evidence))
            #expect(read.object.templateDigest == decision.object.templateDigest && read.mode == decision.mode)
        }
    }

    /// Of an entry that would be too long first the facts are kept elsewhere, then the decision, and both are named.
    @Test func whatDoesNotFitIsNamedByItsDigest() throws {
        var scene = try Scene()
        scene.facts.requester.groups = (0..<3_000).map { "a group that is number \($0)" }
        let large = LogEntry(scene.decide(), facts: scene.facts)
        #expect(large.decision == nil || large.facts == nil)
        scene.facts.requester.groups = []
        scene.facts.requester.extra["x"] = [String(repeating: "x", count: 65_000)]
        let entry = LogEntry(scene.decide(), facts: scene.facts)
        #expect(entry.decision != nil && entry.facts == nil)
        #expect(entry.factsDigest == Digest.of(scene.facts.recorded.canonical))
        scene.facts.requester.username = String(repeating: "u", count: 65_000)
        let both = LogEntry(scene.decide(), facts: scene.facts)
        #expect(both.decision == nil && both.facts == nil && both.bytes.count < 1_000)
        for entry in [large, entry, both] {
            #expect(entry.bytes.count <= 65_535 && entry.bytes == entry.json.canonical)
            #expect(try LogEntry(parsing: entry.bytes) == entry)
        }
    }

    /// One change to a record that reads, by a path of names.
    @Test(
        arguments: [
            ("decision", ["decisionDigest"], .string(digest.description)), ("decision", ["outcome"], "allow"),
            ("decision", ["outcome"], "perhaps"), ("decision", ["enforcedResult"], "indeterminate"),
            ("decision", ["namespace"], "other"), ("decision", ["images"], []), ("decision", ["extra"], 1),
            ("decision", ["factsDigest"], nil), ("decision", ["factsDigest"], .string(digest.description)),
            ("decision", ["facts", "namespace"], "other"), ("decision", ["decision", "mode"], "Audit"),
            ("decision", ["at"], "2026-09-21T14:13:20+00:00"), ("decision", ["schema"], "https://else"),
            ("decision", ["schema"], nil), ("bundle", ["version"], "1"), ("bundle", ["rollback"], 7),
            ("bundle", ["digest"], "sha256:00"), ("bundle", ["name"], nil),
            ("repeat", ["count"], 0), ("repeat", ["first"], -1), ("repeat", ["to"], "2020-01-01T00:00:00Z"),
            ("repeat", ["decisionDigest"], nil), ("approval", ["owner"], nil), ("approval", ["expires"], "soon"),
            ("approval", ["namespace"], .string(String(repeating: "n", count: 2_001))),
            ("waiver", ["event"], "granted"),
            ("waiver", ["image"], "app:latest"), ("waiver", ["more"], []),
        ] as [(String, [String], JSONValue?)])
    func whatIsNotAnEntryIsRefused(name: String, path: [String], value: JSONValue?) throws {
        let record = try Scene.require(Self.records().first { $0.name == name }).record
        let changed = Self.changing(record.json, path, value)
        #expect(changed != record.json)
        #expect(throws: JSONError.self) { try LogRecord(parsing: changed.canonical) }
    }

    @Test func anEntryHasOneForm() throws {
        for (name, record) in try Self.records() {
            #expect(throws: JSONError.self, "\(name)") { try LogRecord(parsing: Array(record.json.pretty.utf8)) }
            #expect(throws: JSONError.self, "\(name)") { try LogRecord(parsing: record.bytes + [0x0A]) }
            #expect(throws: JSONError.self, "\(name)") { try LogRecord(parsing: Array(record.bytes.dropLast())) }
        }
        let long = Array("\"\(String(repeating: "x", count: 65_534))\"".utf8)
        #expect { try LogRecord(parsing: long) } throws: { ($0 as? JSONError)?.code == .tooLarge }
    }

    @Test func anotherKindOfEntryIsNoDecision() throws {
        for (name, record) in try Self.records() where name != "decision" {
            #expect(throws: JSONError.self) { try LogEntry(parsing: record.bytes) }
        }
    }

    @Test func everyKindFollowsItsSchema() throws {
        let names = [
            "decision": "log-entry.v1.json", "bundle": "log-bundle.v1.json", "rollback": "log-bundle.v1.json",
            "repeat": "log-repeat.v1.json", "approval": "log-approval.v1.json", "waiver": "log-waiver.v1.json",
        ]
        for (name, record) in try Self.records() {
            let schema = try PublishedSchemas.schema(Scene.require(names[name]))
            #expect(schema.errors(try JSONValue(parsing: record.bytes)) == [], "\(name)")
            for member in record.json.object?.members ?? [] {
                let lacking = Self.changing(record.json, [member.key], nil)
                let isOptional = member.key == "rollback"
                #expect(schema.errors(lacking).isEmpty == isOptional, "\(name) without \(member.key)")
            }
        }
    }

    static func changing(_ json: JSONValue, _ path: [String], _ value: JSONValue?) -> JSONValue {
        guard let name = path.first, case .object(var object) = json else { return json }
        object[name] = path.count == 1 ? value : object[name].map { changing($0, Array(path.dropFirst()), value) }
        return .object(object)
    }
}
