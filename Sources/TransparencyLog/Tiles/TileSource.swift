/// Where a log's files come from: a folder, or HTTP.
///
/// What it answers is not believed: whoever reads checks it against a checkpoint that was verified.
public protocol TileSource: Sendable {
    /// The bytes of a tile, or `nil` when there is none.
    ///
    /// A partial tile may be gone once the full one is there; the reader asks for that one then.
    ///
    /// - Throws: when the source cannot be reached.
    func tile(_ path: TilePath) async throws -> [UInt8]?

    /// The bytes of the latest checkpoint, or `nil` when there is none.
    ///
    /// - Throws: when the source cannot be reached.
    func checkpoint() async throws -> [UInt8]?
}
