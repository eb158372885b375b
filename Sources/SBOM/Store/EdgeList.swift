/// Edges in pieces, 8 bytes each, so that growing copies nothing.
struct EdgeList: Sendable {
    /// `to` has 28 bits: there are fewer texts and components than that.
    struct Edge: Sendable, Equatable {
        var from: UInt32
        var to: UInt32
        var kind: UInt8
    }

    private static let pieceBits = 16
    private var pieces: [[UInt64]] = []
    private(set) var count = 0

    subscript(_ index: Int) -> Edge {
        get {
            let packed = pieces[index >> Self.pieceBits][index & (1 << Self.pieceBits - 1)]
            return Edge(
                from: UInt32(truncatingIfNeeded: packed >> 32), to: UInt32(truncatingIfNeeded: packed) & 0x0FFF_FFFF,
                kind: UInt8(truncatingIfNeeded: packed >> 28) & 15)
        }
        set { pieces[index >> Self.pieceBits][index & (1 << Self.pieceBits - 1)] = Self.pack(newValue) }
    }

    mutating func append(_ edge: Edge) {
        if count & (1 << Self.pieceBits - 1) == 0 {
            var piece: [UInt64] = []
            piece.reserveCapacity(count == 0 ? 64 : 1 << Self.pieceBits)
            pieces.append(piece)
        }
        pieces[pieces.count - 1].append(Self.pack(edge))
        count += 1
    }

    /// Keeps the first edges only.
    mutating func truncate(to newCount: Int) {
        count = newCount
        let full = newCount >> Self.pieceBits
        let rest = newCount & (1 << Self.pieceBits - 1)
        pieces.removeSubrange((full + (rest > 0 ? 1 : 0))...)
        if rest > 0 { pieces[full].removeSubrange(rest...) }
    }

    private static func pack(_ edge: Edge) -> UInt64 {
        UInt64(edge.from) << 32 | UInt64(edge.kind & 15) << 28 | UInt64(edge.to & 0x0FFF_FFFF)
    }
}
