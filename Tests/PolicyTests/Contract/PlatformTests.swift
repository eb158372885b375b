import Attestation
import Core
import Testing

@testable import Policy

/// Evidence on the index, or on every platform.
@Suite struct PlatformTests {
    @Test func evidenceOnTheIndexSuffices() throws {
        var scene = try Scene()
        scene.split(index: try Scene.evidence(), amd: [], arm: [])
        #expect(scene.decide().outcome == .allow, "\(scene.decide().words)")
        scene.split(index: [], amd: [], arm: [])
        #expect(scene.decide().outcome == .deny)
    }

    @Test func evidenceOnEveryPlatformSuffices() throws {
        var scene = try Scene()
        scene.split(
            index: [], amd: try Scene.evidence(about: Scene.amd), arm: try Scene.evidence(about: Scene.arm))
        #expect(scene.decide().outcome == .allow, "\(scene.decide().words)")
    }

    @Test(arguments: 0..<5) func onePlatformWithoutOnePieceDenies(_ piece: Int) throws {
        var scene = try Scene()
        var arm = try Scene.evidence(about: Scene.arm)
        arm.remove(at: piece)
        scene.split(index: [], amd: try Scene.evidence(about: Scene.amd), arm: arm)
        #expect(scene.decide().outcome == .deny)
        scene.split(index: [try Scene.evidence()[piece]], amd: try Scene.evidence(about: Scene.amd), arm: arm)
        #expect(scene.decide().outcome == .allow, "\(scene.decide().words)")
    }

    @Test func onePlatformWithoutAnything() throws {
        var scene = try Scene()
        scene.split(index: [], amd: try Scene.evidence(about: Scene.amd), arm: [])
        let decision = scene.decide()
        #expect(decision.outcome == .deny)
        #expect(!decision.findings(SignerRules.evidenceMissing).isEmpty)
    }

    /// Evidence about one platform must not count for another, wherever a hostile registry lists it.
    @Test func evidenceAboutAnotherPlatformIsNone() throws {
        var scene = try Scene()
        let amd = try Scene.evidence(about: Scene.amd)
        scene.split(index: [], amd: amd, arm: amd)
        #expect(scene.decide().outcome == .deny)
        scene.split(index: amd, amd: amd, arm: [])
        #expect(scene.decide().outcome == .deny)
    }

    @Test func mixturesOfIndexAndPlatformsCount() throws {
        var scene = try Scene()
        scene.split(
            index: [try Scene.provenance(), try Scene.claims(), try Scene.summary()],
            amd: [try Scene.bill(about: Scene.amd), try Scene.gate(about: Scene.amd)],
            arm: [try Scene.bill(about: Scene.arm), try Scene.gate(about: Scene.arm)])
        #expect(scene.decide().outcome == .allow, "\(scene.decide().words)")
        scene.split(
            index: [try Scene.provenance(), try Scene.claims(), try Scene.summary()],
            amd: [try Scene.bill(about: Scene.amd), try Scene.gate(about: Scene.amd)],
            arm: [try Scene.gate(about: Scene.arm)])
        #expect(scene.decide().rules == [BillRules.missing.id])
    }

    /// What a gate says against one platform is said against what runs there.
    @Test(arguments: [true, false]) func aFailureOfOnePlatformIsHeard(isNewer: Bool) throws {
        var scene = try Scene()
        let time = Scene.built + .seconds(isNewer ? 3_600 : -3_600)
        let failure = try Scene.gate("unit", .failed, about: Scene.arm, at: time).logged(nil)
        scene.split(index: try Scene.evidence(), amd: [], arm: [failure])
        #expect(scene.decide().outcome == (isNewer ? .deny : .allow))
        #expect(scene.decide().rules == (isNewer ? [GateRules.failed.id] : []))
    }

    @Test func aSummaryAgainstOnePlatformIsHeard() throws {
        var scene = try Scene()
        let later = Scene.built + .seconds(3_600)
        scene.split(
            index: try Scene.evidence(), amd: [],
            arm: [try Scene.summary(.failed, about: Scene.arm, at: later).logged(nil)])
        #expect(scene.decide().rules == [SummaryRules.missing.id])
        scene.split(
            index: try Scene.evidence(), amd: [],
            arm: [try Scene.summary(.failed, about: Scene.arm, by: .stranger, at: later).logged(nil)])
        #expect(scene.decide().outcome == .allow)
    }

    @Test func whatWasNotReadMakesAMissingPlatformUndetermined() throws {
        var scene = try Scene()
        scene.split(index: [], amd: try Scene.evidence(about: Scene.amd), arm: [])
        scene.facts.images[0].evidence.unread = ["linux/arm64: timed out"]
        #expect(scene.decide().outcome == .indeterminate)
        scene.split(
            index: [], amd: try Scene.evidence(about: Scene.amd), arm: try Scene.evidence(about: Scene.arm))
        scene.facts.images[0].evidence.unread = ["linux/arm64: timed out"]
        #expect(scene.decide().outcome == .allow)
    }
}
