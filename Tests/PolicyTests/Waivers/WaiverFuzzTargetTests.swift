import Foundation
@_spi(Fuzzing) import Policy
import Testing

/// The fuzz target's properties hold for the minted seeds; what fuzzing finds joins them.
@Suite("Waiver fuzz target") struct WaiverFuzzTargetTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Fuzz/corpus/waiver").standardized

    @Test(arguments: [
        "own-payload", "own-envelope", "own-list", "own-list-envelope", "own-rollback", "own-memory", "own-trust",
    ])
    func seedsKeepTheProperties(seed: String) throws {
        let bytes = Array(try Data(contentsOf: Self.corpus.appending(path: seed)))
        #expect(FuzzTargets.waiver(bytes) == nil)
    }
}
