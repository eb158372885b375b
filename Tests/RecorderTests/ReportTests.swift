import Core
import KubernetesClient
import Recorder
import TestCluster
import Testing

@Suite struct ReportTests {
    private static func summary(_ report: JSONValue?) -> [String: Int64] {
        Dictionary(
            (report?["summary"]?.object?.members ?? []).compactMap { member in
                member.value.integer.map { (member.key, $0) }
            }
        ) { $1 }
    }

    private static let mixed = Desk.decision(
        "deny",
        findings: [
            Desk.finding("sbom-missing", "denies"), Desk.finding("provenance-missing", "denies"),
            Desk.finding("gate-missing", "undetermined"), Desk.finding("sbom-expired", "warns"),
            Desk.finding("hermetic-required", "waived", waiver: "W-1"), Desk.finding("waiver-inactive", "explains"),
            Desk.finding("environment-mismatch", "denies", policy: nil),
        ])

    @Test(arguments: ["openreports.io", "wgpolicyk8s.io"])
    func aReportSaysWhatHoldsInTheGroupThatIsServed(_ group: String) async throws {
        let isOpen = group == "openreports.io"
        let cluster = try await TestCluster(
            kinds: isOpen ? ServedKind.openReports : ServedKind.workingGroupReports)
        let output = ReportOutput(try Desk.client(cluster))
        try await output.write(Desk.logged(Self.mixed, index: 7))
        let reports = cluster.objects(isOpen ? "reports" : "policyreports", namespace: "shop")
        #expect(reports.count == 1)
        let report = try #require(reports.first)
        #expect(report["apiVersion"]?.string == (isOpen ? "openreports.io/v1alpha1" : "wgpolicyk8s.io/v1alpha2"))
        #expect(report["scope"]?["name"] == "shop")
        #expect(report["metadata"]?["ownerReferences"]?.array?.first?["uid"] == "uid-1")
        #expect(Self.summary(report) == ["fail": 3, "error": 1, "warn": 1, "skip": 1, "pass": 0])
        let results = report["results"]?.array ?? []
        #expect(results.count == 6)
        #expect(results.compactMap { $0["result"]?.string } == ["fail", "fail", "fail", "error", "warn", "skip"])
        #expect(results.allSatisfy { $0["policy"]?.string?.isEmpty == false })
        #expect(results.first { $0["rule"] == "sbom-missing" }?["properties"]?["image"]?.string == Desk.image)
        // Put right, the same workload's report says so.
        try await output.write(Desk.logged(Desk.decision(), index: 8))
        let mended = cluster.objects(isOpen ? "reports" : "policyreports")
        #expect(mended.count == 1)
        #expect(Self.summary(mended.first) == ["fail": 0, "error": 0, "warn": 0, "skip": 0, "pass": 1])
        #expect(mended.first?["results"]?.array?.count == 1)
    }

    @Test func anOlderDecisionDoesNotReplaceANewerOne() async throws {
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        let output = ReportOutput(try Desk.client(cluster))
        try await output.write(Desk.logged(Desk.decision(), index: 8))
        try await output.write(Desk.logged(Self.mixed, index: 7))
        #expect(Self.summary(cluster.objects("reports").first)["pass"] == 1)
        let version = cluster.objects("reports").first?["metadata"]?["resourceVersion"]
        try await output.write(Desk.logged(Desk.decision(), index: 8))
        #expect(cluster.objects("reports").first?["metadata"]?["resourceVersion"] == version)
    }

    @Test(arguments: [
        ("denied", Desk.decision("deny", enforced: "deny", findings: [Desk.finding("a", "denies")]), 0),
        ("a dry run", Desk.decision(isDryRun: true), 0), ("not judged", Desk.decision(note: "always allowed"), 0),
        ("a Pod of an owner", Desk.decision(kind: "Pod", group: "", owner: "rs"), 0),
        (
            "a bad Pod of an owner",
            Desk.decision("deny", kind: "Pod", group: "", owner: "rs", findings: [Desk.finding("a", "denies")]), 1
        ),
        ("a Pod by itself", Desk.decision(kind: "Pod", group: ""), 1),
    ])
    func whatRunsIsReported(_ what: String, _ decision: JSONValue, _ count: Int) async throws {
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        try await ReportOutput(Desk.client(cluster)).write(Desk.logged(decision))
        #expect(cluster.objects("reports").count == count, "\(what)")
    }

    @Test func aReportGoesWithItsWorkload() async throws {
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        let output = ReportOutput(try Desk.client(cluster))
        try await output.write(Desk.logged(Desk.decision(), index: 1))
        let deletion = Desk.decision(operation: "DELETE", note: "always allowed: deletion")
        try await output.write(Desk.logged(deletion, index: 0))
        #expect(cluster.objects("reports").count == 1)
        try await output.write(Desk.logged(deletion, index: 2))
        try await output.write(Desk.logged(deletion, index: 2))
        #expect(cluster.objects("reports").isEmpty)
    }

    @Test func aVeryLongReportListsTheWorstAndCountsAll() async throws {
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        let findings = (0..<150).map { Desk.finding("rule-\($0)", $0 < 40 ? "denies" : "warns") }
        try await ReportOutput(Desk.client(cluster)).write(Desk.logged(Desk.decision("deny", findings: findings)))
        let report = try #require(cluster.objects("reports").first)
        let results = report["results"]?.array ?? []
        #expect(results.count == 100)
        #expect(results.count { $0["result"] == "fail" } == 40)
        #expect(Self.summary(report)["warn"] == 110)
        #expect(report["metadata"]?["annotations"]?["mc.internal/results-omitted"] == "50")
    }

    @Test func aClusterWithoutReportsIsCounted() async throws {
        let cluster = try await TestCluster()
        let counts = Counts()
        let output = ReportOutput(try Desk.client(cluster), metrics: counts.metrics)
        try await output.write(Desk.logged(Desk.decision()))
        #expect(counts.dropped.value == ["reports: not served"])
        cluster.fail(Fault(.status(503, reason: ""), part: "openreports"))
        await #expect(throws: RecorderError.self) { try await output.write(Desk.logged(Desk.decision())) }
    }
}
