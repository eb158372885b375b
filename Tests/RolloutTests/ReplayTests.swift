import Admission
import Attestation
import Core
import DecisionLog
import Foundation
import Kubernetes
import Policy
import Rehearsal
import Rollout
import Synchronization
import TestDecisionLog
import TestSupport
import Testing

@Suite struct ReplayTests {
    static let now = ReviewCourt.now
    static let digest = Digest.of(Array("checkout".utf8))
    static let repository = "ghcr.io/org/checkout"

    static func facts(_ name: String = "checkout", digest: Digest = digest) throws -> AdmissionFacts {
        var facts = AdmissionFacts(
            cluster: "recorded", namespace: "payments", operation: .create, change: .template,
            object: .init(group: "apps", kind: "Deployment", name: name, templateDigest: .of(Array(name.utf8))),
            requester: Requester(
                username: "https://token.actions.githubusercontent.com#repo:org/app:environment:prod",
                groups: ["oidc:github"],
                extra: ["example.test/repository": ["org/app"], "example.test/environment": ["prod"]]))
        let text = "\(repository)@\(digest)"
        facts.images = [
            ImageFacts(
                text: text, uses: ["spec"], reference: .success(try ImageReference(text)), digest: digest,
                repository: "org/app", evidence: .none)
        ]
        return facts
    }

    /// What was decided by the bundle as it is, as the log has it.
    static func entry(
        _ court: ReviewCourt, _ facts: AdmissionFacts, images: MemoryImages? = nil, at: Instant = now,
        waivers: WaiverBook = .none
    ) async throws -> LogEntry {
        let (decision, used) = await ReplayJudge(try court.admitter(images: images), waivers: waivers)
            .decide(facts, at: at)
        return LogEntry(decision, facts: used)
    }

    static func replay(
        _ entries: [LogEntry], by admitter: Admitter, beside large: (any LargeDecisions)? = nil
    ) async throws -> ReplayReport {
        var replay = Replay(ReplayJudge(admitter))
        for (index, entry) in entries.enumerated() {
            try await replay.add(entry: entry.bytes, place: "log#\(index)", beside: large)
        }
        await replay.flush()
        return replay.report
    }

    private static func court() throws -> ReviewCourt {
        var court = try ReviewCourt()
        try court.attest(digest, in: repository)
        return court
    }

    @Test func theSameBundleChangesNothing() async throws {
        let court = try Self.court()
        let good = try await Self.entry(court, Self.facts())
        let bad = try await Self.entry(court, Self.facts("bad", digest: .of([1])))
        #expect(good.outcome == .allow && bad.outcome == .deny)
        let report = try await Self.replay([good, bad], by: try court.admitter())
        #expect(report.decisions == 2 && report.unchanged == 2 && report.changes.isEmpty && report.notCompared == 0)
    }

    @Test func aStricterBundleIsToldBeforeItDenies() async throws {
        let court = try Self.court()
        let entries = try await [
            Self.entry(court, Self.facts()), Self.entry(court, Self.facts(), at: Self.now + .seconds(60)),
            Self.entry(court, Self.facts("other")),
        ]
        let stricter = court.bundle { $0.requirements.sbom = BillRequirement() }
        let report = try await Self.replay(entries, by: try court.admitter(stricter))
        #expect(report.decisions == 3 && report.judged == 2 && report.deniedMore == 3)
        #expect(report.groups.map(\.workload) == ["Deployment/checkout", "Deployment/other"])
        let group = try #require(report.groups.first)
        #expect(group.change == .allowToDeny && group.rules == ["sbom-missing"] && group.count == 2)
        #expect(group.example == "log#0" && group.namespace == "payments")
        // And the other way round.
        let loose = try await Self.replay(
            [try await Self.entry(court, Self.facts("bad", digest: .of([1])))],
            by: try court.admitter(court.bundle { $0.mode = .audit }))
        #expect(loose.changes == [.nowAudited: 1] && loose.deniedMore == 0)
    }

    @Test func enforcingWhatWasAuditedDeniesMore() async throws {
        let court = try Self.court()
        let audited = court.bundle { $0.mode = .audit }
        let (decision, used) = await ReplayJudge(try court.admitter(audited))
            .decide(try Self.facts("bad", digest: .of([1])), at: Self.now)
        #expect(decision.outcome == .deny && decision.enforcedResult == .allow)
        let report = try await Self.replay([LogEntry(decision, facts: used)], by: try court.admitter())
        #expect(report.changes == [.nowEnforced: 1] && report.deniedMore == 1)
    }

    /// What is gone since then, or does not answer, says nothing about the bundle.
    @Test func missingEvidenceIsNoChange() async throws {
        let court = try Self.court()
        let entry = try await Self.entry(court, Self.facts())
        let gone = try await Self.replay([entry], by: try court.admitter(images: MemoryImages()))
        #expect(gone.changes.isEmpty && gone.gaps[.evidenceMissing]?.count == 1 && gone.notCompared == 1)
        var silent = court.images
        silent.reach = .unavailable
        let unread = try await Self.replay([entry], by: try court.admitter(images: silent))
        #expect(unread.changes.isEmpty && unread.notCompared == 1)
        // The same bundle with the evidence at hand is compared.
        let whole = try await Self.replay([entry], by: try court.admitter())
        #expect(whole.notCompared == 0)
    }

    @Test func evidenceThatAnotherTrustRootRefusesIsTheBundlesDoing() async throws {
        let court = try Self.court()
        let entry = try await Self.entry(court, Self.facts())
        // Another stage has an authority of its own: the evidence is there and refused.
        let other = try ReviewCourt()
        let report = try await Self.replay([entry], by: try other.admitter(images: court.images))
        #expect(report.changes == [.allowToDeny: 1] && report.notCompared == 0)
    }

    @Test func entriesWithoutFactsAreTold() async throws {
        let court = try Self.court()
        let (decision, _) = await ReplayJudge(try court.admitter()).decide(try Self.facts(), at: Self.now)
        var replay = Replay(ReplayJudge(try court.admitter()))
        try await replay.add(entry: LogEntry(decision).bytes, place: "0")
        try await replay.add(entry: Array("{}".utf8), place: "1")
        try await replay.add(
            entry: try Event(1).record.bytes, place: "2")
        await replay.flush()
        #expect(replay.report.gaps[.noFacts]?.count == 2 && replay.report.gaps[.malformed]?.example == "1")
        // Other kinds of entries are passed over.
        try await replay.add(
            entry: LogRecord.approval(Events.approval()).bytes, place: "3")
        #expect(replay.report.decisions == 3)
    }

    /// What was too large for an entry lies beside the log.
    @Test func whatIsBesideTheLogIsReplayedToo() async throws {
        let court = try Self.court()
        var facts = try Self.facts()
        facts.requester.groups += (0..<9_000).map { "group \($0)" }
        let (decision, used) = await ReplayJudge(try court.admitter()).decide(facts, at: Self.now)
        let entry = LogEntry(decision, facts: used)
        #expect(entry.decision == nil && entry.facts == nil)
        let without = try await Self.replay([entry], by: try court.admitter())
        #expect(without.gaps[.tooLarge]?.count == 1)
        let beside = MemoryDecisions()
        for document in [CanonicalDecision(decision).bytes, used.recorded.canonical] {
            try await beside.keep(document, digest: Digest.of(document))
        }
        let with = try await Self.replay([entry], by: try court.admitter(), beside: beside)
        #expect(with.unchanged == 1 && with.notCompared == 0)
    }

    /// What the keeper of a webhook puts beside the log is what a replay finds there.
    @Test func whatTheKeeperPutBesideTheLogIsReplayed() async throws {
        let folder = try TemporaryFolder()
        let large = LargeDecisionFolder("\(folder.path)/decisions")
        let log = MemoryLog()
        let keeper = DecisionKeeper(log: log, large: large, admissions: AdmissionIndex())
        let court = try Self.court()
        let judge = ReplayJudge(try court.admitter())
        // Facts alone, then the decision too, are more than an entry holds.
        for groups in [3_000, 9_000] {
            var facts = try Self.facts("app \(groups)")
            facts.requester.groups += (0..<groups).map { "group \($0)" }
            let (decision, used) = await judge.decide(facts, at: Self.now)
            _ = try await keeper.keep(CanonicalDecision(decision), used, caller: .authenticated)
        }
        let entries = try log.entries.map { try LogEntry(parsing: $0) }
        #expect(entries.map { $0.decision != nil } == [true, false] && entries.allSatisfy { $0.facts == nil })
        let report = try await Self.replay(entries, by: try court.admitter(), beside: large)
        #expect(report.unchanged == 2 && report.notCompared == 0, "\(report.text)")
        let stricter = court.bundle { $0.requirements.sbom = BillRequirement() }
        let denied = try await Self.replay(entries, by: try court.admitter(stricter), beside: large)
        #expect(denied.changes == [.allowToDeny: 2], "\(denied.text)")
        // The same without the folder.
        let empty = LargeDecisionFolder("\(folder.path)/nowhere")
        let without = try await Self.replay(entries, by: try court.admitter(), beside: empty)
        #expect(without.gaps[.tooLarge]?.count == 2)
        // Readiness needs the decision alone; without it, no allow is known to be this bundle's.
        for (folder, allowed) in [(large, 2), (empty, 1)] {
            var counter = ReadinessCounter(cluster: "recorded", bundle: court.stage.bundle.digest, now: Self.now)
            for (index, entry) in entries.enumerated() {
                try await counter.add(
                    .decision(entry), at: EntryPlace(log: "", index: UInt64(index)), beside: folder)
            }
            #expect(Readiness(counter).namespace("payments")?.allowed ?? 0 == allowed)
        }
    }

    /// Registries out of reach are asked twice in a replay, however many images there are.
    @Test func aRegistryOutOfReachIsGivenUp() async throws {
        let court = try Self.court()
        var entries: [LogEntry] = []
        for number in 0..<12 {
            entries.append(try await Self.entry(court, Self.facts("app \(number)", digest: .of([UInt8(number)]))))
        }
        var silent = court.images
        silent.reach = .unavailable
        let said = Mutex<[String]>([])
        let places = GivingUpPlaces(silent) { text in said.withLock { $0.append(text) } }
        let admitter = try Admitter(bundle: court.stage.bundle, cluster: "recorded", places: places)
        let report = try await Self.replay(entries, by: admitter)
        #expect(report.notCompared == 12 && report.changes.isEmpty, "\(report.text)")
        #expect(said.withLock { $0.count } == 1 && said.withLock { $0[0].hasPrefix("ghcr.io gave no answer twice") })
    }

    @Test func onlyWhatIsAskedForIsReplayed() async throws {
        let court = try Self.court()
        let entry = try await Self.entry(court, Self.facts())
        for (selection, count) in [
            (Replay.Selection(), 1), (.init(since: Self.now), 1), (.init(since: Self.now + .seconds(1)), 0),
            (.init(namespace: "payments"), 1), (.init(namespace: "checkout"), 0),
        ] {
            var replay = Replay(ReplayJudge(try court.admitter()), selection: selection)
            try await replay.add(entry: entry.bytes, place: "0")
            await replay.flush()
            #expect(replay.report.decisions == count, "\(selection)")
        }
    }

    @Test func aTagIsJudgedByWhatItMeantThen() async throws {
        let court = try Self.court()
        let loose = court.bundle { $0.requirements.digest = false }
        var facts = try Self.facts()
        facts.images[0].text = "\(Self.repository):v1"
        facts.images[0].reference = .success(try ImageReference("\(Self.repository):v1"))
        let (decision, used) = await ReplayJudge(try court.admitter(loose)).decide(facts, at: Self.now)
        #expect(decision.outcome == .allow)
        let report = try await Self.replay([LogEntry(decision, facts: used)], by: try court.admitter(loose))
        #expect(report.unchanged == 1)
    }

    @Test(.enabled(if: SharedData.isPresent, "\(SharedData.missing)")) func theRecordedReviewsAgainstAStricterBundle()
        async throws
    {
        var court = try ReviewCourt()
        var requests: [AdmissionRequest] = []
        var attested: Set<Digest> = []
        for name in try SharedData.files("admission-reviews") where name.hasSuffix(".json") {
            let request = try AdmissionReview(parsing: SharedData.bytes("admission-reviews/\(name)")).request
            requests.append(request)
            for use in try request.workload(custom: [])?.images ?? [] {
                guard let reference = use.image.flatMap({ try? ImageReference($0) }),
                    reference.name.hasPrefix("ghcr.io/org/"), let digest = reference.digest.flatMap({ Digest($0) }),
                    attested.insert(digest).inserted
                else { continue }
                try court.attest(digest, in: reference.name)
            }
        }
        let admitter = try court.admitter()
        var entries: [LogEntry] = []
        for request in requests {
            let (decision, facts) = try await admitter.resolve(request, at: Self.now)
            entries.append(LogEntry(decision, facts: facts))
        }
        let same = try await Self.replay(entries, by: admitter)
        #expect(same.decisions == requests.count && same.changes.isEmpty && same.notCompared == 0, "\(same.text)")
        let stricter = court.bundle {
            $0.interactive = .deny
            $0.requirements.sbom = BillRequirement()
        }
        let report = try await Self.replay(entries, by: try court.admitter(stricter))
        #expect(report.notCompared == 0 && !report.changes.isEmpty)
        // Who execs into a pod is denied from then on, and is told before.
        #expect(
            report.groups.contains { $0.change == .allowToDeny && $0.rules == ["interactive-denied"] }, "\(report.text)"
        )
        let other = report.groups.filter { $0.change == .otherRules }
        #expect(!other.isEmpty && other.allSatisfy { $0.rules == ["sbom-missing"] }, "\(report.text)")
    }
}

@Suite struct DecisionChangeTests {
    private static func verdict(
        _ outcome: Decision.Outcome, _ result: Decision.Outcome, _ rules: [String] = []
    ) throws -> ReplayVerdict {
        let mode: DeployPolicy.Mode = result == .deny || outcome == .allow ? .enforce : .audit
        let event = Event(1, outcome) {
            $0.mode = mode
            $0.rules = rules
        }
        guard case .decision(let entry) = try event.record, let document = entry.decision else {
            throw CocoaError(.coderInvalidValue)
        }
        return ReplayVerdict(try RecordedDecision(JSONCursor(document)))
    }

    @Test(
        arguments: [
            (.allow, .allow, .deny, .deny, .allowToDeny, true), (.allow, .allow, .deny, .allow, .allowToDeny, true),
            (.deny, .allow, .deny, .deny, .nowEnforced, true), (.deny, .deny, .deny, .allow, .nowAudited, false),
            (.deny, .deny, .allow, .allow, .denyToAllow, false), (.deny, .allow, .allow, .allow, .denyToAllow, false),
            (.allow, .allow, .indeterminate, .deny, .toIndeterminate, false),
            (.deny, .deny, .indeterminate, .deny, .toIndeterminate, false),
            (.indeterminate, .deny, .allow, .allow, .fromIndeterminate, false),
            (.indeterminate, .deny, .deny, .deny, .fromIndeterminate, false),
            (.indeterminate, .allow, .deny, .deny, .nowEnforced, true),
            (.allow, .allow, .allow, .allow, nil, false), (.deny, .deny, .deny, .deny, nil, false),
            (.indeterminate, .deny, .indeterminate, .deny, nil, false),
        ] as [(Decision.Outcome, Decision.Outcome, Decision.Outcome, Decision.Outcome, DecisionChange?, Bool)])
    func everyPair(
        _ old: Decision.Outcome, _ oldResult: Decision.Outcome, _ new: Decision.Outcome, _ newResult: Decision.Outcome,
        _ change: DecisionChange?, _ deniesMore: Bool
    ) throws {
        let found = DecisionChange(from: try Self.verdict(old, oldResult), to: try Self.verdict(new, newResult))
        #expect(found == change && found?.deniesMore ?? false == deniesMore)
    }

    @Test func otherRulesAreAChange() throws {
        let old = try Self.verdict(.deny, .deny, ["a", "b"])
        #expect(DecisionChange(from: old, to: try Self.verdict(.deny, .deny, ["b", "a"])) == nil)
        #expect(DecisionChange(from: old, to: try Self.verdict(.deny, .deny, ["a"])) == .otherRules)
    }
}

@Suite struct ShadowTests {
    @Test func differencesAreCountedAndSampled() async throws {
        var court = try ReviewCourt()
        try court.attest(ReplayTests.digest, in: ReplayTests.repository)
        let (current, facts) = await ReplayJudge(try court.admitter()).decide(
            try ReplayTests.facts(), at: ReplayTests.now)
        let same = court.stage.bundle
        let next = court.bundle { $0.requirements.sbom = BillRequirement() }
        var shadow = Shadow(current: same.digest, next: next.digest)
        #expect(shadow.compare(current, facts: facts, next: same) == nil)
        for _ in 0..<50 { #expect(shadow.compare(current, facts: facts, next: next) == .allowToDeny) }
        #expect(shadow.compared == 51 && shadow.changes == [.allowToDeny: 50] && shadow.deniedMore == 50)
        // The list stays short, the count does not.
        #expect(shadow.samples.count == 20 && shadow.samples[0].rules == ["sbom-missing"])
        #expect(shadow.json["changes"]?["allow-to-deny"] == 50)
    }
}
