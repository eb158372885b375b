import Core
import Foundation
import TestSupport
import Testing

@testable import Policy

/// What holds of every decision; the seeds are fixed, so that a failure can be found again.
@Suite struct PropertyTests {
    /// How many scenes each property is tried on; `MC_PROPERTY_CASES` asks for more.
    private static let cases = ProcessInfo.processInfo.environment["MC_PROPERTY_CASES"].flatMap(Int.init) ?? 500

    /// Decides a random scene and the same one changed, and counts how often the first was what the property is about.
    private static func compare(
        _ seed: UInt64, _ relevant: (Decision) -> Bool, _ change: (inout Scene, inout SeededGenerator) throws -> Void,
        _ holds: (Decision, Decision) -> Bool
    ) throws {
        var random = SeededGenerator(seed: seed)
        var count = 0
        for number in 0..<cases {
            var scene = try Scene.random(&random)
            let before = scene.decide()
            guard relevant(before) else { continue }
            count += 1
            try change(&scene, &random)
            let after = scene.decide()
            guard holds(before, after) else {
                Issue.record("seed \(seed), case \(number)\nbefore: \(before.words)\nafter: \(after.words)")
                return
            }
        }
        #expect(count > cases / 20, "the property was hardly tried: \(count) times")
    }

    private static func isAllowed(_ decision: Decision) -> Bool { decision.outcome == .allow }
    private static func isJudgedAllowed(_ decision: Decision) -> Bool {
        decision.outcome == .allow && decision.note == nil
    }
    private static func isDenied(_ decision: Decision) -> Bool { decision.outcome == .deny }

    @Test func everyOutcomeIsTried() throws {
        var random = SeededGenerator(seed: 1)
        var counts: [Decision.Outcome: Int] = [:]
        var dispositions: [Decision.Disposition: Int] = [:]
        for _ in 0..<Self.cases {
            let decision = try Scene.random(&random).decide()
            counts[decision.outcome, default: 0] += 1
            for disposition in Set(decision.findings.map(\.disposition)) { dispositions[disposition, default: 0] += 1 }
        }
        for outcome in [Decision.Outcome.allow, .deny, .indeterminate] {
            #expect(counts[outcome, default: 0] > Self.cases / 50, "\(counts)")
        }
        for disposition in Decision.Disposition.allCases {
            #expect(dispositions[disposition, default: 0] > Self.cases / 100, "\(dispositions)")
        }
    }

    @Test func whatIsRefusedOrOfStrangersNeverHurts() throws {
        try Self.compare(
            2, Self.isJudgedAllowed,
            { scene, random in
                try scene.attach(&random) { $0.strangers }
                for index in scene.facts.images.indices {
                    let refused = [Scene.refusal("identity-mismatch", origin: "z"), Scene.refusal("x", origin: "y")]
                    scene.facts.images[index].evidence.whole?.refused += refused
                    if random.oneIn(2) { scene.facts.images[index].evidence.unread.append("c: 500") }
                    for platform in scene.facts.images[index].evidence.platforms.indices where random.oneIn(2) {
                        scene.facts.images[index].evidence.platforms[platform].refused += refused
                    }
                }
            }, { $1.outcome == .allow && $1.enforcedResult == .allow })
    }

    @Test func moreOfBoundSignersNeverHurts() throws {
        try Self.compare(
            3, Self.isJudgedAllowed, { scene, random in try scene.attach(&random) { $0.bound } },
            { $1.outcome == .allow })
    }

    /// The documented exception: what listed signers say against the image hurts, and nothing else does.
    @Test func onlyAdverseWordsHurt() throws {
        // What a failure leaves standing may be too old.
        let adverse: Set<RuleID> = [GateRules.failed.id, GateRules.expired.id, SummaryRules.missing.id]
        var hurt = 0
        try Self.compare(
            4, Self.isJudgedAllowed,
            { scene, random in try scene.attach(&random) { $0.adverse + $0.bound + $0.strangers } },
            { _, after in
                if after.outcome != .allow { hurt += 1 }
                return after.blocking.allSatisfy {
                    adverse.contains($0.finding.rule) || $0.finding.rule == CoverageRules.unavailable.id
                        || $0.finding.rule == WaiverRules.expired.id
                }
            })
        #expect(hurt > 0)
    }

    @Test func whatIsTakenAwayNeverHelps() throws {
        try Self.compare(
            5, Self.isDenied, { scene, random in scene.detach(&random) { !$0.isAdverse } },
            { $1.outcome != .allow })
    }

    @Test func whatWasNotReadNeverHelps() throws {
        try Self.compare(
            6, { $0.outcome != .allow },
            { scene, random in
                for index in scene.facts.images.indices {
                    scene.facts.images[index].evidence.unread += ["c: 500", "d: 1"]
                }
            }, { $1.outcome != .allow && $1.enforcedResult == $0.enforcedResult })
    }

    @Test func aWaiverNeverHurts() throws {
        try Self.compare(
            7, Self.isAllowed,
            { scene, random in
                for number in 0...random.below(4) {
                    scene.waivers.append(Scene.anyWaiver(&random, id: "W-1\(number)"))
                }
            }, { $1.outcome == .allow })
    }

    @Test func theOrderOfTheFactsDoesNotMatter() throws {
        try Self.compare(8, { _ in true }, { scene, random in scene.shuffle(&random) }, { $0.bytes == $1.bytes })
    }

    @Test func equalFactsGiveEqualBytes() throws {
        try Self.compare(9, { _ in true }, { _, _ in }, { $0 == $1 && $0.bytes == $1.bytes })
    }

    @Test func auditAndEnforceDifferInTheModeAndTheEnforcedResultOnly() throws {
        func modeless(_ decision: Decision) -> JSONValue {
            guard case .object(var object) = decision.json else { return .null }
            object["mode"] = nil
            object["enforcedResult"] = nil
            let policies = object["policies"]?.array ?? []
            object["policies"] = .array(
                policies.map { policy in
                    guard case .object(var policy) = policy else { return .null }
                    policy["mode"] = nil
                    return .object(policy)
                })
            return .object(object)
        }
        try Self.compare(
            10, { _ in true },
            { scene, random in
                for index in scene.policies.indices {
                    scene.policies[index].mode = scene.policies[index].mode == .audit ? .enforce : .audit
                }
                scene.manifest.defaultMode = random.oneIn(2) ? .audit : .enforce
                scene.facts.namespaceMode = [.enforce, .stale, .unlabelled][random.below(3)]
            }, { modeless($0) == modeless($1) })
    }

    @Test func enforceIsNeverLooserThanAudit() throws {
        try Self.compare(
            11, { $0.enforcedResult == .deny },
            { scene, random in
                for index in scene.policies.indices { scene.policies[index].mode = .enforce }
                if random.oneIn(2) { scene.facts.namespaceMode = .enforce }
            }, { $1.enforcedResult == .deny })
    }

    /// An image that no policy covered may well be allowed by one that covers it.
    @Test func anotherPolicyNeverHelps() throws {
        try Self.compare(
            12, { $0.outcome != .allow && $0.findings(CoverageRules.noPolicy).isEmpty },
            { scene, random in
                var policy = random.oneIn(2) ? try Scene.plainPolicy("another") : try Scene.policy("another")
                if random.oneIn(2) { policy.images = [try Glob("*")] }
                if random.oneIn(3) { policy.mode = .audit }
                scene.policies.append(policy)
            }, { $1.outcome != .allow && ($0.enforcedResult == .allow || $1.enforcedResult == .deny) })
    }

    @Test func aFurtherDemandNeverHelps() throws {
        try Self.compare(
            13, { $0.outcome != .allow },
            { scene, random in
                let full = try Scene.policy("full").requirements
                let index = random.below(scene.policies.count)
                switch random.below(6) {
                case 0 where scene.policies[index].requirements.sbom == nil:
                    scene.policies[index].requirements.sbom = full.sbom
                case 1 where scene.policies[index].requirements.deliveryClaims == nil:
                    scene.policies[index].requirements.deliveryClaims = full.deliveryClaims
                case 2: scene.policies[index].requirements.gates = ["unit", "sast"]
                case 3: scene.policies[index].requirements.signers += 1
                case 4: scene.policies[index].requirements.promotedFrom = full.promotedFrom
                default: scene.policies[index].requirements.verificationSummary = full.verificationSummary
                }
            }, { $1.outcome != .allow })
    }

    @Test func allowAndBlockingFindingsExcludeEachOther() throws {
        try Self.compare(
            14, { _ in true }, { _, _ in },
            { decision, _ in
                let blocking = decision.blocking
                let result: Decision.Outcome =
                    blocking.isEmpty ? .allow : blocking.contains { $0.disposition == .denies } ? .deny : .indeterminate
                let isConsistent = decision.policies.allSatisfy { policy in
                    policy.outcome == .allow
                        || blocking.contains { $0.policy == nil || $0.policy == policy.name }
                }
                return decision.outcome == result && isConsistent
                    && (decision.enforcedResult == .allow || decision.outcome != .allow)
                    && (decision.outcome == .allow || decision.mode == .audit || decision.enforcedResult == .deny
                        || decision.policies.contains { $0.mode == .audit }
                        || !decision.findings(CoverageRules.noPolicy).isEmpty)
            })
    }

    /// Texts that are the same letters in other bytes must not be taken for one another on the way out.
    @Test func lookAlikeTextsKeepTheirOrder() throws {
        let names = ["\u{E9}", "e\u{301}", "\u{212B}", "\u{C5}", "A\u{30A}"]
        var random = SeededGenerator(seed: 15)
        var scene = try Scene()
        scene.facts.environmentLabels = names
        scene.facts.requester.groups = names
        scene.facts.images = try names.map { name in
            var image = try Scene.image(uses: [name], repository: name, evidence: .none)
            image.text = name
            image.evidence.unread = names
            return image
        }
        let first = scene.decide()
        #expect(first.findings(EnvironmentRules.mismatch).count == names.count)
        #expect(first.findings(CoverageRules.unbound).count == names.count)
        for _ in 0..<200 {
            scene.shuffle(&random)
            #expect(scene.decide().bytes == first.bytes)
        }
    }
}
