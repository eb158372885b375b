import Core
import Lineage
import Recorder
import TestSupport
import Testing

@Suite struct LineageOutputTests {
    @Test func decisionsAreRecordedOnce() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: "\(folder.path)/lineage.db")
        let counts = Counts()
        let output = LineageOutput(store, metrics: counts.metrics)
        let image = try #require(Digest(Desk.image))
        for _ in 0..<2 { try await output.write(Desk.logged(Desk.decision())) }
        try await output.write(Desk.logged(Desk.decision(name: "dry", isDryRun: true)))
        let allows = try await store.allows(of: image, environment: "prod", order: .newestFirst, limit: 10)
        #expect(allows.count == 1)
        #expect(counts.dropped.value.isEmpty)
    }
}
