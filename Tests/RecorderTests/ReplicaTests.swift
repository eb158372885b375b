import Core
import KubernetesClient
import Outgoing
import Recorder
import TestCluster
import Testing

/// One leader passes on the logs of all replicas.
@Suite struct ReplicaTests {
    private static let quick = Pacing(
        now: Pacing.real().now, sleep: { _ in try? await Task.sleep(for: .milliseconds(1)) }, jitter: { 0 })

    private static func denial(_ at: Instant = Desk.now) -> JSONValue {
        Desk.decision("deny", enforced: "deny", findings: [Desk.finding("sbom-missing", "denies")], at: at)
    }

    /// Two who renewed the same Lease for one process would refuse each other's writes.
    @Test func aProcessOfManyLogsKeepsLeading() async throws {
        let cluster = try await TestCluster()
        let client = try Desk.client(cluster)
        let leadership = Leadership(
            client, namespace: "mc", identity: "a", now: Pacing.real().now, wallClock: { Desk.now })
        let logs = (0..<4).map { MemoryLog("mc.example/\($0)") }
        for log in logs { for number in 0..<10 { log.append(Desk.decision(name: "d\(number)")) } }
        let recorders = logs.map {
            Recorder(
                log: $0, cursors: ConfigMapCursors(client, namespace: "mc"), outputs: [], leadership: leadership,
                pacing: Self.quick)
        }
        let lost = Box(0)
        let metrics = RecorderMetrics(leading: { leads in if !leads { lost.change { $0 += 1 } } })
        let task = Task {
            await leadership.keep(metrics: metrics, pacing: Self.quick) {
                await withTaskGroup(of: Void.self) { group in
                    for recorder in recorders { group.addTask { await recorder.passOn() } }
                }
            }
        }
        #expect(
            await eventually {
                cluster.objects("configmaps").first?["data"]?.object?.members.map(\.value)
                    == Array(repeating: "10", count: 4)
            })
        #expect(await eventually { cluster.requests.count { $0.method == "PUT" } > 30 })
        #expect(lost.value == 0)
        task.cancel()
        await task.value
        #expect(lost.value == 1)
        #expect(cluster.object("leases", namespace: "mc", "mc-recorder")?["spec"]?["holderIdentity"] == "")
    }

    /// Index 3 of one log is not behind index 5 of another.
    @Test func eventsOfTwoLogsAreBothThere() async throws {
        let cluster = try await TestCluster()
        let output = EventOutput(try Desk.client(cluster), instance: "mc-0", now: { Desk.now })
        try await output.write(Desk.logged(Self.denial(), index: 5, origin: "a"))
        try await output.write(Desk.logged(Self.denial(), index: 3, origin: "b"))
        #expect(cluster.objects("events").count == 2)
        // The same again changes nothing; a later one of the same log is counted.
        try await output.write(Desk.logged(Self.denial(), index: 3, origin: "b"))
        #expect(cluster.objects("events").allSatisfy { $0["series"] == nil })
        try await output.write(Desk.logged(Self.denial(), index: 6, origin: "a"))
        #expect(cluster.objects("events").compactMap { $0["series"]?["count"]?.integer } == [2])
    }

    @Test func aReportIsOfTheLatestDecisionWhicheverLogHasIt() async throws {
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        let output = ReportOutput(try Desk.client(cluster))
        func write(_ origin: String, _ index: UInt64, _ seconds: Int64) async throws -> String? {
            let decision = Desk.decision(at: Desk.now + .seconds(seconds))
            try await output.write(Desk.logged(decision, index: index, origin: origin))
            let annotations = cluster.objects("reports").first?["metadata"]?["annotations"]
            return annotations?["mc.internal/log-origin"]?.string.map {
                "\($0) \(annotations?["mc.internal/log-index"]?.string ?? "")"
            }
        }
        #expect(try await write("a", 50, 10) == "a 50")
        #expect(try await write("b", 2, 20) == "b 2")
        // What comes late is older, whatever its index.
        #expect(try await write("a", 51, 15) == "b 2")
        #expect(try await write("b", 2, 20) == "b 2")
        #expect(try await write("a", 52, 30) == "a 52")
        #expect(cluster.objects("reports").count == 1)
    }
}
