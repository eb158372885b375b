import Core
import Testing

@testable import Policy

/// A node drain is not an outage: what only time broke keeps an admitted template schedulable for a while.
@Suite struct GraceTests {
    /// A Pod of an admitted owner whose SBOM got too old some time ago.
    private static func aged(ago seconds: Int64) throws -> Scene {
        var scene = try Scene()
        scene.askAsController()
        scene.admitBefore()
        scene.replace(Scene.billType, by: try Scene.bill(at: Scene.now - .seconds(10 * 86_400 + 1)))
        scene.requirements.sbom?.maxAge = .seconds(10 * 86_400 - seconds)
        return scene
    }

    /// The same with a waiver that expired.
    private static func waived(ago seconds: Int64) throws -> Scene {
        var scene = try Scene()
        scene.askAsController()
        scene.admitBefore()
        scene.replace(Scene.billType)
        scene.waive(
            BillRules.missing.id, notBefore: Scene.now - .seconds(200_000), expires: Scene.now - .seconds(seconds))
        return scene
    }

    @Test(arguments: [(0, true), (86_399, true), (86_400, false), (86_401, false)])
    func evidenceThatAged(_ ago: Int64, _ isSpared: Bool) throws {
        let decision = try Self.aged(ago: ago).decide()
        #expect(decision.outcome == (isSpared ? .allow : .deny), "\(decision.words)")
        #expect(decision.findings(BillRules.expired).map(\.disposition) == [isSpared ? .warns : .denies])
    }

    @Test(arguments: [(0, true), (86_399, true), (86_400, false), (86_401, false)])
    func aWaiverThatExpired(_ ago: Int64, _ isSpared: Bool) throws {
        let decision = try Self.waived(ago: ago).decide()
        #expect(decision.outcome == (isSpared ? .allow : .deny), "\(decision.words)")
        let disposition: Decision.Disposition = isSpared ? .warns : .denies
        #expect(decision.findings(BillRules.missing).map(\.disposition) == [disposition])
        #expect(decision.findings(WaiverRules.expired).map(\.disposition) == [disposition])
    }

    @Test func thePolicySaysHowLong() throws {
        var scene = try Self.aged(ago: 7_200)
        scene.policy.rescheduleGrace = .seconds(7_201)
        #expect(scene.decide().outcome == .allow)
        scene.policy.rescheduleGrace = .seconds(7_200)
        #expect(scene.decide().outcome == .deny)
    }

    @Test(arguments: ["template", "owner", "future", "none", "person"]) func onlyForWhatWasAdmitted(_ what: String)
        throws
    {
        for var scene in [try Self.aged(ago: 60), try Self.waived(ago: 60)] {
            #expect(scene.decide().outcome == .allow)
            scene.facts.history.templates = []
            switch what {
            case "template": scene.admitBefore(template: Digest.of([1]))
            case "owner": scene.admitBefore(uid: "other-uid")
            case "future": scene.admitBefore(at: Scene.now + .seconds(1))
            case "person":
                scene.admitBefore()
                scene.facts.requester = try Scene().facts.requester
            default: break
            }
            #expect(scene.decide().outcome == .deny, "\(scene.decide().words)")
        }
    }

    @Test func anUnchangedTemplateIsSparedToo() throws {
        var scene = try Scene()
        scene.facts.change = .unchangedTemplate
        scene.facts.object.uid = "own-uid"
        scene.requirements.sbom?.maxAge = .seconds(86_400 + 82_800)
        #expect(scene.decide().outcome == .deny)
        scene.admitBefore(uid: "own-uid")
        #expect(scene.decide().outcome == .allow)
        scene.facts.change = .template
        #expect(scene.decide().outcome == .deny)
    }

    @Test func anUnprovenOwnerHasNoGrace() throws {
        var scene = try Self.aged(ago: 60)
        scene.facts.owner = .found(uid: "owner-uid", templateMatches: false, templateDigest: Scene.template)
        #expect(scene.decide().findings(BillRules.expired).map(\.disposition) == [.denies])
    }

    @Test func revocationIsJudgedOnEveryRequest() throws {
        var scene = try Self.waived(ago: 60)
        scene.revoke("W-1")
        #expect(scene.decide().outcome == .deny)
    }

    /// Whoever keeps the revocation list away must not gain a day by it.
    @Test(arguments: ["stale", "missing", "future"]) func withoutAFreshRevocationListThereIsNoGrace(_ what: String)
        throws
    {
        var scene = try Self.waived(ago: 60)
        var claimed = try Scene()
        claimed.askAsController()
        claimed.admitBefore()
        let waiver = Scene.waiver("hermetic-required", id: "W-9", expires: Scene.now - .seconds(60))
        claimed.waivers = [waiver]
        claimed.replace("https://mc.internal/delivery-claims/v28.1", by: try Scene.claims(waivers: [waiver]))
        #expect(scene.decide().outcome == .allow && claimed.decide().outcome == .allow)
        let revocations: WaiverBook.Revocations? =
            switch what {
            case "stale": .init(revoked: [:], issued: Scene.now - .seconds(90_000), staleAt: Scene.now)
            case "future": .init(revoked: [:], issued: Scene.now + .seconds(1), staleAt: Scene.now + .seconds(9))
            default: nil
            }
        scene.revocations = revocations
        claimed.revocations = revocations
        #expect(scene.decide().outcome == .deny && claimed.decide().outcome == .deny)
    }

    /// Who signed is judged on every request, also where a waiver covered it before.
    @Test func identityHasNoGrace() throws {
        for evidence in [[], [try Mint.signature(by: .stranger)]] {
            var scene = try Scene()
            scene.policies = [try Scene.plainPolicy("payments")]
            scene.askAsController()
            scene.admitBefore()
            scene.evidence = evidence
            scene.manifest.waivers.waivable = [SignerRules.evidenceMissing.id]
            scene.waive(SignerRules.evidenceMissing.id, expires: Scene.now + .seconds(1))
            #expect(scene.decide().outcome == .allow)
            scene.now = Scene.now + .seconds(1)
            #expect(scene.decide().outcome == .deny, "\(scene.decide().words)")
        }
    }

    @Test func evidenceOfUnknownTimeHasNoGrace() throws {
        var scene = try Self.aged(ago: 60)
        scene.replace(Scene.billType, by: try Scene.bill().timeless)
        #expect(scene.decide().outcome == .deny)
    }

    @Test func anotherViolationOfTheSameTemplateStillDenies() throws {
        var scene = try Self.aged(ago: 60)
        scene.requirements.gates = ["sast"]
        let decision = scene.decide()
        #expect(decision.outcome == .deny)
        #expect(decision.findings(BillRules.expired).map(\.disposition) == [.warns])
    }
}
