import Admission
import Core
import Kubernetes
import Policy
import Rehearsal
import Server
import TestDecisionLog
import Testing

/// `/v1/mutate`: tags become digests, once, and it is recorded.
@Suite("Mutating") struct MutateTests {
    private static let tagged = "\(Shop.repository):1.0"
    private static let pinned = "\(Shop.repository):1.0@\(Shop.good)"

    private func mutate(_ yard: Yard, _ review: JSONValue) async throws -> Client.Answer {
        let answer = await yard.webhook.mutate(review.canonical, deadline: .now + .seconds(60))
        #expect(answer.status == 200)
        return Client.Answer(status: answer.status, body: answer.body, headers: [:])
    }

    /// The object after the answer's patch.
    private func patched(_ object: JSONValue, _ answer: Client.Answer) throws -> JSONValue {
        guard let text = try answer.response?["patch"]?.string else { return object }
        #expect(try answer.response?["patchType"]?.string == "JSONPatch")
        let patch = try JSONValue(parsing: try #require(Base64.decode(text)))
        return try (patch.array ?? []).reduce(object) { object, operation in
            let path = try #require(operation["path"]?.string)
            let parts = path.split(separator: "/").map(String.init)
            switch operation["op"]?.string {
            case "test": #expect(try object.at(parts) == operation["value"])
            case "replace": return try object.replacing(parts[...], by: try #require(operation["value"]))
            default: Issue.record("unexpected \(operation)")
            }
            return object
        }
    }

    private var resolutions: (Yard) throws -> [ResolutionRecord] {
        { yard in
            try yard.records.compactMap { record in
                guard case .resolution(let resolution) = record else { return nil }
                return resolution
            }
        }
    }

    @Test func aTagBecomesItsDigestAndIsRecorded() async throws {
        let yard = try await Yard()
        let review = Shop.review(Self.tagged)
        let answer = try await mutate(yard, review)
        let object = try patched(Shop.pod(Self.tagged), answer)
        #expect(object == Shop.pod(Self.pinned))
        #expect(try answer.isAllowed == true)
        #expect(try answer.warnings == ["tag resolved: \(Self.tagged) is \(Shop.good)"])
        let recorded = try resolutions(yard)
        #expect(recorded.map(\.reference) == [Self.tagged] && recorded.map(\.digest) == [Shop.good])
        #expect(recorded.first?.username == Shop.deployer && recorded.first?.name == "web")
        // What comes of it is what the validating webhook admits.
        let reply = await yard.webhook.validate(
            Shop.review(Self.pinned).canonical, caller: .authenticated, deadline: .now + .seconds(60))
        #expect(try Client.Answer(status: 200, body: reply.body, headers: [:]).isAllowed == true)
    }

    @Test func everyUseOfATagIsPinnedInItsOwnPlace() async throws {
        let yard = try await Yard()
        let pod = { (image: String, other: String) -> JSONValue in
            [
                "apiVersion": "v1", "kind": "Pod",
                "metadata": ["name": "web", "namespace": "shop", "annotations": ["mc.repo": "org/app"]],
                "spec": [
                    "initContainers": [["name": "i", "image": .string(image)]],
                    "containers": [
                        ["name": "a", "image": .string(other)], ["name": "b", "image": .string(image)],
                        ["name": "c", "image": .string("\(Shop.repository)@\(Shop.unknown)")],
                    ],
                ],
            ]
        }
        let before = pod(Self.tagged, "\(Shop.repository):leaky")
        let answer = try await mutate(yard, Shop.review("", object: before))
        #expect(
            try patched(before, answer) == pod(Self.pinned, "\(Shop.repository):leaky@\(Shop.leaky)"))
        #expect(try resolutions(yard).count == 2)
    }

    @Test func aDryRunIsPinnedAndLeavesNothing() async throws {
        let yard = try await Yard()
        let before = yard.log.entries.count
        let answer = try await mutate(yard, Shop.review(Self.tagged, dryRun: true))
        #expect(try patched(Shop.pod(Self.tagged), answer) == Shop.pod(Self.pinned))
        #expect(yard.log.entries.count == before)
    }

    @Test func anAppliedAgainManifestKeepsItsDigest() async throws {
        var images = try Shop.images()
        // The tag has moved since.
        images.tag("1.0", of: Shop.repository, as: Shop.unknown)
        let yard = try await Yard(images: images)
        let review = Shop.review(Self.tagged, operation: "UPDATE", old: Self.pinned)
        let answer = try await mutate(yard, review)
        #expect(try patched(Shop.pod(Self.tagged), answer) == Shop.pod(Self.pinned))
        #expect(try resolutions(yard).isEmpty && answer.warnings.isEmpty)
        // Another tag is another wish.
        let other = try await mutate(
            yard, Shop.review("\(Shop.repository):leaky", operation: "UPDATE", old: Self.pinned))
        #expect(
            try patched(Shop.pod("\(Shop.repository):leaky"), other)
                == Shop.pod("\(Shop.repository):leaky@\(Shop.leaky)"))
    }

    @Test func whatControllersMakeIsLeftAlone() async throws {
        let yard = try await Yard()
        var pod = try #require(Shop.pod(Self.tagged).object)
        var metadata = try #require(pod["metadata"]?.object)
        metadata["ownerReferences"] = [
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "9d1b0c5c-7d6d-4e0c-8e0a-1",
                "controller": true,
            ]
        ]
        pod["metadata"] = .object(metadata)
        let answer = try await mutate(yard, Shop.review("", object: .object(pod)))
        #expect(try answer.isAllowed == true && answer.response?["patch"] == nil)
        #expect(try resolutions(yard).isEmpty)
    }

    @Test(arguments: [
        "\(Shop.repository):none", "\(Shop.repository)",
    ]) func aTagThatCannotBeResolvedIsSaid(_ image: String) async throws {
        let yard = try await Yard()
        let answer = try await mutate(yard, Shop.review(image))
        #expect(try answer.isAllowed == true && answer.response?["patch"] == nil)
        #expect(try answer.warnings.contains { $0.hasPrefix("tag not resolved: \(image): ") })
    }

    @Test(arguments: ["docker.io/library/busybox:1", "\(Shop.repository)@\(Shop.good)", "not an image"])
    func whatIsNotOursToPinIsLeftAlone(_ image: String) async throws {
        let yard = try await Yard()
        let answer = try await mutate(yard, Shop.review(image))
        #expect(try answer.isAllowed == true && answer.response?["patch"] == nil && answer.warnings.isEmpty)
    }

    @Test func aRegistryThatHangsDoesNotHoldUpTheRequest() async throws {
        let yard = try await Yard(images: Shop.images(.slow(.seconds(30))))
        let start = ContinuousClock.now
        let reply = await yard.webhook.mutate(
            Shop.review(Self.tagged).canonical, deadline: .now + .milliseconds(200))
        let answer = Client.Answer(status: reply.status, body: reply.body, headers: [:])
        #expect(try answer.isAllowed == true && answer.response?["patch"] == nil)
        #expect(try answer.warnings.contains { $0.contains("no answer in time") })
        #expect(ContinuousClock.now - start < .seconds(29))
    }

    @Test func whatCannotBeRecordedIsNotDone() async throws {
        let yard = try await Yard()
        yard.log.fail("the disk is full")
        let answer = try await mutate(yard, Shop.review(Self.tagged))
        #expect(try answer.isAllowed == true && answer.response?["patch"] == nil)
        #expect(try answer.warnings.contains { $0.contains("could not be recorded") })
        #expect(yard.heard.count("unlogged") == 1)
    }
}

extension JSONValue {
    /// What is at a place.
    fileprivate func at(_ path: [String]) throws -> JSONValue {
        try path.reduce(self) { value, part in
            if let array = value.array { return array[try #require(Int(part))] }
            return try #require(value[part], "there is no \(part)")
        }
    }

    /// The value with another one at a place that exists.
    fileprivate func replacing(_ path: ArraySlice<String>, by new: JSONValue) throws -> JSONValue {
        guard let part = path.first else { return new }
        if var array = array {
            let index = try #require(Int(part))
            array[index] = try array[index].replacing(path.dropFirst(), by: new)
            return .array(array)
        }
        var object = try #require(object)
        object[part] = try (try #require(object[part])).replacing(path.dropFirst(), by: new)
        return .object(object)
    }
}
