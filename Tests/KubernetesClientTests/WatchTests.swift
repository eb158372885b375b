import Core
import KubernetesClient
import Outgoing
import Synchronization
import TestCluster
import TestSupport
import Testing

/// What a follower knows of a collection, and whether it was told anything twice or in a wrong order.
private final class Follower: Sendable {
    struct State: Sendable {
        var objects: [String: JSONValue] = [:]
        var lists = 0
        var events = 0
        var interruptions: [KubernetesError] = []
        var alive = 0
        var last = 0
        /// Events that were told twice, or after a later one.
        var outOfOrder = 0
    }

    let state = Mutex(State())
    var now: State { state.withLock { $0 } }

    func hear(_ news: WatchNews) {
        state.withLock { state in
            switch news {
            case .replaced(let items):
                state.lists += 1
                state.objects = Dictionary(items.map { ($0.name, $0) }) { $1 }
                state.last = items.compactMap { Int($0.version) }.max() ?? 0
            case .changed(let object):
                Self.count(object, &state)
                state.objects[object.name] = object
            case .deleted(let object):
                Self.count(object, &state)
                state.objects[object.name] = nil
            case .alive: state.alive += 1
            case .interrupted(let error, _): state.interruptions.append(error)
            }
        }
    }

    private static func count(_ object: JSONValue, _ state: inout State) {
        state.events += 1
        let version = Int(object.version) ?? 0
        if version <= state.last { state.outOfOrder += 1 }
        state.last = version
    }
}

@Suite struct WatchTests {
    private func follow(_ cluster: TestCluster, options: ClientOptions = .quick) throws -> (Follower, Task<Void, Never>)
    {
        let client = try KubernetesClient(cluster, options: options)
        let follower = Follower()
        let task = Task {
            await client.follow(.configMaps, ObjectSelection(namespace: "shop")) { follower.hear($0) }
        }
        return (follower, task)
    }

    private func versions(_ objects: [JSONValue]) -> Set<String> { Set(objects.map { "\($0.name)@\($0.version)" }) }

    @Test func newsComeAsTheyHappen() async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        let (follower, task) = try follow(cluster)
        #expect(await eventually { follower.now.objects.count == 1 && cluster.watchCount == 1 })
        cluster.put(configMap("two"))
        cluster.put(configMap("one", "2"))
        cluster.put(configMap("three", namespace: "other"))
        cluster.remove(configMap("two"))
        #expect(await eventually { follower.now.events == 4 - 1 })
        #expect(follower.now.objects.keys.sorted() == ["one"])
        #expect(follower.now.objects["one"]?["data"] == ["value": "2"])
        let alive = follower.now.alive
        cluster.bookmark()
        #expect(await eventually { follower.now.alive == alive + 1 })
        #expect(follower.now.interruptions.isEmpty)
        task.cancel()
        await task.value
    }

    @Test func aBrokenWatchGoesOnWhereItWas() async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        let (follower, task) = try follow(cluster)
        defer { task.cancel() }
        #expect(await eventually { cluster.watchCount == 1 })
        cluster.put(configMap("one", "2"))
        #expect(await eventually { follower.now.events == 1 })
        cluster.endWatches(rudely: true)
        cluster.put(configMap("one", "3"))
        #expect(await eventually { follower.now.events == 2 })
        #expect(follower.now.lists == 1)
        #expect(follower.now.interruptions.map(\.code) == [.unavailable])
        #expect(follower.now.outOfOrder == 0)
    }

    @Test func aBookmarkMovesTheMomentToGoOnFrom() async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        let (follower, task) = try follow(cluster)
        defer { task.cancel() }
        #expect(await eventually { cluster.watchCount == 1 })
        for number in 0..<5 { cluster.put(configMap("elsewhere", "\(number)", namespace: "other")) }
        let alive = follower.now.alive
        cluster.bookmark()
        #expect(await eventually { follower.now.alive > alive })
        cluster.compact()
        cluster.endWatches(rudely: true)
        cluster.put(configMap("one", "2"))
        #expect(await eventually { follower.now.events == 1 })
        // Without the bookmark the moment would have been too old.
        #expect(follower.now.lists == 1)
    }

    @Test(arguments: [true, false])
    func aMomentThatIsTooOldMakesItListAgain(_ asEvent: Bool) async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        cluster.put(configMap("two"))
        let (follower, task) = try follow(cluster)
        defer { task.cancel() }
        #expect(await eventually { cluster.watchCount == 1 })
        if asEvent {
            cluster.fail(Fault(.goneEvent, part: "watch=true"))
        } else {
            cluster.fail(Fault(.status(410, reason: "Expired"), part: "watch=true"))
        }
        cluster.endWatches(rudely: false)
        cluster.remove(configMap("two"))
        #expect(await eventually { follower.now.lists == 2 && cluster.watchCount == 1 })
        #expect(follower.now.objects.keys.sorted() == ["one"])
        #expect(follower.now.interruptions.map(\.code) == [.expired])
    }

    @Test func anEventThatIsTooLongIsListedInstead() async throws {
        let cluster = try await TestCluster()
        var options = ClientOptions.quick
        options.event = Cap("bytes of a watch event", 2_000)
        let (follower, task) = try follow(cluster, options: options)
        defer { task.cancel() }
        #expect(await eventually { cluster.watchCount == 1 })
        cluster.put(configMap("large", String(repeating: "x", count: 3_000)))
        #expect(await eventually { follower.now.objects["large"] != nil })
        #expect(follower.now.interruptions.first?.code == .tooLarge)
        #expect(follower.now.lists == 2)
    }

    @Test func aThrottledWatchWaitsAsLongAsIsAsked() async throws {
        let cluster = try await TestCluster()
        cluster.fail(Fault(.status(429, reason: "TooManyRequests", retryAfter: 1), part: "watch=true"))
        var options = ClientOptions.quick
        options.backoff.longest = .milliseconds(200)
        let (follower, task) = try follow(cluster, options: options)
        defer { task.cancel() }
        let start = ContinuousClock.now
        #expect(await eventually { cluster.watchCount == 1 })
        #expect(ContinuousClock.now - start >= .milliseconds(900))
        #expect(follower.now.interruptions.first?.retryAfter == .seconds(1))
    }

    @Test func aServerThatIsDownIsAskedMoreAndMoreSlowly() async throws {
        let pauses = Box<[Duration]>([])
        let options = ClientOptions.quick
        for failures in 1...8 {
            pauses.change { $0.append(options.backoff.pause(after: failures, jitter: 0)) }
        }
        #expect(pauses.value == pauses.value.sorted())
        #expect(pauses.value.last == .milliseconds(20))
        #expect(options.backoff.pause(after: 1, asked: .seconds(100), jitter: 0) == .milliseconds(400))
    }

    @Test(arguments: 1...6)
    func underRandomTroubleNothingIsLostOrToldTwice(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let cluster = try await TestCluster()
        for number in 0..<10 { cluster.put(configMap("c\(number)")) }
        var options = ClientOptions.quick
        options.page = 3
        options.watchLife = .seconds(1)
        let (follower, task) = try follow(cluster, options: options)
        #expect(await eventually { cluster.watchCount == 1 })
        cluster.endWatches(rudely: true)
        for step in 0..<250 {
            let name = "c\(random.below(15))"
            if random.oneIn(4) { cluster.remove(configMap(name)) } else { cluster.put(configMap(name, "\(step)")) }
            switch random.below(12) {
            case 0: cluster.endWatches(rudely: true)
            case 1: cluster.endWatches(rudely: false)
            case 2: cluster.compact()
            case 3: cluster.bookmark()
            case 4: cluster.fail(Fault(.status(500, reason: "InternalError"), method: "GET"))
            case 5: cluster.fail(Fault(.drop, method: "GET"))
            case 6: cluster.fail(Fault(.goneEvent, part: "watch=true"))
            case 7: cluster.fail(Fault(.status(429, reason: "TooManyRequests"), part: "watch=true"))
            default: break
            }
            if random.oneIn(3) { try await Task.sleep(for: .milliseconds(random.below(6))) }
        }
        cluster.clearFaults()
        let expected = versions(cluster.objects("configmaps", namespace: "shop"))
        let arrived = await eventually { versions(Array(follower.now.objects.values)) == expected }
        #expect(arrived)
        #expect(follower.now.outOfOrder == 0)
        #expect(!follower.now.interruptions.isEmpty)
        task.cancel()
        await task.value
    }
}
