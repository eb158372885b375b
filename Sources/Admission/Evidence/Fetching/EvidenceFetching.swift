/// How places are asked: the bounds that all requests share.
package struct EvidenceFetching: Sendable {
    /// How many fetches one manifest's evidence in one place may have under way.
    static let width = 16

    /// The bound over everything that is fetched by this value and its copies.
    let gate: FetchGate
    /// When the reading of one place is given up.
    let limit: Duration

    /// - Parameters:
    ///   - fetches: how many fetches may be under way, of all requests together.
    ///   - bytes: how many bytes they may ask for in all; what is parsed of them takes several times as much.
    ///   - limit: when the reading of one manifest's evidence in one place is given up.
    package init(fetches: Int = 64, bytes: Int = 32 << 20, limit: Duration = .seconds(60)) {
        gate = FetchGate(fetches: fetches, bytes: bytes)
        self.limit = limit
    }
}
