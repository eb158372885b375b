import Core
import Testing

@testable import Lineage

/// What the questions answer, in words and as documents.
@Suite struct AnswerTests {
    private func placement(
        _ image: Digest?, _ seconds: Int64, isAdmission: Bool = true, runs: Bool = true
    ) throws -> RunningWorkload {
        let decision = try PlacesTests.decision(image, seconds)
        return RunningWorkload(
            name: WorkloadName(cluster: "eu-1", namespace: "payments", kind: "Deployment", name: "checkout"),
            environment: "prod", tenant: nil, images: decision.images, since: decision.at, decision: decision.id,
            isAdmission: isAdmission, runs: runs)
    }

    private let name = WorkloadName(cluster: "eu-1", namespace: "payments", kind: "Deployment", name: "checkout")

    @Test func onlyWhatWasAdmittedWithOtherImagesIsGood() throws {
        let third = Digest.of(Array("third".utf8))
        let now = try placement(PlacesTests.new, 400)
        let lastGood = LastGood(
            name,
            placements: [
                now, try placement(PlacesTests.new, 300), try placement(third, 200, isAdmission: false),
                try placement(nil, 150), try placement(PlacesTests.old, 100), try placement(PlacesTests.old, 0),
            ])
        #expect(lastGood.current == now)
        #expect(lastGood.candidates == [try placement(PlacesTests.old, 100)])
        #expect(LastGood(name, placements: [now]).candidates.isEmpty)
        #expect(LastGood(name, placements: []).current == nil)
        // What was deleted runs nothing, and can go back to what ran.
        let deleted = LastGood(name, placements: [try placement(nil, 500, runs: false), now])
        #expect(deleted.current == nil && deleted.candidates == [now])
    }

    @Test func aTimelineTellsHowLongItTook() async throws {
        let store = try SQLiteStore.inMemory()
        let early = try PlacesTests.decision(Story.digest, 0)
        let late = try PlacesTests.decision(Story.digest, 500, operation: "UPDATE")
        try await store.record(
            [
                .evidence(try Story.provenance()), .pullRequest(try Story.pullRequest()), .decision(early),
                .decision(late),
            ],
            at: Story.now)
        let first = try await store.allows(of: Story.digest, environment: "prod", order: .oldestFirst, limit: 1)
        let timeline = Timeline(try await store.why(Story.digest), firstAllows: first)
        #expect(
            timeline.steps.map(\.kind)
                == [.merged, .signed, .admitted, .buildFinished].sorted { left, right in
                    func at(_ kind: Timeline.Step.Kind) -> Instant {
                        timeline.steps.first { $0.kind == kind }?.at ?? Story.now
                    }
                    return at(left) < at(right)
                })
        let merged = try #require(Instant(rfc3339: "2026-02-01T02:30:00Z"))
        #expect(timeline.timeToPromote.map(\.seconds) == [Story.now.seconds - merged.seconds])
        #expect(timeline.timeToPromote.map(\.environment) == ["prod"])
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (3_661, "1h 1m"), (90_061, "1d 1h"), (-61, "-1m 1s"), (86_401, "1d 1s"),
    ])
    func timesAreWrittenByTheirTwoLargestParts(_ seconds: Int64, _ words: String) {
        #expect(Timeline.words(seconds) == words)
    }

    /// Attack: a package, workload or image that is named to move a terminal's cursor, or to mention people in a comment.
    @Test func namesFromOutsideInjectNothing() async throws {
        let evil = "pkg:npm/a\u{1B}[2J\n@security-team <script>|`x`"
        let store = try SQLiteStore.inMemory()
        let package = BillRecord.Package(key: evil + "@1", name: evil, isDirect: true)
        try await store.record([.bill(try ContentsTests.bill("1", [package]))], at: Story.now)
        let contents = try #require(try await store.contents(of: ContentsTests.app))
        let found = try await store.whereabouts(of: .packageName(evil), limit: 10)
        #expect(found.images.count == 1)
        let answers: [any LineageAnswer] = [contents, WhereaboutsAnswer(evil, found)]
        for answer in answers {
            for text in [answer.text, answer.markdown] { #expect(!text.contains("\u{1B}")) }
            #expect(!answer.text.contains("2J\n@"))
            // What a forge would act upon stands in code only.
            for line in answer.markdown.split(separator: "\n") where line.contains("@security-team") {
                #expect(line.contains("``pkg:npm/a") || line.contains("`` pkg:npm/a"), "\(line)")
            }
        }
    }

    @Test func anEmptyAnswerSaysSo() {
        let nothing = Whereabouts(images: [], isCut: false)
        #expect(WhereaboutsAnswer("pkg:npm/x", nothing).text.hasPrefix("No image is known to hold pkg:npm/x"))
        let history = HistoryAnswer(environment: "prod", at: Story.now, workloads: [], isCut: false)
        #expect(history.text == "Nothing is known to have run in prod at \(Story.now)\n")
        #expect(LastGood(name, placements: []).text.hasPrefix("Nothing else is known"))
    }

    @Test func contentsAreReadAtAGlance() async throws {
        let store = try SQLiteStore.inMemory()
        let packages = [
            ContentsTests.package("web", "1.0.0", direct: true), ContentsTests.package("log", "2.14.0"),
        ]
        try await store.record([.bill(try ContentsTests.bill("1", packages, [(0, 1)]))], at: Story.now)
        let contents = try #require(try await store.contents(of: ContentsTests.app))
        #expect(
            contents.text == """
                What is in \(ContentsTests.app)

                BILL OF MATERIALS
                  CycloneDX 1.6 of \(Story.now)
                  2 packages, 1 of them direct
                  attested by \(Digest.of(Array("attested 1".utf8)))

                DIRECT
                  pkg:npm/web@1.0.0

                NEEDED BY OTHERS
                  pkg:npm/log@2.14.0

                """)
    }

    @Test(.enabled(if: Python.hasJSONSchema, "no python3 with the package jsonschema"))
    func answersFollowTheirSchemas() async throws {
        let store = try SQLiteStore.inMemory()
        let part = BillRecord.Quarantined(place: "components[1]", reason: "no name")
        let packages = [ContentsTests.package("web", "1.0.0", direct: true), ContentsTests.package("log", "2.0.0")]
        try await store.record(
            [
                .bill(try ContentsTests.bill("1", packages, [(0, 1)], images: [PlacesTests.new], quarantined: [part])),
                .bill(try ContentsTests.bill("2", [], images: [PlacesTests.new], at: nil, signed: false)),
                .bill(try ContentsTests.bill("3", [packages[0]], images: [PlacesTests.old])),
                .decision(try PlacesTests.decision(PlacesTests.old, 0)),
                .decision(try PlacesTests.decision(PlacesTests.new, 100, operation: "UPDATE")),
            ], at: Story.now)
        let contents = try #require(try await store.contents(of: PlacesTests.new))
        let before = try #require(try await store.contents(of: PlacesTests.old))
        let history = try await store.history(environment: "prod", at: Story.now, limit: 1)
        let answers: [any LineageAnswer] = [
            contents, ContentsDifference(before, contents),
            WhereaboutsAnswer("log", try await store.whereabouts(of: .packageName("pkg:npm/log"), limit: 9)),
            HistoryAnswer(
                environment: "prod", at: Story.now, workloads: history.workloads, isCut: history.isCut),
            HistoryAnswer(environment: nil, at: Story.now, workloads: [], isCut: false),
            LastGood(name, placements: try await store.placements(of: name, limit: 9)),
            LastGood(name, placements: []), try await timeline(),
        ]
        for answer in answers {
            let schema = try #require(answer.json["schema"]?.string?.split(separator: "/").last)
            #expect(try Python.judge(answer.json, by: String(schema)) == "")
        }
        #expect(try Python.judge(["schema": "x"], by: "lineage-contents.v1.json") != "")
    }

    private func timeline() async throws -> Timeline {
        let store = try SQLiteStore.inMemory()
        try await store.record(
            [
                .evidence(try Story.provenance()), .pullRequest(try Story.pullRequest()),
                .decision(try PlacesTests.decision(Story.digest, 0)),
            ], at: Story.now)
        return Timeline(
            try await store.why(Story.digest),
            firstAllows: try await store.allows(
                of: Story.digest, environment: "prod", order: .oldestFirst, limit: 1))
    }
}
