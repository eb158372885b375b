import Core
import Policy
import Rehearsal
import Rollout
import Testing

@Suite struct RollbackTests {
    @Test(arguments: [
        (RollbackCounts(allowed: 90, denied: 10), false), (RollbackCounts(allowed: 89, denied: 11), true),
        (RollbackCounts(allowed: 8, denied: 1), false), (RollbackCounts(denied: 9), false),
        (RollbackCounts(denied: 10), true), (RollbackCounts(allowed: 98, indeterminate: 2), false),
        (RollbackCounts(allowed: 97, indeterminate: 3), true), (RollbackCounts(p99: .seconds(2)), false),
        (RollbackCounts(p99: .milliseconds(2_001)), true), (RollbackCounts(allowed: 1_000), false),
    ]) func triggers(counts: RollbackCounts, isAdvised: Bool) {
        let advice = RollbackTerms().advice(counts, namespace: "payments")
        #expect((advice != nil) == isAdvised)
        #expect(advice.map { $0.command == "mc policy relax payments --apply" } ?? true)
    }

    /// Where policies enforce by themselves, taking a label off is no way back.
    @Test(
        arguments: [
            ([.enforce, .enforce], true, 2), ([.audit, .audit], false, 0), ([.enforce, .audit], false, 1),
        ] as [([DeployPolicy.Mode], Bool, Int)])
    func theWayBackIsOneThatLeadsThere(modes: [DeployPolicy.Mode], isBundle: Bool, named: Int) throws {
        let bundle = try Self.bundle(modes)
        let found = Enforcement(in: "payments", by: bundle)
        #expect(found.isWhole == isBundle && found.policies.count == named)
        let advice = try #require(
            RollbackTerms().advice(RollbackCounts(denied: 10), namespace: "payments", enforcement: found))
        #expect(advice.command.hasPrefix(isBundle ? "mc policy bundle rollback" : "mc policy relax payments --apply"))
        #expect((advice.why == nil) == (named == 0))
        #expect(advice.why?.contains("changes nothing") ?? false == isBundle)
        #expect(!isBundle || advice.command.contains("--from \(bundle.manifest.version) "))
    }

    @Test func theReportSaysWhichWayBack() throws {
        let denials = (0..<20).map { number in
            Event(0.5, .deny) {
                $0.mode = .enforce
                $0.template = "app \(number)"
            }
        }
        for (mode, command) in [(DeployPolicy.Mode.enforce, "mc policy bundle rollback"), (.audit, "mc policy relax")] {
            let readiness = try Events.readiness(
                Events.clean(mode: .enforce) + denials, policies: Self.bundle([mode]))
            let text = ReadinessReport(readiness).text
            #expect(
                text.contains("run: \(command)") && text.contains("changes nothing") == (mode == .enforce), "\(text)")
        }
    }

    /// A bundle of policies for the namespace payments, in these modes.
    private static func bundle(_ modes: [DeployPolicy.Mode]) throws -> PolicyBundle {
        let old = try ReviewCourt().stage.bundle
        let policy = try #require(old.policies.first { $0.covers(namespace: "payments") })
        return PolicyBundle(
            manifest: old.manifest, digest: old.digest, origin: old.origin,
            policies: modes.enumerated().map { index, mode in
                var policy = policy
                policy.name = "p\(index)"
                policy.mode = mode
                return policy
            }, environments: old.environments, clusters: old.clusters, trustRoots: old.trustRoots)
    }

    @Test func eachReasonIsSaid() {
        let counts = RollbackCounts(allowed: 80, denied: 15, indeterminate: 5, p99: .seconds(3))
        #expect(
            RollbackTerms().advice(counts, namespace: "a")?.reasons == [
                "15 of 100 denied in 60 minutes, more than 10 %",
                "5 of 100 could not be decided in 60 minutes, more than 2 %",
                "99 of 100 decisions take up to 3.0 seconds, more than 2.0 seconds",
            ])
    }
}
