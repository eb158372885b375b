import Attestation
import Core
import Lineage
import TestAuthority
import Testing

/// Why is it here: the way back to the pull request, evidence, decisions, and what is not known.
@Suite struct WhyTests {
    @Test func anImageLeadsBackToItsPullRequest() async throws {
        let store = try SQLiteStore.inMemory()
        let provenance = try Story.provenance()
        try await store.record(
            [
                .evidence(provenance), .evidence(try Story.billOfMaterials()),
                .pullRequest(try Story.pullRequest()), .decision(try Story.decision(evidence: [provenance.digest])),
            ], at: Story.now)
        let report = try await store.why(Story.digest)
        let origin = try #require(report.origins.first)
        #expect(report.origins.count == 1)
        #expect(origin.evidence == provenance.digest)
        #expect(origin.isSigned)
        #expect(origin.commit == Story.commit)
        #expect(origin.commitURL == "https://github.com/example/app/commit/\(Story.commit)")
        #expect(origin.runURL == Story.run)
        #expect(origin.builder == "https://github.com/actions/runner/github-hosted")
        #expect(origin.workflow == ".github/workflows/release.yml")
        #expect(origin.hermetic == true)
        #expect(origin.pullRequests.map(\.record.number) == [12])
        #expect(origin.pullRequests.map(\.relation) == [.merged])
        #expect(origin.pullRequests.map(\.url) == ["https://github.com/example/app/pull/12"])
        #expect(origin.pullRequests.map(\.isSigned) == [false])
        #expect(report.evidence.map(\.record.kind) == ["provenance", "billOfMaterials"])
        #expect(report.evidence.first?.record == provenance)
        #expect(report.decisions.map(\.outcome) == [.allow])
        #expect(report.gaps.isEmpty)
    }

    @Test func everyKindOfEvidenceIsToldAsItWasVerified() async throws {
        let store = try SQLiteStore.inMemory()
        let summary = try Story.attestation(
            "https://slsa.dev/verification_summary/v1",
            [
                "verifier": ["id": "https://verifier.example"], "timeVerified": "2026-02-01T00:00:00Z",
                "resourceUri": "pkg:oci/app", "policy": ["uri": "https://verifier.example/policy"],
                "verificationResult": "PASSED", "verifiedLevels": ["SLSA_BUILD_LEVEL_3"],
            ])
        let signature = EvidenceRecord(
            try Story.verified(.init(.artifact(Story.image), at: Story.signedAt)))
        let records = [
            try Story.provenance(), try Story.billOfMaterials(), try Story.testResult(), try Story.claims(), summary,
            signature, try Story.attestation("https://example.com/other/v1", ["a": 1]),
            try Story.attestation("https://slsa.dev/provenance/v1", ["a": 1]),
        ]
        try await store.record(records.map { .evidence($0) }, at: Story.now)
        let report = try await store.why(Story.digest)
        #expect(report.evidence.map(\.record) == records)
        #expect(
            report.evidence.map(\.record.kind) == [
                "provenance", "billOfMaterials", "testResult", "deliveryClaims", "verificationSummary", "signature",
                "other", "unreadable",
            ])
        #expect(report.codes.contains(.unreadableEvidence))
        let signer = try #require(report.evidence.first?.record.signer)
        #expect(signer.repository == Story.repository)
        #expect(signer.commit == Story.commit)
        #expect(signer.run == Story.run)
        #expect(signer.trigger == "push")
        #expect(report.evidence.allSatisfy { $0.trustRoots.count == 1 && $0.firstSeen == Story.now })
    }

    @Test func nothingIsInventedForAnUnknownImage() async throws {
        let report = try await SQLiteStore.inMemory().why(Story.digest)
        #expect(!report.isKnown)
        #expect(report.origins.isEmpty)
        #expect(report.codes == [.imageUnknown])
    }

    @Test func withoutProvenanceNoCommitIsKnownThoughTheCertificateNamesOne() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record(
            [.evidence(try Story.billOfMaterials()), .pullRequest(try Story.pullRequest())], at: Story.now)
        let report = try await store.why(Story.digest)
        #expect(report.origins.isEmpty)
        #expect(report.codes == [.noProvenance, .noDecision])
    }

    @Test(arguments: [
        (nil as String?, "https://builder.example", Story.run as String?, WhyReport.Gap.Code.noCommit),
        (Story.commit, "", Story.run, .noBuilder),
        (Story.commit, "https://builder.example", nil, .noRun),
        (Story.commit, "https://builder.example", Story.run, .noPullRequest),
        (String(repeating: "a", count: 40), "https://builder.example", Story.run, .sourceContradiction),
    ])
    func whatAProvenanceLeavesOutIsSaid(
        commit: String?, builder: String, run: String?, expected: WhyReport.Gap.Code
    ) async throws {
        let store = try SQLiteStore.inMemory()
        let record = try Story.provenance(commit: commit, builder: builder, run: run)
        try await store.record([.evidence(record)], at: Story.now)
        let report = try await store.why(Story.digest)
        #expect(report.codes.contains(expected))
        let origin = try #require(report.origins.first)
        #expect(origin.commit == commit)
        #expect(origin.builder == (builder.isEmpty ? nil : builder))
        #expect(origin.run == run)
    }

    /// One provenance says that run 1 built the image, that of another image says that run 1 came from a commit: the
    /// first image must not inherit that commit.
    @Test func stepsOfDifferentEvidenceAreNeverJoined() async throws {
        let store = try SQLiteStore.inMemory()
        let other = Array("another image".utf8)
        let foreign = String(repeating: "c", count: 40)
        try await store.record(
            [
                .evidence(try Story.provenance(commit: nil)),
                .evidence(
                    try Story.provenance(
                        commit: foreign, builder: "https://elsewhere.example", about: other)),
            ], at: Story.now)
        let origin = try #require(try await store.why(Story.digest).origins.first)
        #expect(origin.commit == nil)
        #expect(origin.builder == "https://github.com/actions/runner/github-hosted")
        #expect(try await store.why(Digest.of(other)).origins.map(\.commit) == [foreign])
    }

    @Test func evidenceOfAPlatformCountsForTheIndexThatADecisionNames() async throws {
        let store = try SQLiteStore.inMemory()
        let platform = try Story.provenance(about: Array("linux/amd64".utf8))
        let index = Digest.of(Array("the index".utf8))
        let absent = Digest.of(Array("never recorded".utf8))
        try await store.record(
            [
                .evidence(platform),
                .decision(try Story.decision(evidence: [platform.digest, absent], image: index)),
            ], at: Story.now)
        let report = try await store.why(index)
        #expect(report.evidence.map(\.record.digest) == [platform.digest])
        #expect(report.evidence.map(\.isAboutImage) == [false])
        #expect(report.origins.map(\.built) == [platform.artifact.description])
        #expect(report.codes.contains(.evidenceNotRecorded))
        #expect(report.gaps.contains { $0.text.contains(absent.description) })
    }

    @Test func decisionsComeNewestFirstAndTheRestIsCounted() async throws {
        let store = try SQLiteStore.inMemory()
        for second in [5, 1, 4, 2, 3] {
            try await store.record(
                [.decision(try Story.decision(second == 4 ? "deny" : "allow", at: Story.now + .seconds(second)))],
                at: Story.now)
        }
        var limits = WhyLimits()
        limits.decisions = 3
        let report = try await store.why(Story.digest, limits: limits)
        #expect(report.decisions.map { $0.at.seconds - Story.now.seconds } == [5, 4, 3])
        #expect(report.decisions.map(\.outcome) == [.allow, .deny, .allow])
        #expect(report.decisionCount == 5)
        #expect(report.gaps.contains { $0.text == "2 older decisions are not shown" })
    }

    @Test func olderEvidenceIsCutAndThatIsSaid() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.evidence(try Story.provenance())], at: Story.now)
        try await store.record([.evidence(try Story.claims())], at: Story.now)
        var limits = WhyLimits()
        limits.evidence = 1
        let report = try await store.why(Story.digest, limits: limits)
        #expect(report.evidence.map(\.record.kind) == ["deliveryClaims"])
        #expect(report.codes.contains(.moreEvidence))
        #expect(try await !store.why(Story.digest).codes.contains(.moreEvidence))
    }

    /// Twenty decisions may name tens of thousands of pieces; nobody asks after what cannot be shown.
    @Test(arguments: [(0, 10, 5, false), (0, 5, 5, false), (0, 3, 3, true), (1, 1, 0, true), (1, 2, 2, true)])
    func evidenceThatDecisionsNameIsAskedAfterUpToTheLimit(
        recorded: Int, limit: Int, absent: Int, isCut: Bool
    ) async throws {
        let store = try SQLiteStore.inMemory()
        if recorded > 0 { try await store.record([.evidence(try Story.provenance())], at: Story.now) }
        let names = (0..<5).map { Digest.of(Array("never recorded \($0)".utf8)) }
        try await store.record([.decision(try Story.decision(evidence: names))], at: Story.now)
        var limits = WhyLimits()
        limits.evidence = limit
        let codes = try await store.why(Story.digest, limits: limits).codes
        #expect(codes.count { $0 == .evidenceNotRecorded } == absent)
        #expect(codes.contains(.moreEvidence) == isCut)
    }

    @Test func theNewestEventOfAPullRequestCounts() async throws {
        let store = try SQLiteStore.inMemory()
        try await store.record([.evidence(try Story.provenance())], at: Story.now)
        try await store.record([.pullRequest(try Story.pullRequest(title: "Old"))], at: Story.now)
        try await store.record([.pullRequest(try Story.pullRequest(title: "New"))], at: Story.now)
        let origin = try #require(try await store.why(Story.digest).origins.first)
        #expect(origin.pullRequests.map(\.record.title) == ["New"])
    }

    /// GitHub gives an open pull request the commit of a merge that it tried.
    @Test(arguments: [(true, 1), (false, 0)])
    func onlyAMergedPullRequestHasAMerge(merged: Bool, count: Int) async throws {
        let store = try SQLiteStore.inMemory()
        let record = try PullRequestRecord(githubEvent: Story.event(merged: merged).canonical)
        try await store.record([.evidence(try Story.provenance()), .pullRequest(record)], at: Story.now)
        #expect(try await store.why(Story.digest).origins.first?.pullRequests.count == count)
    }

    /// A fork has the same commits; its pull requests are not those of the repository that was built.
    @Test func aPullRequestOfAnotherRepositoryIsNotShown() async throws {
        let store = try SQLiteStore.inMemory()
        let record = try PullRequestRecord(
            githubEvent: Story.event(repository: "https://github.com/mallory/app").canonical)
        try await store.record([.evidence(try Story.provenance()), .pullRequest(record)], at: Story.now)
        #expect(try await store.why(Story.digest).origins.first?.pullRequests.isEmpty == true)
    }
}
