import Core
import KubernetesClient
import Recorder
import TestCluster
import Testing

@Suite struct LeadershipTests {
    private func leadership(
        _ cluster: TestCluster, _ identity: String, _ time: Box<Duration>
    ) throws -> Leadership {
        Leadership(
            try Desk.client(cluster), namespace: "mc", identity: identity, now: { time.value },
            wallClock: { Desk.now + time.value })
    }

    @Test func oneLeadsAndTheOtherFollowsWhenItIsGone() async throws {
        let cluster = try await TestCluster()
        let time = Box(Duration.zero)
        let first = try leadership(cluster, "a", time)
        let second = try leadership(cluster, "b", time)
        #expect(!first.isLeading)
        #expect(try await first.renew())
        #expect(try await !second.renew())
        for _ in 0..<5 {
            time.change { $0 += .seconds(8) }
            #expect(try await first.renew())
            #expect(try await !second.renew())
        }
        // The first one hangs: it stops before the second may start.
        time.change { $0 += .seconds(10) }
        #expect(!first.isLeading)
        #expect(try await !second.renew())
        time.change { $0 += .seconds(5) }
        #expect(try await second.renew())
        #expect(try await !first.renew())
        let lease = cluster.object("leases", namespace: "mc", "mc-recorder")
        #expect(lease?["spec"]?["holderIdentity"] == "b")
        #expect(lease?["spec"]?["leaseTransitions"] == 1)
        #expect(lease?["spec"]?["renewTime"] == "2026-09-21T14:14:15.000000Z")
    }

    @Test func ofTwoWhoTakeItOneFails() async throws {
        for _ in 0..<10 {
            let cluster = try await TestCluster()
            let time = Box(Duration.zero)
            let all = try (0..<5).map { try leadership(cluster, "r\($0)", time) }
            let winners = await withTaskGroup(of: Bool.self) { group in
                for one in all { group.addTask { (try? await one.renew()) ?? false } }
                var count = 0
                for await leads in group where leads { count += 1 }
                return count
            }
            #expect(winners == 1)
            #expect(all.count { $0.isLeading } == 1)
        }
    }

    @Test func aLeaderThatCannotRenewStopsInTime() async throws {
        let cluster = try await TestCluster()
        let time = Box(Duration.zero)
        let first = try leadership(cluster, "a", time)
        #expect(try await first.renew())
        cluster.fail(Fault(.drop, times: 100))
        time.change { $0 += .seconds(9) }
        await #expect(throws: KubernetesError.self) { try await first.renew() }
        #expect(first.isLeading)
        time.change { $0 += .seconds(1) }
        #expect(!first.isLeading)
    }

    @Test func aLeaderThatLeavesLetsTheNextStartAtOnce() async throws {
        let cluster = try await TestCluster()
        let time = Box(Duration.zero)
        let first = try leadership(cluster, "a", time)
        let second = try leadership(cluster, "b", time)
        #expect(try await first.renew())
        #expect(try await !second.renew())
        await second.release()
        #expect(try await !second.renew())
        await first.release()
        #expect(!first.isLeading)
        #expect(try await second.renew())
    }
}
