import Admission
import Core
import DecisionLog
import Policy
import Rehearsal
import Server
import TestDecisionLog
import Testing

/// `/v1/validate` over TLS, as the API server asks.
@Suite("Validating") struct ValidateTests {
    private func ask(
        _ yard: Yard, _ review: JSONValue, identity: String? = "apiserver", timeout: String = "10s"
    ) async throws -> Client.Answer {
        let certificates = try Certificates.made.get()
        let tls = try TLSSource(certificates.material())
        let (results, continuation) = AsyncStream.makeStream(of: Client.Answer.self)
        try await yard.serve(tls: tls) { (running) async throws in
            continuation.yield(
                try await Client.with(running.port("webhook"), certificates, identity: identity) {
                    try await $0.validate(review, timeout: timeout)
                })
        }
        continuation.finish()
        for await answer in results { return answer }
        throw Yard.Unreadable(description: "no answer")
    }

    @Test func whatIsInOrderIsAllowedAndLogged() async throws {
        let yard = try await Yard()
        let answer = try await ask(yard, Shop.review(of: Shop.good))
        #expect(try answer.status == 200 && answer.isAllowed == true && answer.warnings.isEmpty)
        #expect(try answer.json["apiVersion"]?.string == "admission.k8s.io/v1")
        #expect(try answer.response?["uid"]?.string == "6ebe49d6-642d-41a1-b498-a4140b6827b8")
        let entry = try #require(try yard.decisions.first)
        #expect(try yard.decisions.count == 1 && entry.outcome == .allow && entry.caller == .authenticated)
        #expect(try answer.annotation("decision-digest") == "\(entry.decisionDigest)")
        // The first entry is the bundle.
        #expect(try answer.annotation("log") == "\(yard.log.origin)#1")
    }

    @Test func whatIsNotIsDeniedWithWhatToDo() async throws {
        let yard = try await Yard()
        let answer = try await ask(yard, Shop.review(of: Shop.unknown))
        #expect(try answer.isAllowed == false && answer.code == .integer(403))
        #expect(answer.message.contains("Pod web denied by policy bundle 1.0.0"))
        #expect(
            answer.message.contains("- evidence-missing (policy shop)\n  image:    \(Shop.repository)@\(Shop.unknown)"))
        #expect(answer.message.contains("remedy:"))
        #expect(try yard.decisions.map(\.outcome) == [.deny])
        #expect(try answer.annotation("log") != nil)
    }

    @Test func inAuditADenialIsAWarning() async throws {
        let yard = try await Yard()
        let answer = try await ask(yard, Shop.review(of: Shop.unknown, namespace: "audited"))
        #expect(try answer.isAllowed == true)
        #expect(try answer.warnings.contains { $0.hasPrefix("would be denied in Enforce: evidence-missing: ") })
        let entry = try #require(try yard.decisions.first)
        #expect(entry.outcome == .deny && entry.enforcedResult == .allow)
    }

    private struct Modes: NamespaceModes {
        let answer: AdmissionFacts.NamespaceMode
        func mode(of namespace: String) -> AdmissionFacts.NamespaceMode { answer }
    }

    @Test(arguments: [AdmissionFacts.NamespaceMode.enforce, .stale]) func theLabelTightensAnAuditedNamespace(
        _ mode: AdmissionFacts.NamespaceMode
    ) async throws {
        let yard = try await Yard(modes: Modes(answer: mode))
        #expect(try await ask(yard, Shop.review(of: Shop.unknown, namespace: "audited")).isAllowed == false)
        #expect(try await ask(yard, Shop.review(of: Shop.good, namespace: "audited")).isAllowed == true)
    }

    @Test func aRegistryThatIsDownIsNoDenial() async throws {
        let yard = try await Yard(images: Shop.images(.unavailable))
        let answer = try await ask(yard, Shop.review(of: Shop.good))
        #expect(try answer.isAllowed == false && answer.code == .integer(503))
        #expect(answer.message.contains("could not be decided") && answer.message.contains("cannot be reached"))
        let audited = try await ask(yard, Shop.review(of: Shop.good, namespace: "audited"))
        #expect(try audited.isAllowed == true)
        #expect(try audited.warnings.contains { $0.hasPrefix("could not be decided, denied in Enforce: ") })
    }

    @Test func aDryRunIsDecidedAndLeavesNothing() async throws {
        let yard = try await Yard()
        let before = yard.log.entries.count
        let review = Shop.review("\(Shop.repository)@\(Shop.unknown)", dryRun: true)
        let answer = try await ask(yard, review)
        #expect(try answer.isAllowed == false && answer.annotation("log") == nil)
        #expect(yard.log.entries.count == before)
        #expect(try await ask(yard, Shop.review(of: Shop.unknown)).annotation("log") != nil)
        #expect(yard.log.entries.count == before + 1)
    }

    @Test func whoShowsNoCertificateIsMarked() async throws {
        let yard = try await Yard()
        _ = try await ask(yard, Shop.review(of: Shop.good), identity: nil)
        _ = try await ask(yard, Shop.review(of: Shop.good, name: "b"), identity: "apiserver")
        #expect(try yard.decisions.map(\.caller) == [.unauthenticated, .authenticated])
    }

    @Test func aStrangersCertificateIsRefusedAtTheHandshake() async throws {
        let yard = try await Yard()
        await #expect(throws: (any Error).self) {
            try await ask(yard, Shop.review(of: Shop.good), identity: "stranger")
        }
        #expect(try yard.decisions.isEmpty)
    }

    @Test func identicalDenialsArePointedToTheFirst() async throws {
        let yard = try await Yard()
        let first = try await ask(yard, Shop.review(of: Shop.unknown))
        let second = try await ask(yard, Shop.review(of: Shop.unknown))
        #expect(try first.annotation("log") == second.annotation("log"))
        #expect(try yard.decisions.count == 1)
    }

    // MARK: Deadlines

    @Test func aRegistryThatHangsIsAnsweredForInTime() async throws {
        let yard = try await Yard(images: Shop.images(.slow(.seconds(30))))
        let start = ContinuousClock.now
        let answer = try await ask(yard, Shop.review(of: Shop.good), timeout: "2s")
        let taken = ContinuousClock.now - start
        #expect(try answer.isAllowed == false && answer.code == .integer(503))
        #expect(answer.message.contains("evidence-unavailable") && answer.message.contains("\(Shop.repository)"))
        #expect(taken >= .seconds(1) && taken < .seconds(29))
    }

    @Test func theServersOwnDeadlineIsAnUpperBound() async throws {
        var limits = WebhookLimits()
        limits.deadline = .milliseconds(300)
        let yard = try await Yard(images: Shop.images(.slow(.seconds(30))), limits: limits)
        let start = ContinuousClock.now
        for timeout in ["30s", "nonsense", "0s", "-1s", "99999999999999999999s"] {
            #expect(try await ask(yard, Shop.review(of: Shop.good), timeout: timeout).code == .integer(503))
        }
        #expect(ContinuousClock.now - start < .seconds(29))
    }

    // MARK: Trouble of mc's own

    @Test func withoutALogNothingIsAllowedInEnforce() async throws {
        let yard = try await Yard()
        yard.log.fail("no space left on device")
        let answer = try await ask(yard, Shop.review(of: Shop.good))
        #expect(try answer.isAllowed == false && answer.code == .integer(503) && answer.annotation("log") == nil)
        #expect(answer.message.contains("log-unavailable") && answer.message.contains("no space left on device"))
        // In Audit it warns.
        let audited = try await ask(yard, Shop.review(of: Shop.good, namespace: "audited"))
        #expect(try audited.isAllowed == true)
        #expect(try audited.warnings.contains { $0.contains("log-unavailable") })
        // A denial stays one.
        #expect(try await ask(yard, Shop.review(of: Shop.unknown)).code == .integer(403))
        #expect(yard.heard.count("unlogged") == 3)
        yard.log.fail(nil)
        #expect(try await ask(yard, Shop.review(of: Shop.good)).isAllowed == true)
    }

    @Test func withoutALogThingsCanStillBeDeleted() async throws {
        let yard = try await Yard()
        yard.log.fail("no space left on device")
        let image = "\(Shop.repository)@\(Shop.unknown)"
        #expect(try await ask(yard, Shop.review(image, operation: "DELETE")).isAllowed == true)
        // A change of metadata as well.
        let review = Shop.review(image, operation: "UPDATE", old: image)
        #expect(try await ask(yard, review).isAllowed == true)
    }

    @Test(arguments: [Duration.seconds(-3_600), .seconds(3_600)])
    func aClockThatJumpsIsNotReliedOn(_ jump: Duration) async throws {
        let yard = try await Yard()
        #expect(try await ask(yard, Shop.review(of: Shop.good)).isAllowed == true)
        yard.clock.set(Shop.now + jump)
        let answer = try await ask(yard, Shop.review(of: Shop.good))
        // What was signed in an hour is refused for that as well.
        #expect(try answer.isAllowed == false && answer.code == .integer(jump < .zero ? 403 : 503))
        #expect(answer.message.contains("clock-unreliable"))
        #expect(
            try await ask(yard, Shop.review("\(Shop.repository)@\(Shop.good)", operation: "DELETE")).isAllowed == true)
        yard.clock.set(Shop.now)
        #expect(try await ask(yard, Shop.review(of: Shop.good)).isAllowed == true)
    }

    @Test func timeThatPassesIsNoJump() async throws {
        let yard = try await Yard()
        yard.clock.advance(by: .seconds(7_200))
        #expect(try await ask(yard, Shop.review(of: Shop.good)).isAllowed == true)
    }

    @Test func withoutABundleNothingIsAnswered() async throws {
        let yard = try await Yard(bundle: Shop.bundle(isSigned: false))
        let answer = try await ask(yard, Shop.review(of: Shop.good))
        #expect(answer.status == 503)
        #expect(try answer.json["error"]?.string?.contains("no policy bundle") == true)
    }
}
