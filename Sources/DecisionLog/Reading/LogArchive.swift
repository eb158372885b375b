/// A log as its readers see it.
package protocol LogArchive: Sendable {
    /// The log's origin, as its checkpoints name it.
    var origin: String { get }

    /// How many entries there are.
    func size() async throws -> UInt64

    /// Entries in order, at most as many as asked for; none beyond the end.
    func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])]

    /// The `c2sp.org/tlog-proof@v1` file of an entry; `nil` while no checkpoint covers it, or there is no such entry.
    func proof(of index: UInt64) async throws -> [UInt8]?

    /// The latest checkpoint; `nil` before the first.
    func checkpoint() async throws -> [UInt8]?

    /// A tile by its path of C2SP tlog-tiles, such as `tile/0/x001/234`; `nil` when there is none.
    func tile(_ path: String) async throws -> [UInt8]?
}
