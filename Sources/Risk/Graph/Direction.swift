/// Which way edges are followed.
package enum Direction: Hashable, Sendable, CaseIterable {
    /// From an edge's source to its target.
    case forward
    /// From an edge's target to its source.
    case reverse

    package var opposite: Direction { self == .forward ? .reverse : .forward }
}
