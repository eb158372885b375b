/// Edges on their way into a build: ends become node numbers at once, and are counted many at a time.
struct EdgeIntake {
    /// Edges that are counted and written at once.
    static let pieceCount = 1 << 17

    private let table: IdentifierTable
    private var piece: [UInt64] = []
    /// The last source, since edges usually come in the order of their sources.
    private var lastSource: Int64?
    private var lastNumber: UInt32 = 0
    /// How many edges leave each node, and arrive at it.
    private(set) var outgoing: [UInt32]
    private(set) var incoming: [UInt32]

    /// - Parameter identifiers: strictly ascending.
    init(_ identifiers: [Int64]) {
        table = IdentifierTable(identifiers)
        outgoing = [UInt32](repeating: 0, count: identifiers.count)
        incoming = outgoing
        piece.reserveCapacity(Self.pieceCount)
    }

    /// Whether the piece is to be taken before the next edge.
    var isFull: Bool { piece.count >= Self.pieceCount }

    /// Adds an edge.
    ///
    /// - Returns: false when one of its ends is no node.
    mutating func add(_ source: Int64, _ kind: UInt8, _ target: Int64) -> Bool {
        if source != lastSource {
            guard let number = table.number(of: source) else { return false }
            lastSource = source
            lastNumber = number
        }
        guard let to = table.number(of: target) else { return false }
        piece.append(UInt64(lastNumber) << 36 | UInt64(kind) << 28 | UInt64(to))
        return true
    }

    /// Counts the edges of the piece and gives them away.
    ///
    /// In a loop of their own the counts, each somewhere else in memory, are fetched side by side.
    mutating func take() -> [UInt64] {
        let mask: UInt64 = 1 << GraphLimits.nodeBits - 1
        outgoing.withUnsafeMutableBufferPointer { outgoing in
            incoming.withUnsafeMutableBufferPointer { incoming in
                for edge in piece {
                    outgoing[Int(edge >> 36)] += 1
                    incoming[Int(edge & mask)] += 1
                }
            }
        }
        let result = piece
        piece = []
        piece.reserveCapacity(Self.pieceCount)
        return result
    }
}
