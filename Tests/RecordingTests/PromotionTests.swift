import Core
import Policy
import Testing

/// Built once, promoted many: what was admitted in staging and recorded may go to production after the soak.
@Suite struct PromotionTests {
    static let soak = Duration.seconds(86_400)

    static func town() throws -> Town {
        try Town { $0.promotedFrom = PromotionRequirement(environment: "staging", soak: soak) }
    }

    static func ask(_ environment: String, isDryRun: Bool = false) -> Ask {
        var ask = Ask(object: Objects.deployment(namespace: "app-\(environment)"), user: Town.pipeline)
        ask.isDryRun = isDryRun
        return ask
    }

    @Test(arguments: [
        (0, Decision.Outcome.deny), (86_399, .deny), (86_400, .allow), (864_000, .allow),
    ])
    func productionWaitsForStagingAndTheSoak(seconds: Int, outcome: Decision.Outcome) async throws {
        let town = try Self.town()
        #expect(try await town.decide(Self.ask("staging"), at: Town.opening).outcome == .allow)
        // A later admission there does not start the soak again.
        try await town.decide(Self.ask("staging"), at: Town.opening + .seconds(3_600))
        let decision = try await town.decide(Self.ask("prod"), at: Town.opening + .seconds(seconds))
        #expect(decision.outcome == outcome, "\(decision.findings)")
        #expect(decision.rules == (outcome == .allow ? [] : ["promotion-missing"]))
    }

    @Test(arguments: [
        (true, false, true, Decision.Outcome.allow),
        // Nobody signed the bundle, it was only tried, or nobody recorded it.
        (false, false, true, .deny), (true, true, true, .deny), (true, false, false, .deny),
    ])
    func onlyRecordedAdmissionsUnderASignedBundlePromote(
        isSigned: Bool, isDryRun: Bool, isRecorded: Bool, outcome: Decision.Outcome
    ) async throws {
        let town = try Self.town()
        let staged = try await town.decide(
            Self.ask("staging", isDryRun: isDryRun), at: Town.opening, isSigned: isSigned, isRecorded: isRecorded)
        #expect(staged.outcome == .allow)
        let decision = try await town.decide(Self.ask("prod"), at: Town.opening + Self.soak)
        #expect(decision.outcome == outcome)
    }

    @Test func anAdmissionInProductionIsNoneInStaging() async throws {
        let town = try Self.town()
        #expect(try await town.decide(Self.ask("prod"), at: Town.opening).outcome == .deny)
        #expect(try await town.decide(Self.ask("prod"), at: Town.opening + Self.soak).outcome == .deny)
    }
}
