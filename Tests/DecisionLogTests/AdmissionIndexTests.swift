import Core
import DecisionLog
import Policy
import Testing

@testable import Admission

/// What the log knows of earlier admissions (admission contract, "Promotion", "Time and availability").
@Suite("The index of admissions") struct AdmissionIndexTests {
    private func admission(_ sample: Sample, isAuthenticated: Bool = true) throws -> Admission {
        try #require(
            Admission(
                document: sample.document.json, digest: sample.document.digest, isAuthenticated: isAuthenticated))
    }

    /// What is noted when a decision is taken, and when its log is read again, must be one thing, or a restart would change
    /// what may be promoted.
    @Test(arguments: [
        Sample.allow(), Sample(), Sample.allow { $0.isDryRun = true }, Sample.allow { $0.isSigned = false },
        Sample.allow { $0.note = "always allowed" }, Sample.allow { $0.operation = .delete },
        Sample.allow { $0.operation = .update }, Sample.allow { $0.environment = nil },
        Sample.allow { $0.at = Instant(seconds: 1_768_903_200, nanoseconds: 120_000_000) },
        Sample.allow { $0.object = AdmissionFacts.Object(group: "", kind: "Pod", name: "p", uid: "u") },
        Sample.allow {
            $0.object = AdmissionFacts.Object(
                group: "apps", kind: "ReplicaSet", name: "r", uid: nil, templateDigest: Sample.image)
        },
        Sample.allow { $0.images = Array(Sample.manyImages.prefix(3)) + [("busybox", nil)] },
    ])
    func aDecisionAndItsDocumentAdmitTheSame(_ sample: Sample) {
        let document = sample.document
        for isAuthenticated in [true, false] {
            #expect(
                Admission(sample.decision, digest: document.digest, isAuthenticated: isAuthenticated)
                    == Admission(document: document.json, digest: document.digest, isAuthenticated: isAuthenticated))
        }
    }

    @Test func whatAnybodyCanAskPromotesNothing() async throws {
        let forged = try admission(Sample.allow(), isAuthenticated: false)
        let careful = AdmissionIndex()
        careful.note(forged)
        #expect(await images(careful, [Sample.image], ["prod"]).isEmpty)
        careful.note(try admission(Sample.allow()))
        #expect(await images(careful, [Sample.image], ["prod"]).count == 1)
        let trusting = AdmissionIndex(trustsEverybody: true)
        trusting.note(forged)
        #expect(await images(trusting, [Sample.image], ["prod"]).count == 1)
    }

    private func images(_ index: AdmissionIndex, _ images: [Digest], _ environments: [String]) async
        -> [AdmissionHistory.Admitted]
    {
        await index.history(RecordQuery(images: images, environments: environments, templates: [])).admitted
    }

    @Test func theFirstAdmissionCounts() async throws {
        let index = AdmissionIndex()
        let first = Sample.allow { $0.at = Sample.now }
        let later = Sample.allow { $0.at = Sample.now + .seconds(60) }
        let earlier = Sample.allow { $0.at = Sample.now - .seconds(60) }
        index.note(try admission(first))
        index.note(try admission(later))
        #expect(await images(index, [Sample.image], ["prod"]).map(\.at) == [Sample.now])
        // A log that is read again, or a clock that was wrong: the earlier one is the first.
        index.note(try admission(earlier))
        let found = await images(index, [Sample.image], ["prod"])
        #expect(found.map(\.at) == [earlier.at] && found.first?.decision == "\(earlier.document.digest)")
    }

    @Test func onlyWhatIsAskedForIsGiven() async throws {
        let index = AdmissionIndex()
        index.note(try admission(Sample.allow()))
        #expect(await images(index, [Sample.image], ["staging"]).isEmpty)
        #expect(await images(index, [Digest.of([1])], ["prod"]).isEmpty)
        #expect(await images(index, [Sample.image], []).isEmpty)
        #expect(await images(index, [Digest.of([1]), Sample.image], ["staging", "prod"]).count == 1)
    }

    @Test func environmentsThatOnlyLookAlikeAreTwo() async throws {
        let index = AdmissionIndex()
        index.note(try admission(Sample.allow { $0.environment = "caf\u{e9}" }))
        #expect(await images(index, [Sample.image], ["cafe\u{301}"]).isEmpty)
        #expect(await images(index, [Sample.image], ["caf\u{e9}"]).count == 1)
    }

    @Test func aTemplateIsKnownForItsOwnerOnly() async throws {
        let index = AdmissionIndex()
        let digest = try #require(Sample().object.templateDigest)
        index.note(try admission(Sample.allow { $0.at = Sample.now + .seconds(5) }))
        index.note(try admission(Sample.allow { $0.at = Sample.now }))
        func templates(_ uid: String, _ digest: Digest) async -> [AdmissionHistory.Template] {
            await index.history(
                RecordQuery(
                    images: [], environments: [], templates: [RecordQuery.Template(ownerUID: uid, digest: digest)])
            ).templates
        }
        #expect(await templates("u-1", digest).map(\.at) == [Sample.now])
        #expect(await templates("u-2", digest).isEmpty)
        #expect(await templates("u-1", Digest.of([1])).isEmpty)
    }

    @Test func beyondTheCapTheOldestAreForgotten() async throws {
        let index = AdmissionIndex(maximumEntries: Cap("remembered admissions", 3))
        let digests = (0..<8).map { Digest.of([UInt8($0)]) }
        for digest in digests {
            index.note(
                try admission(
                    Sample.allow {
                        $0.images = [("ghcr.io/org/app@\(digest)", digest)]
                        $0.object.templateDigest = digest
                    }))
        }
        #expect(await images(index, digests, ["prod"]).map(\.image) == Array(digests.suffix(3)))
        let templates = await index.history(
            RecordQuery(
                images: [], environments: [],
                templates: digests.map { RecordQuery.Template(ownerUID: "u-1", digest: $0) })
        ).templates
        #expect(templates.map(\.templateDigest) == Array(digests.suffix(3)))
        // What was forgotten can come again.
        index.note(try admission(Sample.allow { $0.images = [("ghcr.io/org/app@\(digests[0])", digests[0])] }))
        #expect(await images(index, [digests[0]], ["prod"]).count == 1)
    }

    private static let empty: [(String, @Sendable (inout Sample) -> Void)] = [
        ("denied", { $0.outcome = .deny }), ("indeterminate", { $0.outcome = .indeterminate }),
        (
            "audited",
            {
                $0.outcome = .deny
                $0.enforced = .allow
            }
        ), ("only tried", { $0.isDryRun = true }), ("taken by a bundle that nobody signed", { $0.isSigned = false }),
        ("not looked at", { $0.note = "always allowed: a deletion" }), ("a deletion", { $0.operation = .delete }),
        ("a connection", { $0.operation = .connect }),
    ]

    @Test(arguments: empty.map(\.0)) func whatAdmitsNothingIsNoAdmission(_ name: String) throws {
        let change = try #require(Self.empty.first { $0.0 == name }).1
        let sample = Sample.allow(change)
        #expect(
            Admission(
                document: sample.document.json, digest: sample.document.digest, isAuthenticated: true) == nil, "\(name)"
        )
        #expect(
            Admission(
                document: Sample.allow().document.json, digest: sample.document.digest, isAuthenticated: true) != nil)
    }
}
