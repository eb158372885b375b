import Cluster
import Core
import KubernetesClient
import Policy
import Synchronization
import TestCluster
import Testing

@Suite struct NamespaceTests {
    private final class Time: Sendable {
        private let elapsed = Mutex(Duration.zero)
        var now: Duration { elapsed.withLock { $0 } }
        func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }
    }

    private static func namespace(_ name: String, _ mode: JSONValue? = nil) -> JSONValue {
        var metadata = JSONObject()
        metadata["name"] = .string(name)
        if let mode { metadata["labels"] = ["mc.internal/mode": mode] }
        return ["apiVersion": "v1", "kind": "Namespace", "metadata": .object(metadata)]
    }

    @Test func theLabelTightensAndIsFollowed() async throws {
        let cluster = try await TestCluster()
        cluster.put(Self.namespace("shop"))
        cluster.put(Self.namespace("bank", "Enforce"))
        let time = Time()
        let watch = NamespaceWatch(try Harbour.client(of: cluster), now: { time.now })
        #expect(watch.mode(of: "shop") == .stale)
        #expect(!watch.isCurrent)
        let task = Task { await watch.run() }
        defer { task.cancel() }
        #expect(await eventually { watch.mode(of: "shop") == .unlabelled })
        #expect(watch.mode(of: "bank") == .enforce)
        // It may have been made a moment ago.
        #expect(watch.mode(of: "unknown") == .stale)
        #expect(await eventually { cluster.watchCount == 1 })
        cluster.put(Self.namespace("shop", "Enforce"))
        #expect(await eventually { watch.mode(of: "shop") == .enforce })
        cluster.put(Self.namespace("shop"))
        #expect(await eventually { watch.mode(of: "shop") == .unlabelled })
        cluster.remove(Self.namespace("shop"))
        #expect(await eventually { watch.mode(of: "shop") == .stale })
    }

    @Test func oldNewsAreStaleUntilTheServerSpeaksAgain() async throws {
        let cluster = try await TestCluster()
        cluster.put(Self.namespace("shop"))
        let time = Time()
        let watch = NamespaceWatch(try Harbour.client(of: cluster), staleAfter: .seconds(60), now: { time.now })
        let task = Task { await watch.run() }
        defer { task.cancel() }
        #expect(await eventually { watch.mode(of: "shop") == .unlabelled && cluster.watchCount == 1 })
        time.pass(.seconds(60))
        #expect(watch.mode(of: "shop") == .unlabelled)
        time.pass(.seconds(1))
        #expect(watch.mode(of: "shop") == .stale)
        #expect(!watch.isCurrent)
        cluster.bookmark()
        #expect(await eventually { watch.mode(of: "shop") == .unlabelled })
        // A server that only refuses says nothing about namespaces.
        cluster.fail(Fault(.status(500, reason: "InternalError"), times: 1_000))
        cluster.endWatches(rudely: true)
        #expect(await eventually { watch.interruptions > 1 })
        time.pass(.seconds(61))
        #expect(watch.mode(of: "shop") == .stale)
        cluster.clearFaults()
        #expect(await eventually { watch.mode(of: "shop") == .unlabelled })
    }

    @Test(arguments: [
        ("Enforce", AdmissionFacts.NamespaceMode.enforce), ("enforce", .enforce), ("Audit", .unlabelled),
        ("", .unlabelled), ("Enforcing", .enforce),
    ])
    func aTypingErrorDoesNotLoosen(_ value: String, _ mode: AdmissionFacts.NamespaceMode) async throws {
        let cluster = try await TestCluster()
        cluster.put(Self.namespace("shop", .string(value)))
        let watch = NamespaceWatch(try Harbour.client(of: cluster), now: { .zero })
        let task = Task { await watch.run() }
        defer { task.cancel() }
        #expect(await eventually { watch.mode(of: "shop") == mode })
    }
}
