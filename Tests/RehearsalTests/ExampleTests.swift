import Foundation
import Rehearsal
import Testing

/// The shipped example bundle comes with cases, and they hold.
@Suite("The example bundle's own cases") struct ExampleTests {
    @Test(arguments: ["payments", "teams"]) func theyHold(_ name: String) async throws {
        let results = try await Repository.play(Repository.path("examples/policy/tests/\(name).yaml"))
        for result in results where !result.passed { Issue.record("\(result.complaint)") }
        #expect(results.count >= (name == "payments" ? 12 : 6))
    }

    @Test func everyFileIsPlayed() throws {
        let files = try TestPlayer.files(at: Repository.path("examples/policy"))
        #expect(files.map { ($0 as NSString).lastPathComponent } == ["payments.yaml", "teams.yaml"])
    }
}
