import Core
import Kubernetes
import KubernetesClient
import Outgoing
import TestCluster
import Testing

/// Every verb against a server that answers, and one that does not.
@Suite struct ClientTests {
    @Test func anObjectIsMadeReadReplacedMergedAndDeleted() async throws {
        let cluster = try await TestCluster()
        let client = try KubernetesClient(cluster)
        let made = try await client.create(.configMaps, namespace: "shop", configMap("one"))
        #expect(made["metadata"]?["uid"]?.string?.isEmpty == false)
        let read = try await client.get(.configMaps, namespace: "shop", name: "one")
        #expect(read == made)
        var changed = configMap("one", "2")
        try await client.replace(.configMaps, namespace: "shop", name: "one", changed)
        changed = try await client.merge(
            .configMaps, namespace: "shop", name: "one", ["data": ["value": nil, "other": "3"]], manager: "test")
        #expect(changed["data"] == ["other": "3"])
        try await client.delete(.configMaps, namespace: "shop", name: "one", uid: made["metadata"]?["uid"]?.string)
        #expect(cluster.objects("configmaps").isEmpty)
        await #expect(throws: KubernetesError.self) {
            try await client.delete(.configMaps, namespace: "shop", name: "one")
        }
    }

    @Test func aDeletionSparesAnObjectWithAnotherUID() async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        let client = try KubernetesClient(cluster)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.delete(.configMaps, namespace: "shop", name: "one", uid: "other")
        }
        #expect(error?.code == .conflict)
        #expect(cluster.objects("configmaps").count == 1)
    }

    @Test func applyOwnsItsFieldsAndMeetsConflicts() async throws {
        let cluster = try await TestCluster()
        let client = try KubernetesClient(cluster)
        try await client.apply(.configMaps, namespace: "shop", name: "one", configMap("one"), manager: "a")
        let last = cluster.requests.last
        #expect(last?.header("Content-Type") == "application/apply-patch+yaml")
        #expect(last?.target.hasSuffix("/one?fieldManager=a&force=false") == true)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.apply(.configMaps, namespace: "shop", name: "one", configMap("one", "2"), manager: "b")
        }
        #expect(error?.code == .conflict)
        #expect(cluster.object("configmaps", namespace: "shop", "one")?["data"] == ["value": "1"])
        try await client.apply(
            .configMaps, namespace: "shop", name: "one", configMap("one", "2"), manager: "b", force: true)
        #expect(cluster.object("configmaps", namespace: "shop", "one")?["data"] == ["value": "2"])
        try await client.apply(
            .configMaps, namespace: "shop", name: "one", ["status": ["phase": "done"], "data": ["value": "9"]],
            manager: "b", subresource: "status")
        let object = cluster.object("configmaps", namespace: "shop", "one")
        #expect(object?["status"] == ["phase": "done"])
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let status: Int
        let reason: String
        let code: KubernetesError.Code
        var testDescription: String { "\(status) \(reason)" }
    }

    @Test(arguments: [
        Answer(status: 400, reason: "BadRequest", code: .invalid), Answer(status: 401, reason: "", code: .unauthorized),
        Answer(status: 403, reason: "Forbidden", code: .forbidden), Answer(status: 404, reason: "", code: .notFound),
        Answer(status: 409, reason: "AlreadyExists", code: .alreadyExists),
        Answer(status: 409, reason: "Conflict", code: .conflict), Answer(status: 410, reason: "Gone", code: .expired),
        Answer(status: 422, reason: "Invalid", code: .invalid), Answer(status: 501, reason: "", code: .serverError),
        Answer(status: 302, reason: "Found", code: .refused),
    ])
    func aRefusalIsTypedAndNotRepeated(_ answer: Answer) async throws {
        let cluster = try await TestCluster()
        // With credentials that do not change, a 401 is asked once more and no more.
        cluster.fail(Fault(.status(answer.status, reason: answer.reason), times: answer.status == 401 ? 2 : 1))
        cluster.put(configMap("one"))
        let client = try KubernetesClient(cluster)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, namespace: "shop", name: "one")
        }
        #expect(error?.code == answer.code)
        #expect(error?.status == answer.status)
        #expect(error?.message.contains("as the test wants it") == true)
        #expect(error?.isAbsence == (answer.code == .notFound))
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let action: Fault.Action
    }

    @Test(arguments: [
        Trouble(testDescription: "429", action: .status(429, reason: "TooManyRequests", retryAfter: 0)),
        Trouble(testDescription: "500", action: .status(500, reason: "InternalError")),
        Trouble(testDescription: "503", action: .status(503, reason: "ServiceUnavailable")),
        Trouble(testDescription: "drop", action: .drop),
    ])
    func whatMayPassIsTriedAgainAndEndsWithTheError(_ trouble: Trouble) async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        let client = try KubernetesClient(cluster)
        cluster.fail(Fault(trouble.action, times: 3))
        let read = try await client.get(.configMaps, namespace: "shop", name: "one")
        #expect(read.name == "one")
        #expect(cluster.requests.count == 4)
        cluster.fail(Fault(trouble.action, times: 4))
        let error = await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, namespace: "shop", name: "one")
        }
        #expect(error?.isTransient == true)
    }

    @Test func aCreationOfUnknownFateIsNotRepeatedButAThrottledOneIs() async throws {
        let cluster = try await TestCluster()
        let client = try KubernetesClient(cluster)
        cluster.fail(Fault(.drop, method: "POST"))
        let error = await #expect(throws: KubernetesError.self) {
            try await client.create(.configMaps, namespace: "shop", configMap("one"))
        }
        #expect(error?.code == .unavailable)
        #expect(cluster.requests.count == 1)
        cluster.fail(Fault(.status(429, reason: "TooManyRequests"), method: "POST"))
        try await client.create(.configMaps, namespace: "shop", configMap("one"))
        #expect(cluster.requests.count == 3)
    }

    @Test func theServersPauseIsKept() async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        cluster.fail(Fault(.status(429, reason: "TooManyRequests", retryAfter: 1)))
        let slept = Box<[Duration]>([])
        let pacing = Pacing(
            now: Pacing.real().now,
            sleep: { duration in
                slept.change { $0.append(duration) }
                // The deadline's sleep is a real one.
                if duration > .seconds(2) { try? await Task.sleep(for: duration) }
            }, jitter: { 0 })
        var options = ClientOptions.quick
        options.backoff.longest = .seconds(2)
        let client = try KubernetesClient(cluster, options: options, pacing: pacing)
        _ = try await client.get(.configMaps, namespace: "shop", name: "one")
        #expect(slept.value.contains(.seconds(1)))
    }

    @Test func aSlowServerMeetsTheDeadlineAndAFasterOneDoesNot() async throws {
        let cluster = try await TestCluster()
        cluster.put(configMap("one"))
        let client = try KubernetesClient(cluster)
        cluster.fail(Fault(.delay(milliseconds: 3_000)))
        let start = ContinuousClock.now
        let error = await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, namespace: "shop", name: "one", deadline: .milliseconds(200))
        }
        #expect(error?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(2))
        // On a busy machine the first one may not even have arrived.
        cluster.clearFaults()
        cluster.fail(Fault(.delay(milliseconds: 20)))
        let read = try await client.get(.configMaps, namespace: "shop", name: "one", deadline: .seconds(20))
        #expect(read.name == "one")
    }

    @Test func aFloodIsCutAndWhatIsNoJSONIsRefused() async throws {
        let cluster = try await TestCluster()
        var options = ClientOptions.quick
        options.answer = Cap("bytes of the API server's answer", 10_000)
        let client = try KubernetesClient(cluster, options: options)
        for (action, code) in [
            (Fault.Action.flood(bytes: 20_000), KubernetesError.Code.tooLarge), (.text("<html>"), .malformed),
            (.text(#"{"a":1,"a":2}"#), .malformed),
        ] {
            cluster.fail(Fault(action))
            let error = await #expect(throws: KubernetesError.self) {
                try await client.get(.configMaps, namespace: "shop", name: "one")
            }
            #expect(error?.code == code)
        }
    }

    @Test func aListComesInPagesAndKnowsItsKind() async throws {
        let cluster = try await TestCluster()
        for number in 0..<23 { cluster.put(configMap("c\(number)")) }
        cluster.put(configMap("elsewhere", namespace: "other"))
        var options = ClientOptions.quick
        options.page = 5
        let client = try KubernetesClient(cluster, options: options)
        let list = try await client.list(.configMaps, ObjectSelection(namespace: "shop"))
        #expect(list.items.count == 23)
        #expect(Set(list.items.map(\.name)).count == 23)
        #expect(list.items.allSatisfy { $0["kind"] == "ConfigMap" && $0["apiVersion"] == "v1" })
        #expect(cluster.requests.count == 5)
        #expect(try await client.list(.configMaps).items.count == 24)
    }

    @Test func anOldPageStartsTheListAgainOnce() async throws {
        let cluster = try await TestCluster()
        for number in 0..<7 { cluster.put(configMap("c\(number)")) }
        var options = ClientOptions.quick
        options.page = 5
        let client = try KubernetesClient(cluster, options: options)
        cluster.fail(Fault(.status(410, reason: "Expired"), part: "continue="))
        #expect(try await client.list(.configMaps).items.count == 7)
        cluster.fail(Fault(.status(410, reason: "Expired"), part: "continue=", times: 2))
        let error = await #expect(throws: KubernetesError.self) { try await client.list(.configMaps) }
        #expect(error?.code == .expired)
    }

    @Test func aListThatIsTooLongIsRefused() async throws {
        let cluster = try await TestCluster()
        for number in 0..<7 { cluster.put(configMap("c\(number)")) }
        var options = ClientOptions.quick
        options.objects = Cap("objects of a list", 6)
        let error = await #expect(throws: KubernetesError.self) {
            try await KubernetesClient(cluster, options: options).list(.configMaps)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func selectorsAreEscaped() async throws {
        let cluster = try await TestCluster()
        var labelled = configMap("one").object ?? JSONObject()
        labelled["metadata"] = ["name": "one", "namespace": "shop", "labels": ["a": "b"]]
        cluster.put(.object(labelled))
        cluster.put(configMap("two"))
        let client = try KubernetesClient(cluster)
        let list = try await client.list(.configMaps, ObjectSelection(labels: "a=b", fields: "metadata.name=one"))
        #expect(list.items.map(\.name) == ["one"])
        #expect(cluster.requests.last?.target.contains("labelSelector=a%3Db") == true)
    }

    @Test(arguments: ["", "..", "a/b", "a%2fb", "a b", "ä", "a\nb"])
    func aNameThatIsNoPathSegmentIsNeverSent(_ name: String) async throws {
        let cluster = try await TestCluster()
        let client = try KubernetesClient(cluster)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, namespace: "shop", name: name)
        }
        #expect(error?.code == .invalidRequest)
        #expect(cluster.requests.isEmpty)
    }

    @Test func kindsAreFoundAndRememberedAndAbsentOnesSaid() async throws {
        let cluster = try await TestCluster(kinds: ServedKind.openReports)
        let client = try KubernetesClient(cluster)
        let kind = GroupVersionKind(group: "openreports.io", version: "v1alpha1", kind: "ClusterReport")
        let found = try await client.resource(for: kind)
        #expect(found.resource.resource == "clusterreports")
        #expect(!found.isNamespaced)
        _ = try await client.resource(for: kind)
        #expect(cluster.requests.map(\.target) == ["/apis/openreports.io/v1alpha1"])
        #expect(try await client.serves(group: "openreports.io", version: "v1alpha1"))
        #expect(try await !client.serves(group: "wgpolicyk8s.io", version: "v1alpha2"))
        let error = await #expect(throws: KubernetesError.self) {
            try await client.resource(
                for: GroupVersionKind(group: "openreports.io", version: "v1alpha1", kind: "Nothing"))
        }
        #expect(error?.isAbsence == true)
        cluster.fail(Fault(.status(500, reason: "InternalError"), times: 10))
        await #expect(throws: KubernetesError.self) { try await client.serves(group: "x.io", version: "v1") }
    }

    @Test func theBuiltInKindsAreKnownWithoutAsking() async throws {
        let cluster = try await TestCluster()
        let client = try KubernetesClient(cluster)
        let found = try await client.resource(for: GroupVersionKind(group: "batch", version: "v1", kind: "CronJob"))
        #expect(found.resource.resource == "cronjobs")
        #expect(cluster.requests.isEmpty)
    }

    @Test func aCallerThatLeavesIsNotWaitedFor() async throws {
        let cluster = try await TestCluster()
        cluster.fail(Fault(.delay(milliseconds: 5_000)))
        let client = try KubernetesClient(cluster)
        let task = Task { try await client.get(.configMaps, namespace: "shop", name: "one") }
        try await Task.sleep(for: .milliseconds(50))
        let start = ContinuousClock.now
        task.cancel()
        let error = await #expect(throws: KubernetesError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(2))
    }
}
