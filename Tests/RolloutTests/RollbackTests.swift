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
