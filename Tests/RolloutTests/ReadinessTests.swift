import Core
import Policy
import Rollout
import TestSupport
import Testing

/// Each condition has a case that keeps a namespace back, beside the same without it.
@Suite struct ReadinessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: [Readiness.Reason.Code]
        var events = Events.clean()
        var approvals = [Events.approval()]
        var further: [LogRecord] = []
        var terms = ReadinessTerms()
    }

    static func cases() -> [Case] {
        let denied = Event(47, .deny)
        return [
            Case(testDescription: "clean", expected: []),
            Case(
                testDescription: "a denial within the window", expected: [.wouldDeny],
                events: Events.clean() + [denied]),
            Case(
                testDescription: "a denial before the window", expected: [],
                events: Events.clean() + [Event(49, .deny)]),
            Case(
                testDescription: "a denial before a longer window", expected: [.wouldDeny],
                events: Events.clean() + [Event(49, .deny)],
                terms: ReadinessTerms(window: .seconds(60 * 3_600))),
            Case(
                testDescription: "a denial that is too large for the log", expected: [.wouldDeny],
                events: Events.clean() + [Event(2, .deny) { $0.isLarge = true }]),
            Case(
                testDescription: "a denial by another bundle", expected: [],
                events: Events.clean() + [Event(2, .deny) { $0.bundle = Events.other }]),
            Case(
                testDescription: "a denial in another cluster", expected: [],
                events: Events.clean() + [Event(2, .deny) { $0.cluster = "prod-2" }]),
            Case(
                testDescription: "a denial of the future", expected: [.wouldDeny],
                events: Events.clean() + [Event(-5, .deny)]),
            Case(
                testDescription: "a denial that is repeated into the window", expected: [.wouldDeny],
                events: Events.clean() + [Event(60, .deny)],
                further: [
                    .repeated(
                        RepeatRecord(
                            first: 36, decisionDigest: Event(60, .deny).digest, namespace: "payments", count: 9,
                            from: Events.now - .seconds(60 * 3_600), to: Events.now - .seconds(3_600)))
                ]),
            Case(
                testDescription: "a repeated denial by another bundle", expected: [],
                events: Events.clean() + [Event(60, .deny) { $0.bundle = Events.other }],
                further: [
                    .repeated(
                        RepeatRecord(
                            first: 36, decisionDigest: Event(60, .deny) { $0.bundle = Events.other }.digest,
                            namespace: "payments", count: 9, from: Events.now - .seconds(60 * 3_600),
                            to: Events.now - .seconds(3_600)))
                ]),
            Case(
                testDescription: "denials that were only counted", expected: [.wouldDeny],
                further: [
                    .suppressed(
                        SuppressedRecord(
                            namespace: "payments", count: 9, from: Events.now - .seconds(9_000), to: Events.now))
                ]),
            Case(
                testDescription: "denials elsewhere that were only counted", expected: [],
                further: [
                    .suppressed(
                        SuppressedRecord(
                            namespace: "checkout", count: 9, from: Events.now - .seconds(9_000), to: Events.now))
                ]),
            Case(
                testDescription: "audited for 47 hours", expected: [.notLongEnough],
                events: Events.clean(hours: 47.9, every: 1)),
            Case(testDescription: "audited for 48 hours", expected: [], events: Events.clean(hours: 48, every: 1)),
            Case(
                testDescription: "seen often enough", expected: [], events: Events.clean(every: 2.5),
                terms: ReadinessTerms(minimum: 19)),
            Case(
                testDescription: "seen once too seldom", expected: [.notEnoughSeen], events: Events.clean(every: 2.5),
                terms: ReadinessTerms(minimum: 20)),
            Case(
                testDescription: "only what is always allowed", expected: [.notEnoughSeen, .silence],
                events: Events.clean().map { event in
                    var event = event
                    event.note = "always allowed: deletion"
                    return event
                }),
            Case(
                testDescription: "only what another bundle allowed", expected: [.notEnoughSeen, .silence],
                events: Events.clean().map { event in
                    var event = event
                    event.bundle = Events.other
                    return event
                }),
            Case(
                testDescription: "one undecided", expected: [.indeterminate],
                events: Events.clean() + [Event(3, .indeterminate)]),
            Case(
                testDescription: "one undecided of enough", expected: [],
                events: Events.clean(every: 0.4) + [Event(3, .indeterminate)]),
            Case(
                testDescription: "one undecided before the window", expected: [],
                events: Events.clean() + [Event(60, .indeterminate)]),
            Case(
                testDescription: "a day and a half of silence", expected: [.silence],
                events: Events.clean(every: 0.5).filter { $0.at < Events.now - .seconds(36 * 3_600) }),
            Case(
                testDescription: "most of a day of silence", expected: [],
                events: Events.clean(every: 0.5).filter { $0.at < Events.now - .seconds(20 * 3_600) }),
            Case(testDescription: "no approval", expected: [.noApproval], approvals: []),
            Case(
                testDescription: "the approval of another bundle", expected: [.noApproval],
                approvals: [Events.approval(bundle: Events.other)]),
            Case(
                testDescription: "the approval of another namespace", expected: [.noApproval],
                approvals: [Events.approval("checkout")]),
            Case(
                testDescription: "the approval in another cluster", expected: [.noApproval],
                approvals: [Events.approval(cluster: "prod-2")]),
            Case(
                testDescription: "an approval that has ended", expected: [.noApproval],
                approvals: [Events.approval(from: 9, until: 0)]),
            Case(
                testDescription: "an approval of the future", expected: [.noApproval],
                approvals: [Events.approval(from: -1)]),
            Case(
                testDescription: "an approval in the log", expected: [], approvals: [],
                further: [.approval(Events.approval())]),
        ]
    }

    @Test(arguments: cases()) func conditions(_ example: Case) throws {
        let readiness = try Events.readiness(
            example.events, terms: example.terms, approvals: example.approvals, further: example.further,
            including: ["payments"])
        let namespace = try #require(readiness.namespace("payments"))
        #expect(namespace.reasons.map(\.code) == example.expected, "\(namespace.reasons)")
        #expect(namespace.state == (example.expected.isEmpty ? .ready : .notReady))
    }

    struct Callers: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let events: [Event]
        let expected: [Readiness.Reason.Code]
        let callers: Readiness.Callers
        var further: [LogRecord] = []
    }

    static func forgeries() -> [Callers] {
        let proven = Events.asked(Events.clean(), by: .authenticated)
        let forged = Events.asked(Events.clean(), by: .unauthenticated)
        let denied = Event(2, .deny) { $0.caller = .unauthenticated }
        let early = Event(60, .deny) { $0.caller = .unauthenticated }
        let repeated = LogRecord.repeated(
            RepeatRecord(
                first: 36, decisionDigest: early.digest, namespace: "payments", count: 9,
                from: Events.now - .seconds(60 * 3_600), to: Events.now - .seconds(3_600)))
        return [
            Callers(testDescription: "all proven", events: proven, expected: [], callers: .proven),
            Callers(testDescription: "nobody proven", events: forged, expected: [], callers: .unproven(36)),
            Callers(
                testDescription: "nobody proven, and a denial", events: forged + [denied], expected: [.wouldDeny],
                callers: .unproven(37)),
            Callers(
                testDescription: "a forged denial", events: proven + [denied], expected: [], callers: .leftOut(1)),
            Callers(
                testDescription: "a proven denial",
                events: proven + Events.asked([denied], by: .authenticated), expected: [.wouldDeny], callers: .proven),
            Callers(
                testDescription: "a forged denial that is repeated", events: proven + [early], expected: [],
                callers: .leftOut(1), further: [repeated]),
            Callers(
                testDescription: "a proven denial that is repeated",
                events: proven + Events.asked([early], by: .authenticated), expected: [.wouldDeny], callers: .proven,
                further: [repeated]),
            Callers(
                testDescription: "a denial that is repeated, where nobody is proven", events: forged + [early],
                expected: [.wouldDeny], callers: .unproven(37), further: [repeated]),
            // Somebody proved who they are, if only for another namespace: what was made up does not fill the count.
            Callers(
                testDescription: "forged allows",
                events: forged + Events.asked(Events.clean("checkout"), by: .authenticated),
                expected: [.notEnoughSeen], callers: .leftOut(36)),
            Callers(
                testDescription: "proven before the window only",
                events: forged + [
                    Event(60) {
                        $0.namespace = "checkout"
                        $0.caller = .authenticated
                    }
                ], expected: [], callers: .unproven(36)),
            Callers(
                testDescription: "proven in another cluster only",
                events: forged + [
                    Event(3) {
                        $0.cluster = "prod-2"
                        $0.caller = .authenticated
                    }
                ], expected: [], callers: .unproven(36)),
        ]
    }

    @Test(arguments: forgeries()) func whoAskedDecidesWhatCounts(_ example: Callers) throws {
        let readiness = try Events.readiness(example.events, further: example.further, including: ["payments"])
        let namespace = try #require(readiness.namespace("payments"))
        #expect(namespace.reasons.map(\.code) == example.expected, "\(namespace.reasons)")
        #expect(readiness.callers == example.callers)
        let report = ReadinessReport(readiness)
        let note = readiness.callersNote
        #expect((note == nil) == (example.callers == .proven))
        #expect(note.map { report.text.contains($0) && report.markdown.contains($0) } ?? true)
        let isCounted = if case .unproven = example.callers { true } else { false }
        #expect(report.json["unauthenticated"]?["counted"] == .bool(isCounted))
    }

    /// The first proof may come after any number of entries; what counts is chosen at the end.
    @Test func theProofMayComeAnywhere() throws {
        let records = try (Events.clean() + Events.asked(Events.clean("checkout"), by: .unauthenticated))
            .map { try $0.record }
        let proof = try Event(1) { $0.caller = .authenticated }.record
        for index in [0, 20, 36, 50, records.count] {
            var all = records
            all.insert(proof, at: index)
            let readiness = try Events.readiness(records: all, terms: ReadinessTerms(), approvals: [Events.approval()])
            #expect(readiness.callers == .leftOut(36) && readiness.namespaces.map(\.name) == ["payments"])
            #expect(readiness.ready.map(\.name) == ["payments"])
        }
    }

    @Test func nothingMakesTheWindowShorterThanTwoDays() {
        #expect(ReadinessTerms(window: .seconds(60)).window == .seconds(48 * 3_600))
        #expect(ReadinessTerms(window: .seconds(72 * 3_600)).window == .seconds(72 * 3_600))
    }

    @Test func aRetryLoopIsOneWorkload() throws {
        let loop = (0..<50).map { Event(10 + Double($0) / 100, .deny) }
        let another = Event(9, .deny) { $0.template = "another" }
        let readiness = try Events.readiness(Events.clean() + loop + [another])
        let denial = try #require(readiness.namespace("payments")?.denials.first)
        #expect(denial.rule == "sbom-missing" && denial.workloads == 2 && denial.decisions == 51)
        #expect(denial.last == another.at && denial.example.index == 36)
    }

    static let terms = ReadinessTerms(canaries: ["canary"])

    private func state(_ canary: [Event], _ terms: ReadinessTerms = terms) throws -> Readiness.Namespace {
        let readiness = try Events.readiness(
            Events.clean() + canary, terms: terms,
            approvals: [Events.approval(), Events.approval("canary")])
        return try #require(readiness.namespace("payments"))
    }

    @Test func othersWaitForTheCanaries() throws {
        let enforced = Events.clean("canary", mode: .enforce)
        #expect(try state(enforced).state == .ready)
        // Not there, still in Audit, too short, denied, undecided, hardly used: each keeps the others back.
        let denied = Event(5, .deny) {
            $0.namespace = "canary"
            $0.mode = .enforce
        }
        let undecided = Event(5, .indeterminate) {
            $0.namespace = "canary"
            $0.mode = .enforce
        }
        let waiting = [
            [], Events.clean("canary"), Events.clean("canary", mode: .enforce, hours: 40, every: 1),
            enforced + [denied], enforced + [undecided], Events.clean("canary", mode: .enforce, every: 5),
        ]
        for events in waiting {
            let payments = try state(events)
            #expect(payments.reasons.map(\.code) == [.canaries], "\(payments.reasons)")
        }
    }

    @Test func aCanaryWaitsForNobody() throws {
        let readiness = try Events.readiness(
            Events.clean("canary"), terms: ReadinessTerms(canaries: ["canary", "second"]),
            approvals: [Events.approval("canary")])
        #expect(readiness.namespace("canary")?.state == .ready)
        #expect(readiness.namespace("second")?.state == .notReady)
    }

    @Test func whatIsEnforcedIsToldAsThat() throws {
        let denials = (0..<20).map { number in
            Event(0.5, .deny) {
                $0.mode = .enforce
                $0.template = "app \(number)"
            }
        }
        let quiet = try Events.readiness(Events.clean(mode: .enforce)).namespace("payments")
        #expect(quiet?.state == .enforced && quiet?.rollback == nil)
        let loud = try Events.readiness(Events.clean(mode: .enforce) + denials).namespace("payments")
        #expect(loud?.state == .enforced && loud?.rollback?.command == "mc policy relax payments --apply")
        // Twenty times the same one is one workload that is denied, which is what Enforce is for.
        let loop = denials.map { event in
            var event = event
            event.template = "app"
            return event
        }
        #expect(try Events.readiness(Events.clean(mode: .enforce) + loop).namespace("payments")?.rollback == nil)
    }
}

/// What holds of every log.
@Suite struct ReadinessPropertyTests {
    private static let names = ["payments", "checkout", "canary"]

    private static func events(_ random: inout SeededGenerator) -> [Event] {
        var events: [Event] = []
        for name in names where Int.random(in: 0..<8, using: &random) > 0 {
            let mode: DeployPolicy.Mode =
                Int.random(in: 0..<(name == "canary" ? 2 : 6), using: &random) == 0 ? .enforce : .audit
            let hours = Double.random(in: 40...90, using: &random)
            events += Events.clean(name, mode: mode, hours: hours, every: Double.random(in: 0.8...2.4, using: &random))
        }
        for _ in 0..<max(0, Int.random(in: -3..<3, using: &random)) {
            events.append(blocking(&random, .deny))
            events.append(blocking(&random, .indeterminate))
        }
        return events
    }

    private static func blocking(_ random: inout SeededGenerator, _ outcome: Decision.Outcome) -> Event {
        Event(Double.random(in: -2...100, using: &random), outcome) {
            $0.namespace = names[Int.random(in: 0..<3, using: &random)]
            $0.mode = Int.random(in: 0..<3, using: &random) == 0 ? .enforce : .audit
            $0.template = "app \(Int.random(in: 0..<3, using: &random))"
        }
    }

    private static func readiness(_ events: [Event], _ approvals: [ApprovalRecord]) throws -> Readiness {
        try Events.readiness(
            events,
            terms: ReadinessTerms(indeterminate: 0.05, canaries: events.count.isMultiple(of: 2) ? ["canary"] : []),
            approvals: approvals)
    }

    /// More that would be denied or could not be decided never makes a namespace ready, here or elsewhere.
    @Test func moreTroubleNeverMakesReady() throws {
        var random = SeededGenerator(seed: 4)
        var readyOnes = 0
        var spoiled = 0
        let approvals = Self.names.map { Events.approval($0) }
        for _ in 0..<60 {
            var records = try Self.events(&random).map { try $0.record }
            let terms = ReadinessTerms(indeterminate: 0.05, canaries: Bool.random(using: &random) ? ["canary"] : [])
            var before = try Events.readiness(records: records, terms: terms, approvals: approvals)
            readyOnes += before.ready.count
            for _ in 0..<4 {
                let trouble = Self.blocking(&random, Bool.random(using: &random) ? .deny : .indeterminate)
                records.append(try trouble.record)
                let after = try Events.readiness(records: records, terms: terms, approvals: approvals)
                // A label that was taken off again shows in the mode alone: such a namespace is judged anew.
                let anew = Set(before.namespaces.filter { $0.state == .enforced }.map(\.name))
                    .intersection([trouble.namespace])
                let now = Set(after.ready.map(\.name))
                let then = Set(before.ready.map(\.name))
                #expect(now.subtracting(anew).isSubset(of: then))
                spoiled += then.subtracting(now).count
                before = after
            }
        }
        // Otherwise nothing was tested.
        #expect(readyOnes > 20 && spoiled > 10, "\(readyOnes) \(spoiled)")
    }

    @Test func theOrderOfEntriesDoesNotMatter() throws {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<12 {
            let events = try Self.events(&random).map { try $0.record }
            let places = events.indices.map { EntryPlace(log: "log", index: UInt64($0)) }
            let pairs = Array(zip(events, places))
            func count(_ pairs: [(LogRecord, EntryPlace)]) throws -> Readiness {
                var counter = ReadinessCounter(cluster: Events.cluster, bundle: Events.bundle, now: Events.now)
                for (record, place) in pairs { try counter.add(record, at: place) }
                return Readiness(counter)
            }
            #expect(try count(pairs) == count(pairs.shuffled(using: &random)))
        }
    }

    @Test func withoutApprovalNothingIsReady() throws {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<10 { #expect(try Self.readiness(Self.events(&random), []).ready.isEmpty) }
    }
}
