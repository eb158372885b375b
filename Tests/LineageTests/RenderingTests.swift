import Attestation
import Core
import Foundation
import TestSupport
import Testing

@testable import Lineage

/// How answers look, and that nothing from outside can change how they look.
@Suite struct RenderingTests {
    static let digestA = Digest.of(Array("evidence".utf8))
    static let trustRoot = Digest.of(Array("trust root".utf8))

    /// Evidence without keys of chance, so that the whole text can be compared.
    static func record() throws -> EvidenceRecord {
        let minted = try Story.provenance()
        return EvidenceRecord(
            digest: digestA, artifact: minted.artifact, signer: minted.signer, predicateType: minted.predicateType,
            facts: minted.facts, times: [.init(at: Story.signedAt, by: "https://rekor.example")],
            logEntries: [.init(log: "https://rekor.example", index: 42, isProven: true)], trustRoot: trustRoot)
    }

    static func report(
        title: String = "Fix the lock", findings: [JSONValue]? = nil
    ) async throws -> WhyReport {
        let store = try SQLiteStore.inMemory()
        let finding: JSONValue = [
            "rule": "hermetic-required", "severity": "high", "disposition": "waived", "observed": "hermetic: false",
            "expected": "hermetic: true", "evidence": [], "remedy": "r", "docs": "d",
        ]
        let waiver: JSONValue = [
            "id": "W-2026-014", "digest": .string(digestA.description), "owner": "team-payments",
            "expires": "2026-02-02T11:30:00Z",
        ]
        let document = Story.document(
            evidence: [digestA], findings: findings ?? [finding], waivers: [waiver])
        try await store.record(
            [
                .evidence(try record()), .pullRequest(try Story.pullRequest(title: title)),
                .decision(try DecisionRecord(document)),
            ], at: Story.now)
        return try await store.why(Story.digest)
    }

    @Test func theTextTellsTheWholeStory() async throws {
        let report = try await Self.report()
        let decision = try #require(report.decisions.first).id
        #expect(
            report.text == """
                Why \(Story.digest) is here

                ORIGIN
                  as provenance \(Self.digestA) tells it, signed
                    pull request  https://github.com/example/app#12 <https://github.com/example/app/pull/12> "Fix the lock" by alice, merged, UNSIGNED
                    commit        \(Story.commit) <https://github.com/example/app/commit/\(Story.commit)> of https://github.com/example/app (refs/heads/main)
                    workflow      .github/workflows/release.yml
                    run           \(Story.run), finished 2026-02-01T02:40:00Z
                    builder       https://github.com/actions/runner/github-hosted, hermetic as it says
                    image         \(Story.digest)

                EVIDENCE
                  provenance \(Self.digestA), signed
                    says        built by https://github.com/actions/runner/github-hosted from commit \(Story.commit), 2 inputs
                    signer      https://github.com/example/app/.github/workflows/release.yml@refs/heads/main, as https://token.actions.githubusercontent.com says
                    from        run \(Story.run), commit \(Story.commit) <https://github.com/example/app/commit/\(Story.commit)>, refs/heads/main, on push
                    time        2026-02-01T02:40:00Z by https://rekor.example
                    log         https://rekor.example entry 42, inclusion proven
                    trust root  \(Self.trustRoot)

                DECISIONS
                  2026-02-02T02:40:00Z allow (Enforce, the cluster was told allow), decision \(decision)
                    where      payments/Deployment/checkout in cluster eu-1, environment prod, tenant tenant-a
                    image      ghcr.io/example/app@\(Story.digest)
                    requester  username=alice@example.com
                    policy     payments of bundle 28.1.0
                    finding    hermetic-required (high, waived): observed hermetic: false; expected hermetic: true
                    waiver     W-2026-014 of team-payments until 2026-02-02T11:30:00Z
                    log        mc.example/log entry 7

                MISSING
                  no bill of materials was recorded, so the contents are not known

                """)
    }

    @Test func theDocumentIsTheGoldenOne() async throws {
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fixtures/lineage/why.json")
        let text = try await Self.report().json.pretty
        #expect(text == (try? String(contentsOf: golden, encoding: .utf8)), "\(text)")
    }

    @Test func theMarkdownHasLinksAndCode() async throws {
        let markdown = try await Self.report().markdown
        #expect(markdown.hasPrefix("### Why `\(Story.digest)` is here\n\n#### Origin\n\n- as provenance `sha256:"))
        #expect(
            markdown.contains(
                "  - **pull request** [`https://github.com/example/app#12`](<https://github.com/example/app/pull/12>)"
                    + " \"`Fix the lock`\" by `alice`, merged, UNSIGNED\n"))
        #expect(
            markdown.contains(
                "  - **commit** [`\(Story.commit)`](<https://github.com/example/app/commit/\(Story.commit)>) of "))
    }

    @Test(arguments: [
        ("`</code><script>alert(1)</script>`", "`` `</code><script>alert(1)</script>` ``"),
        ("a ``` b", "````a ``` b````"),
        ("**bold** [x](javascript:alert(1)) @org/team #1", "`**bold** [x](javascript:alert(1)) @org/team #1`"),
        ("x\n\n# Approved\n- [x] done", #"`x\u{A}\u{A}# Approved\u{A}- [x] done`"#),
        ("\u{202E}evil\u{200B}\u{1B}[2J", #"`\u{202E}evil\u{200B}\u{1B}[2J`"#),
        ("<!-- ", "`` <!--  ``".replacingOccurrences(of: "``", with: "`")),
        ("\\` | \\|", #"``\` | \|``"#), ("", "(empty)"),
    ])
    func aTitleInjectsNothingIntoMarkdown(title: String, code: String) async throws {
        let markdown = try await Self.report(title: title).markdown
        #expect(markdown.contains(" \"\(code)\" by `alice`"), "\(markdown)")
    }

    @Test(arguments: ["\u{1B}[31mred", "a\nDECISIONS\n  allow", "a\u{2028}b", "\u{202E}txt.exe", "a\rb"])
    func aTitleMovesNothingOnTheTerminal(title: String) async throws {
        let text = try await Self.report(title: title).text
        #expect(text.split(separator: "\n").count == (try await Self.report().text.split(separator: "\n").count))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x2028 })
        #expect(!text.unicodeScalars.contains("\u{202E}"))
    }

    @Test(
        arguments: [
            ("https://github.com/org/app", "https://github.com/org/app/commit/C", "https://github.com/org/app/pull/7"),
            (
                "https://github.com/org/app.git", "https://github.com/org/app/commit/C",
                "https://github.com/org/app/pull/7"
            ),
            (
                "https://gitlab.com/g/sub/app", "https://gitlab.com/g/sub/app/-/commit/C",
                "https://gitlab.com/g/sub/app/-/merge_requests/7"
            ),
            ("https://git.example/o/a", "https://git.example/o/a/commit/C", "https://git.example/o/a/pulls/7"),
            (
                "https://bitbucket.org/o/a", "https://bitbucket.org/o/a/commits/C",
                "https://bitbucket.org/o/a/pull-requests/7"
            ),
            ("ssh://git@github.com/org/app", nil, nil), ("https://user@github.com/org/app", nil, nil),
            ("javascript:alert(1)//org/app", nil, nil), ("https://github.com/org/app\">", nil, nil),
            ("https://github.com/org/..", nil, nil), ("https://github.com", nil, nil),
            ("https://github.com/o/a b", nil, nil), ("https://github.com/o/a)", nil, nil),
            ("https://github.com/o/%2e%2e", nil, nil),
        ] as [(String, String?, String?)])
    func linksLeadToPlainPlacesOnly(repository: String, commit: String?, pullRequest: String?) {
        #expect(
            WebLink.commit(Story.commit, of: repository)
                == commit?.replacingOccurrences(of: "/C", with: "/\(Story.commit)"))
        #expect(WebLink.pullRequest(7, of: repository) == pullRequest)
        #expect(WebLink.commit("not a commit", of: repository) == nil)
    }

    /// The event names any address; only one on the repository's own host is followed.
    @Test func aPullRequestLeadsToItsOwnHostOnly() throws {
        let record = try PullRequestRecord(
            repository: Story.repository, number: 12, url: "https://phish.example/pull/12", title: "t")
        let request = WhyReport.PullRequest(record: record, relation: .merged, source: record.digest)
        #expect(request.url == "https://github.com/example/app/pull/12")
    }

    @Test func longMarkdownIsCutAndThatIsSaid() async throws {
        let findings: [JSONValue] = (0..<400).map { number in
            [
                "rule": "rule-\(number)".json, "severity": "low",
                "observed": .string(String(repeating: "o", count: 2_000)), "expected": "e",
            ]
        }
        let markdown = try await Self.report(findings: findings).markdown
        #expect(markdown.utf8.count < 65_536)
        #expect(markdown.hasSuffix(" more lines are not shown.\n"))
    }

    // The schema is asked through Python, which the other schema tests need as well.
    @Test(.enabled(if: Python.hasJSONSchema, "no python3 with the package jsonschema"))
    func everyDocumentFollowsTheSchema() async throws {
        let store = try SQLiteStore.inMemory()
        let empty = try await store.why(Story.digest)
        try await store.record(try StoreTests.everything(), at: Story.now)
        let full = try await store.why(Story.digest)
        for report in [empty, full, try await Self.report()] {
            #expect(try Python.judge(report.json) == "")
        }
        #expect(try Python.judge(["image": "sha256:aa"]) != "")
    }
}

extension String {
    fileprivate var json: JSONValue { .string(self) }
}

/// The JSON Schema of the answer, asked through Python's `jsonschema`.
enum Python {
    static let hasJSONSchema = (try? run("import jsonschema, referencing", [])) == ""

    /// - Parameter schema: the schema's file name.
    static func judge(_ document: JSONValue, by schema: String = "why.v1.json") throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write("why.json", document.canonical)
        let schemas = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../schemas").path
        return try run(
            """
            import json, pathlib, sys
            from jsonschema import Draft202012Validator
            from referencing import Registry, Resource
            files = {p.name: json.loads(p.read_text()) for p in pathlib.Path(sys.argv[1]).glob("*.json")}
            registry = Registry().with_resources(
                [(k, Resource.from_contents(v)) for f, v in files.items() for k in (f, v.get("$id", f))])
            schema = files[sys.argv[3]]
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema, registry=registry)
            for error in validator.iter_errors(json.load(open(sys.argv[2]))): print(error.json_path, error.message[:300])
            """, [schemas, file, schema])
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
