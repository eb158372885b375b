import Testing

@testable import TransparencyLog

/// Paths of tiles as the specification writes them, and only so.
struct TilePathTests {
    static let paths: [(TilePath, String)] = [
        (TilePath(.hashes(level: 0), index: 0), "tile/0/000"),
        (TilePath(.hashes(level: 1), index: 1_234_067), "tile/1/x001/x234/067"),
        (TilePath(.hashes(level: 0), index: 1_234_067, width: 9), "tile/0/x001/x234/067.p/9"),
        (TilePath(.entries, index: 999, width: 255), "tile/entries/999.p/255"),
        (TilePath(.entries, index: 1_000), "tile/entries/x001/000"),
    ]

    @Test(arguments: paths)
    func pathsAreWrittenAndRead(_ path: TilePath, _ text: String) {
        #expect(path.description == text)
        #expect(TilePath(text) == path)
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/1", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/0/x000/000",
        "tile/0/001/067",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/09", "tile/0/000.p", "tile/0/x001/../067", "/tile/0/000",
        "tile/0/000/", "tile/entries/x001", "tile/data/000", "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ])
    func nothingElseReads(_ text: String) { #expect(TilePath(text) == nil) }

    /// The specification's example: 70,000 entries.
    @Test func widthsOfATree() {
        #expect(TilePath.hashes(level: 0, index: 69_999, treeSize: 70_000)?.description == "tile/0/273.p/112")
        #expect(TilePath.hashes(level: 1, index: 0, treeSize: 70_000)?.description == "tile/1/000")
        #expect(TilePath.hashes(level: 1, index: 272, treeSize: 70_000)?.description == "tile/1/001.p/17")
        #expect(TilePath.hashes(level: 2, index: 0, treeSize: 70_000)?.description == "tile/2/000.p/1")
        #expect(TilePath.hashes(level: 2, index: 1, treeSize: 70_000) == nil)
        #expect(TilePath.hashes(level: 1, index: 0, treeSize: 256)?.description == "tile/1/000.p/1")
        #expect(TilePath.entries(at: 70_000, treeSize: 70_000) == nil)
    }
}
