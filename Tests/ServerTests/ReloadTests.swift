import Admission
import Core
import DecisionLog
import Foundation
import Policy
import Rehearsal
import Rollout
import Server
import TestDecisionLog
import Testing

/// Bundle, trust and waivers are taken over when they change; what is bad keeps the last good (admission contract,
/// "Policy and log").
@Suite("Reloading") struct ReloadTests {
    private func version(_ yard: Yard) -> String? { yard.policy.current.map { "\($0.bundle.manifest.version)" } }

    private func ask(_ yard: Yard, _ image: Digest = Shop.leaky, name: String = "web") async throws -> Client.Answer {
        let reply = await yard.webhook.validate(
            Shop.review(of: image, name: name).canonical, caller: .authenticated, deadline: .now + .seconds(60))
        return Client.Answer(status: reply.status, body: reply.body, headers: [:])
    }

    private func bundles(_ yard: Yard) throws -> [String] {
        try yard.records.compactMap { record in
            guard case .bundle(let bundle) = record else { return nil }
            return "\(bundle.version)"
        }
    }

    @Test func aHigherVersionIsTakenOverAndLogged() async throws {
        let yard = try await Yard()
        #expect(version(yard) == "1.0.0")
        try await yard.change { $0.bundle = try Shop.bundle("1.1.0", hermetic: false) }
        #expect(version(yard) == "1.1.0")
        #expect(try bundles(yard) == ["1.0.0", "1.1.0"])
        #expect(try await ask(yard).isAllowed == true)
        #expect(yard.files.present.memory.entry("shop")?.highest.version == SemanticVersion("1.1.0"))
        // Looking again changes nothing.
        await yard.look()
        #expect(try bundles(yard).count == 2)
    }

    static let bad: [(String, @Sendable (inout Yard.Files) throws -> Void)] = [
        ("unsigned", { $0.bundle = try Shop.bundle("2.0.0", isSigned: false) }),
        ("signed by a stranger", { $0.bundle = try Shop.bundle("2.0.0", by: PrivateKey(generating: .p256)) }),
        ("lower", { $0.bundle = try Shop.bundle("0.9.0") }),
        ("the same version, other content", { $0.bundle = try Shop.bundle("1.0.0", hermetic: false) }),
        ("expired", { $0.bundle = try Shop.bundle("2.0.0", expires: Shop.now - .seconds(1)) }),
        (
            "torn: a file of the next among those of the present",
            { files in
                var all = files.bundle.files
                all["shop.yaml"] = try Shop.bundle("2.0.0", hermetic: false).files["shop.yaml"]
                files.bundle = try BundleSource(all)
            }
        ),
        (
            "torn: a file is missing",
            { files in files.bundle = try BundleSource(files.bundle.files.filter { $0.key != "shop.yaml" }) }
        ),
        (
            "the signature is gone",
            { files in
                files.bundle = try BundleSource(files.bundle.files.filter { $0.key != BundleSource.signature })
            }
        ), ("unreadable", { $0.failure = "permission denied" }),
    ]

    @Test(arguments: bad.map(\.0)) func whatIsBadKeepsTheLastGood(_ name: String) async throws {
        let spoil = try #require(Self.bad.first { $0.0 == name }).1
        let yard = try await Yard()
        let good = yard.files.present
        try await yard.change(spoil)
        #expect(version(yard) == "1.0.0")
        #expect(try await ask(yard, Shop.good).isAllowed == true)
        #expect(try await ask(yard).isAllowed == false)
        // It is said, at first as a warning.
        var readiness = yard.readiness.check()
        #expect(readiness.isReady && readiness.warnings.contains { $0.contains("is not taken over") })
        yard.clock.advance(by: ReadinessCheck.defaultPatience - .seconds(1))
        await yard.look()
        #expect(yard.readiness.check().isReady)
        yard.clock.advance(by: .seconds(1))
        await yard.look()
        readiness = yard.readiness.check()
        #expect(!readiness.isReady && readiness.problems.contains { $0.contains("is not taken over") })
        #expect(yard.heard.count("policy bad") == 1)
        // What lay there before comes back: all is well.
        try await yard.change {
            $0 = good
        }
        #expect(yard.readiness.check() == Readiness(), "\(name)")
    }

    @Test func aStartWithoutAGoodBundleIsNotReadyUntilOneComes() async throws {
        let yard = try await Yard(bundle: Shop.bundle(isSigned: false))
        #expect(yard.policy.current == nil)
        #expect(!yard.readiness.check().isReady)
        #expect(try await ask(yard).status == 503)
        try await yard.change { $0.bundle = try Shop.bundle() }
        #expect(yard.readiness.check().isReady && version(yard) == "1.0.0")
    }

    @Test func whatTheLogKnowsOfVersionsHoldsAfterARestart() async throws {
        let first = try await Yard(bundle: Shop.bundle("2.0.0"))
        let history = try await LogHistory.read(first.log, into: AdmissionIndex())
        let second = try await Yard(history: history, bundle: Shop.bundle("1.0.0"))
        #expect(second.policy.current == nil)
        let third = try await Yard(history: history, bundle: Shop.bundle("2.0.0"))
        #expect(version(third) == "2.0.0")
        // It is no news.
        #expect(try bundles(third).isEmpty)
    }

    @Test func aBundleThatCannotBeLoggedIsNotTakenOver() async throws {
        let yard = try await Yard()
        yard.log.fail("the disk is full")
        try await yard.change { $0.bundle = try Shop.bundle("1.1.0") }
        #expect(version(yard) == "1.0.0")
        yard.log.fail(nil)
        await yard.look()
        #expect(version(yard) == "1.1.0")
        #expect(yard.readiness.check().isReady)
    }

    @Test func aBundleThatExpiresWhileItDecidesAllowsNothing() async throws {
        let yard = try await Yard(bundle: Shop.bundle(expires: Shop.now + .seconds(60)))
        yard.clock.advance(by: .seconds(59))
        #expect(try await ask(yard, Shop.good).isAllowed == true)
        yard.clock.advance(by: .seconds(1))
        await yard.look()
        let answer = try await ask(yard, Shop.good)
        #expect(try answer.isAllowed == false)
        #expect(answer.message.contains("bundle-expired"))
        #expect(yard.readiness.check().problems.contains { $0.contains("expired") })
    }

    // MARK: Waivers

    @Test func aWaiverAppearsAndIsRecorded() async throws {
        let yard = try await Yard()
        #expect(try await ask(yard).message.contains("hermetic-required"))
        let waiver = try Shop.waiver()
        try await yard.change {
            $0.waivers = [("w.json", waiver.file), ("revocations.dsse.json", try Shop.revocations([]))]
        }
        let answer = try await ask(yard)
        #expect(try answer.isAllowed == true)
        #expect(try answer.warnings.contains { $0.hasPrefix("waived by W-2026-001: hermetic-required") })
        let seen = try yard.records.compactMap { record in
            if case .waiver(let waiver) = record { waiver } else { nil }
        }
        #expect(seen.map(\.event) == [.seen] && seen.map(\.digest) == [waiver.digest])
        let used = try yard.decisions.last?.decision?["waiversUsed"]?.array
        #expect(used?.first?["id"]?.string == "W-2026-001" && used?.first?["owner"]?.string == "team-shop")
        // Another image has none.
        #expect(try await ask(yard, Shop.unknown).isAllowed == false)
    }

    @Test(arguments: [(-1, true), (0, false), (1, false)])
    func aWaiverEndsToTheSecond(_ second: Int, _ isAllowed: Bool) async throws {
        let yard = try await Yard()
        let waiver = try Shop.waiver(until: Shop.now + .seconds(600))
        try await yard.change {
            $0.waivers = [("w.json", waiver.file), ("revocations.dsse.json", try Shop.revocations([]))]
        }
        // No look in between: the decision itself knows the time.
        yard.clock.advance(by: .seconds(600 + second))
        let answer = try await ask(yard)
        #expect(try answer.isAllowed == isAllowed)
        #expect(isAllowed || answer.message.contains("waiver-expired"))
        await yard.look()
        #expect(try await ask(yard).isAllowed == isAllowed)
    }

    @Test(arguments: [(-1, false), (0, true)]) func aWaiverBeginsToTheSecond(
        _ second: Int, _ isAllowed: Bool
    ) async throws {
        let yard = try await Yard()
        let waiver = try Shop.waiver(from: Shop.now + .seconds(60), until: Shop.now + .seconds(600))
        try await yard.change {
            $0.waivers = [("w.json", waiver.file), ("revocations.dsse.json", try Shop.revocations([]))]
        }
        yard.clock.advance(by: .seconds(60 + second))
        await yard.look()
        #expect(try await ask(yard).isAllowed == isAllowed)
    }

    @Test func aRevokedWaiverDeniesAndIsRecordedOnce() async throws {
        let yard = try await Yard()
        let waiver = try Shop.waiver()
        try await yard.change {
            $0.waivers = [("w.json", waiver.file), ("revocations.dsse.json", try Shop.revocations([]))]
        }
        #expect(try await ask(yard).isAllowed == true)
        yard.clock.advance(by: .seconds(10))
        try await yard.change {
            $0.waivers[1].bytes = try Shop.revocations(
                [("W-2026-001", waiver.digest)], issued: Shop.now + .seconds(10))
        }
        #expect(try await ask(yard).isAllowed == false)
        yard.clock.advance(by: .seconds(120))
        await yard.look()
        let events = try yard.records.compactMap { record in
            if case .waiver(let waiver) = record { waiver.event } else { nil }
        }
        #expect(events == [.seen, .revoked])
    }

    @Test func aStaleRevocationListVoidsTheWaivers() async throws {
        let yard = try await Yard()
        let waiver = try Shop.waiver()
        try await yard.change {
            $0.waivers = [
                ("w.json", waiver.file),
                ("revocations.dsse.json", try Shop.revocations([], issued: Shop.now - .seconds(86_400 - 30))),
            ]
        }
        #expect(try await ask(yard).isAllowed == true)
        yard.clock.advance(by: .seconds(31))
        #expect(try await ask(yard).isAllowed == false)
    }

    @Test func aWaiverThatNobodySignedCountsForNothing() async throws {
        let yard = try await Yard()
        let waiver = try Shop.waiver()
        var text = String(decoding: waiver.file, as: UTF8.self)
        let mark = try #require(text.range(of: "\"sig\": \"M"))
        text.replaceSubrange(mark, with: "\"sig\": \"N")
        try await yard.change { [text] in
            $0.waivers = [("w.json", Array(text.utf8)), ("revocations.dsse.json", try Shop.revocations([]))]
        }
        #expect(try await ask(yard).isAllowed == false)
        #expect(yard.policy.current?.waiverProblems.isEmpty == false)
    }

    @Test func aFolderOfWaiversThatCannotBeReadKeepsThoseThatCount() async throws {
        let yard = try await Yard()
        let waiver = try Shop.waiver()
        try await yard.change {
            $0.waivers = [("w.json", waiver.file), ("revocations.dsse.json", try Shop.revocations([]))]
        }
        try await yard.change { $0.failure = "permission denied" }
        #expect(try await ask(yard).isAllowed == true)
        #expect(yard.readiness.check().warnings.contains { $0.hasPrefix("waivers: ") })
        try await yard.change { $0.failure = nil }
        #expect(yard.readiness.check() == Readiness())
    }

    // MARK: The next bundle

    @Test func theNextBundleDecidesInTheShadow() async throws {
        let yard = try await Yard()
        try await yard.change { $0.next = try Shop.bundle("2.0.0", hermetic: false) }
        let answer = try await ask(yard)
        #expect(try answer.isAllowed == false)
        for _ in 0..<200 where yard.shadow.comparison.shadow?.compared != 1 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(yard.heard.count("differed deny-to-allow") == 1)
        #expect(version(yard) == "1.0.0")
    }

    @Test func aNextBundleThatIsBadIsSaidAndForgotten() async throws {
        let yard = try await Yard()
        try await yard.change { $0.next = try Shop.bundle("2.0.0", isSigned: false) }
        #expect(yard.readiness.check().warnings.contains { $0.hasPrefix("the next bundle: ") })
        #expect(yard.readiness.check().isReady && yard.policy.current?.next == nil)
        try await yard.change { $0.next = try Shop.bundle("2.0.0") }
        #expect(yard.readiness.check() == Readiness() && yard.policy.current?.next != nil)
        try await yard.change { $0.next = nil }
        #expect(yard.policy.current?.next == nil)
    }
}
