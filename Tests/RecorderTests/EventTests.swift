import Core
import KubernetesClient
import Recorder
import TestCluster
import Testing

@Suite struct EventTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let decision: JSONValue
        /// The reasons, with a part of the note.
        let events: [String: String]
    }

    @Test(arguments: [
        Case(testDescription: "an allow without a word", decision: Desk.decision(), events: [:]),
        Case(
            testDescription: "a denial",
            decision: Desk.decision("deny", enforced: "deny", findings: [Desk.finding("sbom-missing", "denies")]),
            events: ["AdmissionDenied": "sbom-missing (image \(Desk.image)): seen; expected wanted"]),
        Case(
            testDescription: "a would-be denial of Audit",
            decision: Desk.decision("deny", findings: [Desk.finding("sbom-missing", "denies")]),
            events: ["AdmissionWarned": "Audit let it pass"]),
        Case(
            testDescription: "a grace", decision: Desk.decision(findings: [Desk.finding("sbom-expired", "warns")]),
            events: ["AdmissionWarned": "sbom-expired"]),
        Case(
            testDescription: "undecided",
            decision: Desk.decision(
                "indeterminate", enforced: "deny", findings: [Desk.finding("evidence-unavailable", "undetermined")]),
            events: ["AdmissionUndecided": "evidence-unavailable"]),
        Case(
            testDescription: "a waiver that is used",
            decision: Desk.decision(
                findings: [Desk.finding("hermetic-required", "waived", waiver: "W-1")], waivers: [Desk.waiver]),
            events: [
                "WaiverUsed":
                    "waiver W-1 of team-payments covers hermetic-required until 2026-09-21T15:13:20Z for image \(Desk.image)"
            ]),
        Case(
            testDescription: "a waiver that expired",
            decision: Desk.decision(
                "deny", enforced: "deny",
                findings: [Desk.finding("hermetic-required", "denies"), Desk.finding("waiver-expired", "denies")]),
            events: ["AdmissionDenied": "hermetic-required", "WaiverExpired": Desk.image]),
        Case(
            testDescription: "a dry run",
            decision: Desk.decision(
                "deny", enforced: "deny", findings: [Desk.finding("sbom-missing", "denies")], isDryRun: true),
            events: [:]),
        Case(
            testDescription: "what only explains",
            decision: Desk.decision(findings: [Desk.finding("waiver-inactive", "explains")]), events: [:]),
    ])
    func aDecisionBecomesEvents(_ example: Case) async throws {
        let cluster = try await TestCluster()
        let output = EventOutput(try Desk.client(cluster), instance: "mc-0", now: { Desk.now })
        try await output.write(Desk.logged(example.decision))
        let events = cluster.objects("events")
        #expect(Set(events.compactMap { $0["reason"]?.string }) == Set(example.events.keys))
        for event in events {
            let expected = example.events[event["reason"]?.string ?? ""] ?? "-"
            #expect(event["note"]?.string?.contains(expected) == true, "\(event)")
            #expect(event["regarding"]?["uid"] == "uid-1")
            #expect(event["regarding"]?["apiVersion"] == "apps/v1")
            #expect(event["eventTime"] == "2026-09-21T14:13:20.000000Z")
            #expect(event["series"] == nil)
            #expect(event["type"] == (event["reason"] == "WaiverUsed" ? "Normal" : "Warning"))
            #expect((event["note"]?.string?.utf8.count ?? 2_000) < 1_024)
        }
    }

    private static let denial = Desk.decision(
        "deny", enforced: "deny", findings: [Desk.finding("sbom-missing", "denies")])

    @Test func aRepetitionCountsOnceEachAndAReplayNotAtAll() async throws {
        let cluster = try await TestCluster()
        let output = EventOutput(try Desk.client(cluster), instance: "mc-0", now: { Desk.now })
        for index in [UInt64(3), 5, 9, 9, 5, 3] {
            let again = Desk.decision(
                "deny", enforced: "deny", findings: [Desk.finding("sbom-missing", "denies")],
                at: Desk.now + .seconds(Int64(index)))
            try await output.write(Desk.logged(again, index: index))
        }
        let events = cluster.objects("events")
        #expect(events.count == 1)
        #expect(events[0]["series"]?["count"] == 3)
        #expect(events[0]["series"]?["lastObservedTime"] == "2026-09-21T14:13:29.000000Z")
        #expect(events[0]["eventTime"] == "2026-09-21T14:13:23.000000Z")
        // Another object is another Event.
        try await output.write(
            Desk.logged(
                Desk.decision(
                    "deny", enforced: "deny", uid: "uid-2", findings: [Desk.finding("sbom-missing", "denies")]),
                index: 10))
        #expect(cluster.objects("events").count == 2)
    }

    @Test func aNamespaceHasItsShareOfEachMinute() async throws {
        let cluster = try await TestCluster()
        let counts = Counts()
        let time = Box(Desk.now)
        let output = EventOutput(
            try Desk.client(cluster), instance: "mc-0", perMinute: 3, metrics: counts.metrics, now: { time.value })
        func write(_ number: Int, _ namespace: String = "shop") async throws {
            try await output.write(
                Desk.logged(
                    Desk.decision(
                        "deny", enforced: "deny", name: "shop-\(number)", namespace: namespace,
                        findings: [Desk.finding("sbom-missing", "denies")]), index: UInt64(number)))
        }
        for number in 0..<5 { try await write(number) }
        #expect(cluster.objects("events", namespace: "shop").count == 3)
        #expect(counts.dropped.value == ["events: rate", "events: rate"])
        try await write(5, "other")
        #expect(cluster.objects("events", namespace: "other").count == 1)
        time.change { $0 = $0 + .seconds(60) }
        try await write(6)
        #expect(cluster.objects("events", namespace: "shop").count == 4)
    }

    @Test func whatMayPassIsAnErrorAndWhatNeverWillIsCounted() async throws {
        let cluster = try await TestCluster()
        let counts = Counts()
        let output = EventOutput(
            try Desk.client(cluster), instance: "mc-0", metrics: counts.metrics, now: { Desk.now })
        for action in [Fault.Action.status(503, reason: ""), .status(429, reason: ""), .drop] {
            cluster.fail(Fault(action))
            await #expect(throws: RecorderError.self) { try await output.write(Desk.logged(Self.denial)) }
        }
        for status in [403, 404, 422] {
            cluster.fail(Fault(.status(status, reason: ""), method: "PATCH"))
            try await output.write(Desk.logged(Self.denial))
        }
        #expect(counts.dropped.value.count == 3)
        #expect(cluster.objects("events").isEmpty)
        try await output.write(Desk.logged(Self.denial))
        #expect(cluster.objects("events").count == 1)
    }
}
