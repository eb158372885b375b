import Core
import Foundation
import Rehearsal
import TestSupport
import Testing

/// The expectation table of the recorded reviews (admission contract, "Expected results for the recorded reviews").
@Suite("Recorded reviews") struct RecordedReviewTests {
    static let table = Repository.path("Tests/Fixtures/reviews/expectations.yaml")

    @Test(.enabled(if: SharedData.isPresent, "\(SharedData.missing)")) func everyReviewIsDecidedAsTheTableSays()
        async throws
    {
        let data = try #require(SharedData.root?.path)
        let results = try await Repository.play(Self.table, data: data)
        for result in results where !result.passed { Issue.record("\(result.complaint)") }
        #expect(!results.isEmpty)
    }

    @Test(
        .enabled(if: SharedData.isPresent, "\(SharedData.missing)"),
        arguments: ["admission-reviews", "admission-requests-connaisseur"])
    func everyFileHasARow(_ folder: String) throws {
        let test = try TestPlayer.read(Self.table)
        let named = test.cases.compactMap { script in
            if case .reviewFile(let name) = script.question { name } else { nil }
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: SharedData.url(folder).path)
        let missing = files.filter { $0.hasSuffix(".json") && !named.contains("data:\(folder)/\($0)") }
        #expect(missing.isEmpty && !files.isEmpty)
    }

    @Test func everyRowSaysWhy() throws {
        let test = try TestPlayer.read(Self.table)
        #expect(test.cases.filter { $0.why == nil }.map(\.name) == [])
    }
}
