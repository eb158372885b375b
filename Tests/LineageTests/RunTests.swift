import Core
import Testing

@testable import Lineage

/// Runs as GitHub's events tell them: who ran them, by which workflow, with what.
@Suite struct RunTests {
    static func run(
        id: Int64 = 15_609_877_086, attempt: Int64 = 1, repository: String = Story.repository,
        commit: String = Story.commit, conclusion: String? = "success"
    ) -> JSONValue {
        [
            "action": "completed", "repository": ["html_url": .string(repository)],
            "workflow_run": [
                "id": .integer(id), "run_attempt": .integer(attempt), "head_sha": .string(commit),
                "path": ".github/workflows/release.yml", "event": "push",
                "conclusion": conclusion.map { .string($0) } ?? .null,
                "run_started_at": "2026-02-01T02:31:00Z", "updated_at": "2026-02-01T02:40:00Z",
                "referenced_workflows": [
                    ["path": "org/shared/.github/workflows/build.yml@v1", "sha": .string(Story.commit)],
                    ["path": "nonsense"],
                ],
            ],
        ]
    }

    static let job: JSONValue = [
        "action": "completed", "repository": ["html_url": .string(Story.repository)],
        "workflow_job": [
            "run_id": 15_609_877_086, "run_attempt": 1, "head_sha": .string(Story.commit),
            "runner_name": "builder-7", "runner_group_name": "Release",
        ],
    ]

    static let action = "pkg:githubactions/org/shared@\(Story.commit)#.github/workflows/build.yml"

    @Test func aRunIsReadAsTheEventTellsIt() throws {
        let run = try RunRecord(githubEvent: Self.run().canonical)
        #expect(run.url == Story.run && run.commit == Story.commit && run.trigger == "push")
        #expect(run.actions == [Self.action] && run.runners.isEmpty)
        #expect(run.finishedAt == Instant(rfc3339: "2026-02-01T02:40:00Z"))
        // Whoever reads "updated" as "finished" takes a run that goes on for one that has ended.
        #expect(try RunRecord(githubEvent: Self.run(conclusion: nil).canonical).finishedAt == nil)
        #expect(try RunRecord(githubEvent: Self.job.canonical).runners == ["Release/builder-7"])
    }

    @Test(
        arguments: [
            run(id: 0), run(attempt: 0), run(repository: "javascript:alert(1)"), run(commit: "main"),
            ["repository": ["html_url": "https://github.com/org/app"]], ["workflow_run": ["id": 1]], [:],
        ] as [JSONValue])
    func whatIsNoRunIsRefused(_ event: JSONValue) {
        #expect(throws: LineageError.self) { try RunRecord(githubEvent: event.canonical) }
    }

    /// A compromised runner or reusable workflow: which images came from it? The run is signed for, who ran it is hearsay.
    @Test func runnersAndActionsLeadToImages() async throws {
        let store = try SQLiteStore.inMemory()
        let events: [LineageEvent] = [
            .evidence(try Story.provenance()), .run(try RunRecord(githubEvent: Self.run().canonical)),
            .run(try RunRecord(githubEvent: Self.job.canonical)),
        ]
        try await store.record(events, at: Story.now)
        let place = "\(Story.repository)/.github/workflows/release.yml@\(Story.commit)"
        for (term, isSigned) in [
            (SearchTerm.runner("Release/builder-7"), false), (.action(Self.action), false), (.workflow(place), true),
        ] {
            let found = try await store.whereabouts(of: term, limit: 10).images
            #expect(found.map(\.digest) == [Story.digest.description], "\(term)")
            #expect(found.map(\.isSigned) == [isSigned], "\(term)")
        }
        #expect(try await store.whereabouts(of: .runner("Release/builder-8"), limit: 10).images.isEmpty)
        #expect(try await store.record(events, at: Story.now).new == 0)
    }
}
