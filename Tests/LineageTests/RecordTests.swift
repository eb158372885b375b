import Core
import Foundation
import Testing

@testable import Lineage

/// What is accepted as a decision or a pull request, and what becomes of hostile values.
@Suite struct RecordTests {
    static func error<Value>(_ body: () throws -> Value) -> LineageError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? LineageError
        }
    }

    @Test func aDecisionIsNamedByItsDocument() throws {
        let document = Story.document()
        let record = try DecisionRecord(parsing: Array(document.pretty.utf8))
        #expect(record.id == Digest.of(document.canonical))
        #expect(record == (try DecisionRecord(document)))
        #expect(record.object.ownerUID == "owner-1")
        #expect(record.log?.index == 7)
    }

    @Test(
        arguments: [
            ("decision", "maybe" as JSONValue, "decision"), ("decision", nil, "decision"), ("at", "yesterday", "at"),
            ("mode", nil, "mode"), ("enforcedResult", "Allow", "enforcedResult"), ("images", ["a"], "images[0]"),
            ("images", [["reference": "a", "digest": "sha256:aa"]], "images[0].digest"), ("dryRun", "no", "dryRun"),
            ("findings", [["severity": "high"]], "findings[0].rule"), ("waiversUsed", [[:]], "waiversUsed[0].id"),
        ] as [(String, JSONValue?, String)])
    func aMalformedDecisionIsRefusedWithThePlace(field: String, value: JSONValue?, place: String) {
        var object = Story.document().object ?? JSONObject()
        object[field] = value
        let error = Self.error { try DecisionRecord(.object(object)) }
        #expect(error?.code == .malformed)
        #expect(error?.location == place)
    }

    @Test func whatStandsBesideADecisionMayNotContradictIt() throws {
        #expect(Self.error { try DecisionRecord(Story.document(), environment: "staging") }?.code == .malformed)
        #expect(Self.error { try DecisionRecord(Story.document(), isDryRun: true) }?.code == .malformed)
        #expect(try DecisionRecord(Story.document(), environment: "prod").environment == "prod")
        #expect(try DecisionRecord(Story.document(environment: nil), environment: "qa").environment == "qa")
    }

    @Test(
        arguments: [
            (["pull_request", "head", "sha"], "main" as JSONValue), (["pull_request", "number"], 0),
            (["pull_request", "number"], "x"), (["repository", "html_url"], "javascript:alert(1)"),
            (["repository", "html_url"], nil), (["pull_request", "merge_commit_sha"], "ABC"),
            (["pull_request", "title"], nil), (["pull_request", "merged_at"], "never"),
        ] as [([String], JSONValue?)])
    func aMalformedEventIsRefused(path: [String], value: JSONValue?) throws {
        let event = Story.event()
        #expect(Self.error { try PullRequestRecord(githubEvent: event.canonical) } == nil)
        let changed = event.setting(path[...], to: value)
        #expect(Self.error { try PullRequestRecord(githubEvent: changed.canonical) }?.code == .malformed)
    }

    @Test func keysThatDifferStayDifferent() {
        let long = String(repeating: "a", count: 5_000)
        let texts = [
            "a", "a\u{0}", "a\u{0}b", "a\n", "", long, long + "b", "caf\u{E9}", "cafe\u{301}", "a\u{FFFD}",
        ]
        let keys = texts.map { NodeKey(.builder, $0) }
        #expect(Set(keys).count == texts.count)
        #expect(keys.allSatisfy { (1...NodeKey.longest).contains($0.text.utf8.count) })
        #expect(keys.allSatisfy { $0.text.utf8.allSatisfy { $0 >= 0x20 } })
    }

    @Test func partsOfKeysCannotRunTogether() {
        #expect(NodeKey(.deployment, ["a/b", "c"]) != NodeKey(.deployment, ["a", "b/c"]))
        #expect(NodeKey(.deployment, ["a%2fb"]) != NodeKey(.deployment, ["a/b"]))
        #expect(NodeKey(.deployment, ["eu", "ns", "Pod", "p"]).text == "eu/ns/Pod/p")
    }

    /// Swift sees a separator and a combining mark behind it as one other character.
    @Test(arguments: ["\u{301}", "\u{20D2}", "\u{FE0F}", "\u{200D}"])
    func aCombiningMarkHidesNoSeparator(mark: String) {
        #expect(
            NodeKey(.run, ["a \(mark)b", "\(mark)c"], separator: " ")
                != NodeKey(.run, ["a", "\(mark)b \(mark)c"], separator: " "))
        #expect(NodeKey(.deployment, ["a/\(mark)b", "c"]) != NodeKey(.deployment, ["a", "\(mark)b", "c"]))
        #expect(NodeKey(.deployment, ["%\(mark)"]) != NodeKey(.deployment, ["%25\(mark)"]))
        #expect(NodeKey(.deployment, ["a\(mark)", "b"]).text == "a\(mark)/b")
    }

    @Test(arguments: [
        ("https://github.com/o/a/actions/runs/5/attempts/2", "github.com/o/a/5/2"),
        ("https://github.com/o/a/actions/runs/5", "github.com/o/a/5"),
        ("https://gitlab.com/o/a/-/jobs/9", "https://gitlab.com/o/a/-/jobs/9"),
        ("https://github.com/o/a/actions/runs/5?x=1", "https://github.com/o/a/actions/runs/5?x=1"),
        ("42", "https://b.example 42"),
    ])
    func runsAreNamedByTheirPlace(run: String, key: String) {
        #expect(NodeKey.run(run, builder: "https://b.example").text == key)
    }

    /// What is too long or odd is recorded all the same, and told shortened.
    @Test func hostileEvidenceIsRecordedAndCut() async throws {
        let store = try SQLiteStore.inMemory()
        let builder = String(repeating: "b", count: 100_000)
        let record = try Story.provenance(builder: builder, run: "\u{0}'; DROP TABLE node; --")
        try await store.record([.evidence(record)], at: Story.now)
        let report = try await store.why(Story.digest)
        let origin = try #require(report.origins.first)
        #expect((origin.builder?.utf8.count ?? 0) <= NodeKey.longest)
        #expect(origin.run == "\u{0}'; DROP TABLE node; --")
        #expect(report.json.canonical.count < 20_000)
        #expect(!report.text.unicodeScalars.contains("\u{0}"))
        #expect(try await store.why(Story.digest) == report)
    }
}

extension JSONValue {
    /// The value with a member changed; `nil` removes it.
    fileprivate func setting(_ path: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let name = path.first, var object = self.object else { return self }
        object[name] =
            path.count == 1 ? value : (object[name] ?? .null).setting(path.dropFirst(), to: value)
        return .object(object)
    }
}
