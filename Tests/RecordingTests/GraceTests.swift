import Core
import Policy
import Testing

@testable import Lineage

/// Pods that were admitted once are rescheduled when their evidence has aged, for as long as the policy says; nothing
/// else is (admission contract, "Time and availability").
@Suite struct GraceTests {
    static let objects = [Objects.deployment(), Objects.replicaSet()]

    static func town() throws -> Town {
        try Town { $0.provenance = ProvenanceRequirement(maxAge: Town.maxAge) }
    }

    /// What happens when a Deployment is rolled out: three requests, each of another user.
    static func rollOut(
        _ town: Town, skipping skipped: Int? = nil, isSigned: Bool = true, isDryRun: Bool = false
    ) async throws {
        for (index, ask) in [Ask.deployment, .replicaSet, .pod("app-5d4f8c-aaaaa")].enumerated()
        where index != skipped {
            var ask = ask
            ask.isDryRun = isDryRun
            let decision = try await town.decide(
                ask, at: Town.opening + .seconds(index), owners: objects, isSigned: isSigned)
            #expect(decision.outcome == .allow, "\(decision.findings)")
            #expect(decision.dispositions.isEmpty)
        }
    }

    @Test(
        arguments: [
            (-1, .allow, []), (1, .allow, [.warns]), (86_340, .allow, [.warns]), (86_460, .deny, [.denies]),
            (864_000, .deny, [.denies]),
        ] as [(Int, Decision.Outcome, Set<Decision.Disposition>)])
    func aSecondPodOfAnAdmittedReplicaSetIsRescheduledWithinTheGrace(
        secondsAfterAge: Int, outcome: Decision.Outcome, dispositions: Set<Decision.Disposition>
    ) async throws {
        let town = try Self.town()
        try await Self.rollOut(town)
        let decision = try await town.decide(
            .pod("app-5d4f8c-bbbbb"), at: Town.agedAt + .seconds(secondsAfterAge), owners: Self.objects)
        #expect(decision.outcome == outcome, "\(decision.findings)")
        #expect(decision.dispositions == dispositions)
        #expect(decision.ownerUID == "replicaset-1")
    }

    /// Pods that were let in within the grace do not renew it.
    @Test func theGraceIsNotProlongedByWhatItLetIn() async throws {
        let town = try Self.town()
        try await Self.rollOut(town)
        for (index, seconds) in [60, 43_200, 86_340].enumerated() {
            let decision = try await town.decide(
                .pod("app-5d4f8c-c\(index)"), at: Town.agedAt + .seconds(seconds), owners: Self.objects)
            #expect(decision.dispositions == [.warns])
        }
        let late = try await town.decide(.pod("app-5d4f8c-ddddd"), at: Town.overAt, owners: Self.objects)
        #expect(late.outcome == .deny)
    }

    @Test(arguments: [
        ("another ReplicaSet", Objects.replicaSet(uid: "replicaset-2")),
        ("a changed template", Objects.replicaSet(variable: "2")),
    ])
    func whatWasNotAdmittedIsDeniedAtOnce(what: String, replicaSet: JSONValue) async throws {
        let town = try Self.town()
        try await Self.rollOut(town)
        let decision = try await town.decide(
            .pod("app-5d4f8c-bbbbb", of: replicaSet), at: Town.agedAt + .seconds(1),
            owners: [Objects.deployment(), replicaSet])
        #expect(decision.outcome == .deny, "\(what)")
        #expect(decision.dispositions == [.denies])
    }

    /// A Pod's word on whose it is admits no ReplicaSet: only the record of the ReplicaSet itself does.
    @Test(arguments: [(0 as Int?, Decision.Outcome.allow), (1, .deny), (2, .allow), (nil, .allow)])
    func theReplicaSetItselfMustHaveBeenAdmitted(skipped: Int?, outcome: Decision.Outcome) async throws {
        let town = try Self.town()
        try await Self.rollOut(town, skipping: skipped)
        let decision = try await town.decide(
            .pod("app-5d4f8c-bbbbb"), at: Town.agedAt + .seconds(1), owners: Self.objects)
        #expect(decision.outcome == outcome)
    }

    @Test(arguments: [(true, false, Decision.Outcome.allow), (false, false, .deny), (true, true, .deny)])
    func onlySignedBundlesAndRealRequestsCount(
        isSigned: Bool, isDryRun: Bool, outcome: Decision.Outcome
    ) async throws {
        let town = try Self.town()
        try await Self.rollOut(town, isSigned: isSigned, isDryRun: isDryRun)
        let decision = try await town.decide(
            .pod("app-5d4f8c-bbbbb"), at: Town.agedAt + .seconds(1), owners: Self.objects)
        #expect(decision.outcome == outcome)
    }

    /// A scale-up keeps the template: the Deployment's own admission counts for it.
    @Test(arguments: [(1, Decision.Outcome.allow), (86_460, .deny)])
    func aScaleUpOfAnAdmittedDeploymentHasTheGrace(
        secondsAfterAge: Int, outcome: Decision.Outcome
    ) async throws {
        let town = try Self.town()
        try await Self.rollOut(town)
        let ask = Ask(
            object: Objects.deployment(replicas: 3), user: Town.pipeline, old: Objects.deployment(replicas: 1))
        let decision = try await town.decide(ask, at: Town.agedAt + .seconds(secondsAfterAge), owners: Self.objects)
        #expect(decision.outcome == outcome, "\(decision.findings)")
    }

    /// What a store that fails does to the grace: nobody knows of an admission, so there is none.
    @Test func withoutRecordsThereIsNoGrace() async throws {
        let town = try Self.town()
        try await Self.rollOut(town)
        try await town.store.execute("DROP TABLE placement; DROP TABLE decision_image; DROP TABLE decision")
        let decision = try await town.decide(
            .pod("app-5d4f8c-bbbbb"), at: Town.agedAt + .seconds(1), owners: Self.objects, isRecorded: false)
        #expect(decision.outcome != .allow)
    }
}
