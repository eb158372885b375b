import Core
import KubernetesClient
import Outgoing
import Recorder
import Synchronization
import TestCluster
import TestSupport
import Testing

@Suite struct RecorderTests {
    /// An output that fails when told to.
    private final class Sink: RecorderOutput {
        let name = "sink"
        let seen = Box<[UInt64]>([])
        let failures = Box(0)

        func write(_ decision: LoggedDecision) async throws(RecorderError) {
            let fails = failures.change { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
            if fails { throw RecorderError(.output, "as the test wants it", at: name) }
            seen.change { $0.append(decision.index) }
        }
    }

    private static let pacing = Pacing(
        now: Pacing.real().now, sleep: { _ in try? await Task.sleep(for: .milliseconds(2)) }, jitter: { 0 })

    @Test func everythingIsPassedOnInOrderAndThePositionKept() async throws {
        let cluster = try await TestCluster()
        let log = MemoryLog()
        let sink = Sink()
        let counts = Counts()
        let cursors = ConfigMapCursors(try Desk.client(cluster), namespace: "mc")
        for number in 0..<25 { log.append(Desk.decision(name: "d\(number)")) }
        var options = Recorder.Options()
        options.batch = 10
        let recorder = Recorder(
            log: log, cursors: cursors, outputs: [sink], options: options, metrics: counts.metrics,
            pacing: Self.pacing)
        let task = Task { await recorder.run() }
        #expect(await eventually { sink.seen.value.count == 25 })
        log.append(Desk.decision(name: "late"))
        #expect(await eventually { sink.seen.value.count == 26 })
        #expect(sink.seen.value == Array(0..<26))
        #expect(
            await eventually {
                cluster.objects("configmaps").first?["data"]?.object?.members.first?.value == "26"
            })
        task.cancel()
        await task.value
        #expect(try await cursors.load(log.origin) == 26)
        #expect(try await cursors.load("another log") == 0)
        try await cursors.save(3, "another log")
        #expect(try await cursors.load(log.origin) == 26)
        // The next one goes on where this one was.
        let again = Task { await recorder.run() }
        log.append(Desk.decision(name: "later"))
        #expect(await eventually { sink.seen.value.count == 27 })
        again.cancel()
        await again.value
        #expect(sink.seen.value.last == 26)
    }

    @Test func aFailureIsTriedAgainFromThePositionKept() async throws {
        let cluster = try await TestCluster()
        let log = MemoryLog()
        let sink = Sink()
        let counts = Counts()
        for number in 0..<5 { log.append(Desk.decision(name: "d\(number)")) }
        sink.failures.change { $0 = 3 }
        log.fail(times: 1)
        cluster.fail(Fault(.status(500, reason: ""), method: "PATCH", times: 2))
        let recorder = Recorder(
            log: log, cursors: ConfigMapCursors(try Desk.client(cluster), namespace: "mc"), outputs: [sink],
            metrics: counts.metrics, pacing: Self.pacing)
        let task = Task { await recorder.run() }
        #expect(await eventually { !cluster.objects("configmaps").isEmpty })
        task.cancel()
        await task.value
        #expect(Set(sink.seen.value) == Set(0..<5))
        // At least once: what was passed on before the position could not be kept comes again.
        #expect(sink.seen.value.count == 15)
        #expect(counts.failed.value.count == 6)
    }

    @Test func whatCannotBeReadIsLeftBehindAndCounted() async throws {
        let cluster = try await TestCluster()
        let log = MemoryLog()
        let sink = Sink()
        let counts = Counts()
        log.append(raw: Array("no JSON".utf8))
        log.append(Desk.decision(name: "large"), isLarge: true)
        log.append(Desk.decision(name: "lost"), isLarge: true, isKept: false)
        log.append(raw: Array(#"{"decisionDigest":"\#(Desk.image)","decision":{"at":"2026-01-01T00:00:00Z"}}"#.utf8))
        log.append(Desk.decision())
        let recorder = Recorder(
            log: log, cursors: ConfigMapCursors(try Desk.client(cluster), namespace: "mc"), outputs: [sink],
            metrics: counts.metrics, pacing: Self.pacing)
        #expect(try await recorder.batch(from: 0) == 5)
        #expect(sink.seen.value == [1, 4])
        #expect(
            counts.dropped.value == ["entry: malformed", "entry: decision not kept", "entry: malformed"])
    }

    @Test func repetitionsOfADenialCount() async throws {
        let cluster = try await TestCluster()
        let log = MemoryLog()
        let counts = Counts()
        let denial = Desk.decision("deny", enforced: "deny", findings: [Desk.finding("sbom-missing", "denies")])
        func repeated(_ first: Int64, _ digest: Digest) -> JSONValue {
            [
                "schema": "https://mc.internal/schemas/log-repeat.v1.json", "first": .integer(first),
                "decisionDigest": .string(digest.description), "namespace": "shop", "count": 5,
                "from": "2026-09-21T14:14:00Z", "to": "2026-09-21T14:15:00Z",
            ]
        }
        log.append(denial)
        log.append(raw: repeated(0, Digest.of(denial.canonical)).canonical)
        log.append(raw: repeated(0, Digest.of([1])).canonical)
        log.append(raw: repeated(9, Digest.of(denial.canonical)).canonical)
        let client = try Desk.client(cluster)
        let recorder = Recorder(
            log: log, cursors: ConfigMapCursors(client, namespace: "mc"),
            outputs: [EventOutput(client, instance: "mc-0", now: { Desk.now })], metrics: counts.metrics,
            pacing: Self.pacing)
        for _ in 0..<2 { #expect(try await recorder.batch(from: 0) == 4) }
        let events = cluster.objects("events")
        #expect(events.count == 1)
        #expect(events.first?["series"]?["count"] == 6)
        #expect(events.first?["series"]?["lastObservedTime"] == "2026-09-21T14:15:00.000000Z")
        #expect(counts.dropped.value == Array(repeating: "entry: malformed", count: 4))
    }

    @Test func whoDoesNotLeadWritesNothing() async throws {
        let cluster = try await TestCluster()
        let log = MemoryLog()
        let sink = Sink()
        log.append(Desk.decision())
        let client = try Desk.client(cluster)
        let other = Leadership(
            client, namespace: "mc", identity: "other", now: Pacing.real().now, wallClock: { Desk.now })
        #expect(try await other.renew())
        let own = Leadership(
            client, namespace: "mc", identity: "own", now: Pacing.real().now, wallClock: { Desk.now })
        let recorder = Recorder(
            log: log, cursors: ConfigMapCursors(client, namespace: "mc"), outputs: [sink], leadership: own,
            pacing: Self.pacing)
        await #expect(throws: RecorderError.self) { try await recorder.batch(from: 0) }
        let task = Task { await recorder.run() }
        try await Task.sleep(for: .milliseconds(100))
        #expect(sink.seen.value.isEmpty)
        await other.release()
        #expect(await eventually { sink.seen.value == [0] })
        task.cancel()
        await task.value
        // It gave the Lease up.
        #expect(cluster.object("leases", namespace: "mc", "mc-recorder")?["spec"]?["holderIdentity"] == "")
    }

    /// Whatever breaks, in the end the cluster says what the log says.
    @Test(arguments: 1...3)
    func underRandomTroubleEventsCountRight(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        let log = MemoryLog()
        var expected: [String: Int64] = [:]
        for _ in 0..<40 {
            let name = "d\(random.below(5))"
            expected[name, default: 0] += 1
            log.append(
                Desk.decision(
                    "deny", enforced: "deny", name: name, findings: [Desk.finding("sbom-missing", "denies")]))
        }
        let client = try Desk.client(cluster)
        var options = Recorder.Options()
        options.batch = 7
        for _ in 0..<20 {
            cluster.fail(
                random.oneIn(2)
                    ? Fault(.drop, method: random.oneIn(2) ? "GET" : "PATCH")
                    : Fault(.status(503, reason: ""), method: random.oneIn(2) ? "GET" : "PATCH"))
        }
        let recorder = Recorder(
            log: log, cursors: ConfigMapCursors(client, namespace: "mc"),
            outputs: [
                EventOutput(client, instance: "mc-0", perMinute: 10_000, now: { Desk.now }), ReportOutput(client),
            ], options: options, pacing: Self.pacing)
        let task = Task { await recorder.run() }
        #expect(
            await eventually {
                cluster.objects("configmaps").first?["data"]?.object?.members.first?.value == "40"
            })
        task.cancel()
        await task.value
        for (name, count) in expected {
            let events = cluster.objects("events").filter { $0["regarding"]?["name"]?.string == name }
            #expect(events.count == 1)
            #expect((events.first?["series"]?["count"]?.integer ?? 1) == count)
        }
    }
}
