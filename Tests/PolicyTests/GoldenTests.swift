import Attestation
import Core
import Foundation
import Testing

@testable import Policy

/// Whole documents, byte for byte. `MC_UPDATE_GOLDEN=1 swift test --filter GoldenTests` writes them anew.
@Suite struct GoldenTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let outcome: Decision.Outcome
        let change: @Sendable (inout Scene) throws -> Void

        var testDescription: String { name }
    }

    static let examples: [Example] = [
        Example(name: "allow", outcome: .allow) { _ in },
        Example(name: "deny", outcome: .deny) { scene in
            scene.policies.append(try Scene.plainPolicy("signed"))
            scene.facts.environmentLabels = ["staging"]
            scene.facts.requester = Requester(username: "alice", groups: ["system:authenticated"])
            scene.replace(DeliveryClaims.predicateType, by: try Scene.claims(hermetic: false))
            scene.replace(Scene.billType)
            scene.waive(DeliveryRules.hermetic.id, expires: Scene.now - .seconds(60))
            scene.facts.images.append(
                try Scene.image("quay.io/else/tool", digest: Scene.arm, uses: ["tool"], evidence: .none))
        },
        Example(name: "indeterminate", outcome: .indeterminate) { scene in
            scene.replace(Scene.billType)
            scene.facts.images[0].evidence.unread = ["ghcr.io/org/app: timed out after 5 s"]
            scene.facts.history.admitted = []
            scene.facts.history.unavailable = "the record is locked"
        },
        Example(name: "waived", outcome: .allow) { scene in
            scene.replace(DeliveryClaims.predicateType, by: try Scene.claims(hermetic: false))
            scene.waive(DeliveryRules.hermetic.id)
        },
        Example(name: "warns", outcome: .allow) { scene in
            scene.askAsController()
            scene.admitBefore()
            scene.requirements.sbom?.maxAge = .seconds(2 * 86_400 - 3_600)
            scene.replace(DeliveryClaims.predicateType, by: try Scene.claims(hermetic: false))
            scene.waive(DeliveryRules.hermetic.id, expires: Scene.now - .seconds(60))
        },
        Example(name: "audit", outcome: .deny) { scene in
            scene.policy.mode = .audit
            scene.evidence = []
        },
        Example(name: "harmless", outcome: .allow) { scene in
            scene.facts.operation = .delete
            scene.facts.change = .harmless("the object is deleted")
            scene.facts.images = []
        },
    ]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden").standardized
    static let isUpdating = ProcessInfo.processInfo.environment["MC_UPDATE_GOLDEN"] == "1"

    /// Minted evidence has another digest in every run; each gets one of its own that is the same in all.
    static func steady(_ value: JSONValue, _ names: [String: String]) -> JSONValue {
        switch value {
        case .string(let text): .string(names[text] ?? text)
        case .array(let values): .array(values.map { steady($0, names) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { member in
                        let value = steady(member.value, names)
                        guard member.key == "evidence", let digests = value.array?.compactMap(\.string) else {
                            return JSONObject.Member(key: member.key, value: value)
                        }
                        return JSONObject.Member(
                            key: member.key, value: .array(digests.sorted().map { .string($0) }))
                    }))
        default: value
        }
    }

    static func compare(_ document: JSONValue, _ name: String) throws {
        let file = folder.appending(path: name)
        let text = document.pretty
        if isUpdating { try text.write(to: file, atomically: true, encoding: .utf8) }
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(text.utf8.elementsEqual(golden.utf8), "\(name) is now:\n\(text)")
    }

    @Test(arguments: examples) func decisionIsWhatItWas(_ example: Example) throws {
        var scene = try Scene()
        try example.change(&scene)
        let decision = scene.decide()
        #expect(decision.outcome == example.outcome)
        var names: [String: String] = [:]
        for (number, item) in scene.facts.images.flatMap({ $0.evidence.whole?.verified ?? [] }).enumerated() {
            let hex = String(repeating: "0", count: 62) + (number < 16 ? "0" : "") + String(number, radix: 16)
            names[item.evidence.digest.description] = "sha256:\(hex)"
        }
        try Self.compare(Self.steady(decision.json, names), "\(example.name).decision.json")
    }

    @Test func logEntryIsWhatItWas() throws {
        var scene = try Scene()
        scene.evidence = []
        try Self.compare(LogEntry(scene.decide(), facts: scene.facts).json, "deny.log-entry.json")
        scene.facts.images[0].uses = [String(repeating: "x", count: 65_536)]
        try Self.compare(LogEntry(scene.decide(), facts: scene.facts).json, "large.log-entry.json")
    }

    @Test func otherRecordsAreWhatTheyWere() throws {
        for (name, record) in try LogRecordTests.records() where name != "decision" {
            try Self.compare(record.json, "\(name).log-\(Self.kinds[name] ?? name).json")
        }
    }

    private static let kinds = ["rollback": "bundle"]

    @Test func noGoldenFileIsLeftOver() throws {
        let records = try LogRecordTests.records().map(\.name).filter { $0 != "decision" }
        let expected = Set(Self.examples.map { "\($0.name).decision.json" })
            .union(["deny.log-entry.json", "large.log-entry.json"])
            .union(records.map { "\($0).log-\(Self.kinds[$0] ?? $0).json" })
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) == expected)
    }
}
