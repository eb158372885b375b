import Core
import TestSupport
import Testing

@testable import Policy

/// What the log holds must suffice to decide again.
@Suite struct RecordedFactsTests {
    private static func scenes() throws -> [Scene] {
        var random = SeededGenerator(seed: 77)
        var scenes = try RuleRegistry.cases.map { example in
            var scene = try Scene()
            try example.change(&scene)
            return scene
        }
        for _ in 0..<300 { scenes.append(try Scene.random(&random)) }
        // A reference comes from the workload's own text; two cases put another in its place.
        let sound = scenes.filter { scene in
            scene.facts.images.allSatisfy { (try? ImageReference($0.text)) == (try? $0.reference.get()) }
        }
        #expect(sound.count >= scenes.count - 2)
        return sound
    }

    /// Facts with every member filled in.
    private static func full() throws -> AdmissionFacts {
        var scene = try Scene()
        scene.askAsController()
        scene.admitBefore()
        var facts = scene.facts
        facts.namespaceMode = .stale
        facts.change = .interactive("exec")
        facts.object.uid = "o-1"
        facts.isDryRun = true
        facts.scalesUp = true
        facts.requester = Requester(
            username: "system:serviceaccount:a:b", uid: "u-1", groups: ["b", "a", "a"],
            extra: ["x/y": ["1", "2"], "a": []])
        facts.assumedClaims = RequesterClaims(issuer: "https://i", subject: "s", further: ["repository": "org/app"])
        facts.environmentLabels = ["prod", "prod"]
        facts.ownerClaim = .init(kind: "ReplicaSet", name: "app-1", uid: "rs-1")
        facts.owner = .found(uid: "rs-1", templateMatches: false, templateDigest: Scene.template)
        facts.images.append(
            ImageFacts(
                text: "not an image!", uses: ["a", "b"],
                reference: Result { () throws(ImageReferenceError) in try ImageReference("not an image!") },
                digest: nil, repository: nil, evidence: .none))
        facts.history.unavailable = "locked"
        return facts
    }

    @Test func theSameEvidenceAndWaiversGiveTheSameDecision() throws {
        for scene in try Self.scenes() {
            let recorded = try JSONValue(parsing: scene.facts.recorded.canonical)
            var again = scene
            again.facts = try AdmissionFacts(recorded: JSONCursor(recorded))
            #expect(again.facts.recorded.canonical == recorded.canonical)
            for index in again.facts.images.indices {
                again.facts.images[index].evidence = scene.facts.images[index].evidence
            }
            #expect(CanonicalDecision(again.decide()).digest == CanonicalDecision(scene.decide()).digest)
        }
    }

    @Test func everyMemberComesBack() throws {
        let facts = try Self.full()
        let read = try AdmissionFacts(recorded: JSONCursor(JSONValue(parsing: facts.recorded.canonical)))
        #expect(read.cluster == facts.cluster && read.namespace == facts.namespace)
        #expect(read.namespaceMode == facts.namespaceMode && read.operation == facts.operation)
        #expect(read.change == facts.change && read.object == facts.object)
        #expect(read.isDryRun && read.scalesUp && read.requester == facts.requester)
        #expect(read.assumedClaims == facts.assumedClaims && read.environmentLabels == facts.environmentLabels)
        #expect(read.ownerClaim == facts.ownerClaim && read.owner == facts.owner && read.history == facts.history)
        #expect(read.images.map(\.text) == facts.images.map(\.text))
        #expect(read.images.map(\.uses) == facts.images.map(\.uses))
        #expect(read.images.map(\.digest) == facts.images.map(\.digest))
        #expect(read.images.map(\.repository) == facts.images.map(\.repository))
        #expect(read.images.map { (try? $0.reference.get()) != nil } == [true, false])
    }

    @Test(arguments: [
        AdmissionFacts.Change.template, .unchangedTemplate, .harmless("a deletion"), .interactive("exec"), .unknownKind,
    ]) func everyChangeComesBack(change: AdmissionFacts.Change) throws {
        var facts = try Scene().facts
        facts.change = change
        #expect(try AdmissionFacts(recorded: JSONCursor(facts.recorded)).change == change)
    }

    @Test(arguments: [
        AdmissionFacts.OwnerLookup.unavailable("no answer"), .absent,
        .found(uid: "u", templateMatches: true, templateDigest: nil),
    ]) func everyAnswerAboutTheOwnerComesBack(owner: AdmissionFacts.OwnerLookup) throws {
        var facts = try Scene().facts
        facts.owner = owner
        #expect(try AdmissionFacts(recorded: JSONCursor(facts.recorded)).owner == owner)
    }

    /// Whatever is changed about the recorded facts is refused, or is seen in what they say.
    @Test(
        arguments: [
            ("operation", "PATCH"), ("change", ["kind": "else"]), ("change", ["kind": "template", "words": "x"]),
            ("change", ["kind": "harmless"]), ("namespaceMode", "relaxed"), ("dryRun", false),
            ("owner", ["answer": "x"]),
            ("owner", ["answer": "absent", "uid": "u"]), ("images", ["x"]), ("requester", nil), ("extra", 1),
            ("history", ["admitted": [["image": "sha256:00"]]]), ("object", ["group": "", "kind": "Pod"]),
            ("environmentLabels", "prod"),
        ] as [(String, JSONValue?)])
    func whatIsNotRecordedLikeThisIsRefused(name: String, value: JSONValue?) throws {
        guard case .object(var object) = try Scene().facts.recorded else { return }
        _ = try AdmissionFacts(recorded: JSONCursor(.object(object)))
        object[name] = value
        #expect(throws: JSONError.self) { try AdmissionFacts(recorded: JSONCursor(.object(object))) }
    }
}
