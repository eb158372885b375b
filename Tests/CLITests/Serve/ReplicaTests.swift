import AsyncHTTPClient
import Core
import Foundation
import Testing
import TransparencyLog

/// Two live replicas: what one admits the other knows, and one of them tells the cluster.
@Suite("Two replicas", .serialized, .timeLimit(.minutes(2))) struct ReplicaTests {
    private func eventually(
        _ seconds: Int = 10, _ condition: () async throws -> Bool
    ) async throws -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await condition()
    }

    /// Somebody who may not deploy: one denial, one Event.
    private func deny(_ names: [String], at server: ServeProcess, _ client: HTTPClient) async throws {
        for name in names {
            let answer = try await client.review(
                ServeDesk.review(name, namespace: "stage", user: "mallory").canonical, at: server
            ).json
            #expect(answer.annotation("rules") == "requester-mismatch", "\(answer.message)")
        }
    }

    private func promote(at server: ServeProcess, _ client: HTTPClient) async throws -> JSONValue {
        try await client.review(ServeDesk.review("web").canonical, at: server).json
    }

    private func leaders(_ servers: [ServeProcess], _ client: HTTPClient) async throws -> [Int] {
        var leaders: [Int] = []
        for (index, server) in servers.enumerated()
        where try await client.metric("mc_recorder_leading", at: server) == 1 { leaders.append(index) }
        return leaders
    }

    @Test func whatOneAdmitsTheOtherKnowsAndAKilledLeaderIsFollowed() async throws {
        let pair = try await ReplicaDesk()
        async let zero = ServeProcess(in: pair.folders[0])
        async let one = ServeProcess(in: pair.folders[1])
        var servers = try await [zero, one]
        let client = try pair.desk.client()
        do {
            try await run(pair, &servers, client)
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
        for server in servers { #expect(try await server.end(SIGTERM) == 0, "\(server.error)") }
        // Who leaves gives the Lease up.
        #expect(pair.holder == "")
        for replica in 0..<2 {
            let report = try await pair.verify(replica)
            #expect(report.isVerified, "\(report.findings)")
        }
    }

    private func run(_ pair: ReplicaDesk, _ servers: inout [ServeProcess], _ client: HTTPClient) async throws {
        // Nobody admitted it in stage; then one does, and the other hears of it.
        for server in servers {
            let early = try await promote(at: server, client)
            #expect(early.annotation("rules") == "promotion-missing", "\(early.message)")
        }
        let staged = try await client.review(ServeDesk.review("web", namespace: "stage").canonical, at: servers[0]).json
        #expect(staged.isAllowed == true, "\(staged.message)")
        let (first, second) = (servers[0], servers[1])
        #expect(try await promote(at: first, client).isAllowed == true)
        #expect(
            try await eventually { try await promote(at: second, client).isAllowed == true },
            "\(second.error)")

        // One leads, and passes on both logs.
        let leading = try await eventually { try await self.leaders([first, second], client).count == 1 }
        #expect(leading, "\(first.error)\(second.error)")
        for replica in 0..<2 {
            try await deny((0..<4).map { "denied-\(replica)-\($0)" }, at: servers[replica], client)
        }
        var expected = (0..<2).flatMap { replica in (0..<4).map { "denied-\(replica)-\($0)" } }
        func isTold() -> Bool { Set(pair.denials.keys).isSuperset(of: expected) }
        #expect(try await eventually { isTold() }, "\(pair.denials) \(first.error)\(second.error)")
        let leaders = try await self.leaders(servers, client)
        #expect(leaders.count == 1)
        let leader = try #require(leaders.first)
        let follower = 1 - leader
        let other = servers[follower]

        // What it answered last it may not have told anybody when it is killed.
        let late = (0..<4).map { "late-\($0)" }
        try await deny(late, at: servers[leader], client)
        let before = pair.holder
        #expect(try await servers[leader].end(SIGKILL) == 128 + SIGKILL)
        let killed = ContinuousClock.now
        let own = (0..<4).map { "own-\($0)" }
        try await deny(own, at: other, client)
        #expect(try await promote(at: other, client).isAllowed == true)
        #expect(try await client.metric("mc_recorder_leading", at: other) == 0)
        expected += own
        #expect(try await eventually(25) { isTold() }, "\(pair.denials) \(other.error)")
        // Not before the Lease was left alone for its whole duration, less the time since its last renewal.
        #expect(ContinuousClock.now - killed > .seconds(10))
        #expect(pair.holder != before && pair.holder?.isEmpty == false)
        #expect(try await client.metric("mc_recorder_leading", at: other) == 1)

        // It comes back, and nothing that it answered is lost: the new leader reads on where the old one was.
        servers[leader] = try await ServeProcess(in: pair.folders[leader])
        expected += late
        #expect(try await eventually(15) { isTold() }, "\(pair.denials) \(other.error)")
        #expect(try await self.leaders(servers, client) == [follower])
        for replica in 0..<2 {
            let status = try await client.ask("/api/v1/status", at: servers[replica]).json
            let size = status["log"]?["size"]?.integer.map { Int($0) }
            #expect(try await eventually { pair.position(replica) == size }, "\(status)")
        }
        // Each was told once, also what was told twice. The two reviews that came too early are Events of their own.
        var denials = pair.denials
        #expect(denials.removeValue(forKey: "web") ?? 0 >= 2)
        #expect(denials == Dictionary(uniqueKeysWithValues: expected.map { ($0, 1) }))
    }
}
