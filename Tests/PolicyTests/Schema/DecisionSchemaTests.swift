import Core
import Foundation
import TestSupport
import Testing

@testable import Policy

/// The published schemas, and what is held against them.
enum PublishedSchemas {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../schemas")
        .standardized

    static func schema(_ name: String) throws -> JSONSchema {
        var documents: [String: JSONValue] = [:]
        for name in [
            "finding.v1.json", "decision.v1.json", "facts.v1.json", "log-entry.v1.json", "log-bundle.v1.json",
            "log-repeat.v1.json", "log-approval.v1.json", "log-waiver.v1.json",
        ] {
            documents[name] = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: name))))
        }
        return JSONSchema(name, documents)
    }
}

@Suite struct DecisionSchemaTests {
    @Test func everyDecisionAndItsLogEntryFollowTheirSchemas() throws {
        let decisionSchema = try PublishedSchemas.schema("decision.v1.json")
        let entrySchema = try PublishedSchemas.schema("log-entry.v1.json")
        var random = SeededGenerator(seed: 21)
        var scenes = try RuleRegistry.cases.map { example in
            var scene = try Scene()
            try example.change(&scene)
            return scene
        }
        for _ in 0..<300 { scenes.append(try Scene.random(&random)) }
        for scene in scenes {
            let decision = scene.decide()
            // As it is read back, not as it was built.
            let errors = decisionSchema.errors(try JSONValue(parsing: decision.bytes))
            #expect(errors == [], "\(decision.words)")
            #expect(entrySchema.errors(try JSONValue(parsing: LogEntry(decision).bytes)) == [])
            let whole = LogEntry(decision, facts: scene.facts)
            #expect(entrySchema.errors(try JSONValue(parsing: whole.bytes)) == [])
        }
    }

    @Test func theLogsPlaceMayBeAdded() throws {
        let schema = try PublishedSchemas.schema("decision.v1.json")
        guard case .object(var object) = try Scene().decide().json else { return }
        object["log"] = ["origin": "log.example/1", "index": 7]
        #expect(schema.errors(.object(object)) == [])
        object["log"] = ["origin": "log.example/1"]
        #expect(schema.errors(.object(object)) == ["$.log: lacks index"])
    }

    @Test func whatDoesNotFollowIsSeen() throws {
        let schema = try PublishedSchemas.schema("decision.v1.json")
        var scene = try Scene()
        scene.replace(Scene.billType)
        scene.waive(BillRules.missing.id)
        guard case .object(let good) = scene.decide().json else { return }
        #expect(schema.errors(.object(good)) == [])
        let changes: [(String, JSONValue?)] = [
            ("decision", "perhaps"), ("decision", nil), ("enforcedResult", "deny"), ("extra", 1), ("dryRun", "no"),
            ("tenant", 7), ("findings", [["rule": "x"]]), ("bundle", ["version": "1"]), ("operation", "PATCH"),
            ("waiversUsed", [["id": "W-1"]]), ("log", ["origin": "", "index": -1]),
        ]
        for (name, value) in changes {
            var bad = good
            bad[name] = value
            #expect(schema.errors(.object(bad)) != [], "\(name)")
        }
        // A finding that denies beside an allow, and one that is waived by nothing.
        for (name, value) in [("disposition", JSONValue.string("denies")), ("waiver", nil)] {
            guard case .object(var finding)? = good["findings"]?.array?.first else { return }
            finding[name] = value
            var bad = good
            bad["findings"] = [.object(finding)]
            #expect(schema.errors(.object(bad)) != [], "\(name)")
        }
    }
}

@Suite struct LogEntryTests {
    @Test func theDigestIsOfTheDecisionsCanonicalText() throws {
        let decision = try Scene().decide()
        let entry = LogEntry(decision)
        #expect(entry.decisionDigest == Digest.of(decision.bytes))
        #expect(entry.decision == decision.json && entry.images == [Scene.image])
        #expect(entry.json["outcome"] == "allow" && entry.json["enforcedResult"] == "allow")
    }

    @Test func anEntryNeverExceedsWhatATileHolds() throws {
        var scene = try Scene()
        let image = scene.facts.images[0]
        func entry(_ count: Int, padding: Int = 0) throws -> (entry: LogEntry, decision: Decision) {
            scene.facts.images = try (0..<count).map { number in
                let digest = Digest.of([UInt8(number % 256), UInt8(number / 256)])
                return try Scene.image(
                    digest: digest, uses: [String(repeating: "x", count: number == 0 ? padding : 0)], evidence: .none)
            }
            if count == 1 { scene.facts.images = [image] }
            scene.facts.images[0].uses = [String(repeating: "x", count: padding)]
            let decision = scene.decide()
            return (LogEntry(decision), decision)
        }
        // Padded to the last byte that fits, and one more.
        let room = try 65_535 - entry(1).entry.bytes.count
        let (last, _) = try entry(1, padding: room)
        #expect(last.decision != nil && last.bytes.count == 65_535)
        let (large, decision) = try entry(1, padding: room + 1)
        #expect(large.decision == nil && large.bytes.count < 1_000)
        #expect(large.decisionDigest == Digest.of(decision.bytes))
        let (many, _) = try entry(400)
        #expect(many.decision == nil && many.images.count == 256 && many.bytes.count <= 65_535)
    }
}
