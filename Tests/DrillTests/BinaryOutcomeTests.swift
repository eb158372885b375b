import Core
import Lineage
import Testing

@testable import Drill

/// The drill itself is held to what it claims: it must fail when there is nothing to hold.
@Suite struct BinaryOutcomeTests {
    private static let now = Instant(seconds: 1_800_000_000)

    @Test func passesAndLeavesBothDecisionsOnRecord() async throws {
        let store = try SQLiteStore.inMemory()
        let report = try await BinaryOutcomeDrill().run(DrillContext(now: Self.now, store: store))
        #expect(report.passed, "\(report.steps.map(\.observed))")
        #expect(report.steps.map(\.expected.first) == ["d", "a"])
        #expect(report.steps[0].evidence.count == 1)
        #expect(report.steps[1].evidence.count == 5)
    }

    @Test func aReportWithoutStepsOrWithABrokenOnePassesNothing() {
        func report(_ holds: [Bool]) -> DrillReport {
            DrillReport(
                name: "x", claim: "y", at: Self.now,
                steps: holds.map { DrillReport.Step(title: "t", expected: "e", observed: "o", holds: $0) })
        }
        #expect(report([true, true]).passed)
        #expect(!report([true, false]).passed)
        #expect(!report([]).passed)
    }

    @Test func everyDrillHasItsOwnNameAndIsFoundByIt() {
        let names = DrillRegistry.all.map(\.name)
        #expect(Set(names).count == names.count && !names.isEmpty)
        for name in names { #expect(DrillRegistry.drill(name)?.name == name) }
        #expect(DrillRegistry.drill("nothing") == nil)
    }
}
