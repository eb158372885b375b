import Foundation
@_spi(Fuzzing) import Policy
import Testing

/// The fuzz target's properties hold for the minted seeds; what fuzzing finds joins them.
@Suite("Entry fuzz target") struct EntryFuzzTargetTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Fuzz/corpus/entry").standardized

    @Test(arguments: [
        "own-deny", "own-large", "own-facts", "own-bundle", "own-rollback", "own-repeat", "own-approval", "own-waiver",
    ])
    func seedsKeepTheProperties(seed: String) throws {
        let bytes = Array(try Data(contentsOf: Self.corpus.appending(path: seed)))
        #expect(FuzzTargets.entry(bytes) == nil)
    }
}
