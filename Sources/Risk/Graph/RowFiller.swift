/// The rows of one direction while they are filled: a counting sort by node, then a sort of each row.
final class RowFiller {
    private let nodeCount: Int
    private let edgeCount: Int
    private let offsetMemory: GraphMemory
    private let targetMemory: GraphMemory
    private let kindMemory: GraphMemory

    init(nodeCount: Int, edgeCount: Int) throws(RiskError) {
        self.nodeCount = nodeCount
        self.edgeCount = edgeCount
        offsetMemory = try GraphMemory(zeros: (nodeCount + 1) * 4)
        targetMemory = try GraphMemory(zeros: max(1, edgeCount * 4))
        kindMemory = try GraphMemory(zeros: max(1, edgeCount))
    }

    private var offsets: UnsafeMutableBufferPointer<UInt32> {
        offsetMemory.writableBytes.assumingMemoryBound(to: UInt32.self)
    }
    private var targets: UnsafeMutableBufferPointer<UInt32> {
        targetMemory.writableBytes.assumingMemoryBound(to: UInt32.self)
    }
    private var kinds: UnsafeMutableBufferPointer<UInt8> {
        kindMemory.writableBytes.assumingMemoryBound(to: UInt8.self)
    }

    var offsetBytes: UnsafeRawBufferPointer { offsetMemory.bytes }
    func targetBytes(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: targetMemory.bytes[..<(count * 4)])
    }
    func kindBytes(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: kindMemory.bytes[..<count])
    }

    /// Puts each edge in the row of its node.
    ///
    /// - Parameter degrees: how many edges each row gets.
    func fill(_ degrees: [UInt32], _ direction: Direction, from spool: EdgeSpool) throws(RiskError) {
        let offsets = offsets
        let targets = targets
        let kinds = kinds
        // Each row's place is where its next edge goes, one entry ahead: in the end it is where the next row begins.
        var sum: UInt32 = 0
        for node in 0..<nodeCount {
            offsets[node + 1] = sum
            sum += degrees[node]
        }
        let mask: UInt64 = 1 << GraphLimits.nodeBits - 1
        let isForward = direction == .forward
        try spool.forEachPiece { edges throws(RiskError) in
            for edge in edges {
                let source = edge >> 36
                let target = edge & mask
                let row = Int(isForward ? source : target) + 1
                let place = Int(offsets[row])
                offsets[row] += 1
                targets[place] = UInt32(truncatingIfNeeded: isForward ? target : source)
                kinds[place] = UInt8(truncatingIfNeeded: edge >> 28)
            }
        }
    }

    /// Sorts each row by node, then kind, and drops what is there twice.
    ///
    /// - Returns: how many edges there are.
    func sortRows() -> Int {
        let offsets = offsets
        let targets = targets
        let kinds = kinds
        var row: [UInt64] = []
        var written = 0
        var begin = 0
        for node in 0..<nodeCount {
            let end = Int(offsets[node + 1])
            row.removeAll(keepingCapacity: true)
            var isSorted = true
            var last: UInt64?
            for edge in begin..<end {
                let key = UInt64(targets[edge]) << 8 | UInt64(kinds[edge])
                if let last, last > key { isSorted = false }
                last = key
                row.append(key)
            }
            if !isSorted { Self.sort(&row) }
            last = nil
            for key in row where key != last {
                targets[written] = UInt32(truncatingIfNeeded: key >> 8)
                kinds[written] = UInt8(truncatingIfNeeded: key)
                written += 1
                last = key
            }
            offsets[node + 1] = UInt32(written)
            begin = end
        }
        return written
    }

    private static func sort(_ row: inout [UInt64]) {
        guard row.count <= 24 else { return row.sort() }
        for index in 1..<row.count {
            let key = row[index]
            var place = index
            while place > 0, row[place - 1] > key {
                row[place] = row[place - 1]
                place -= 1
            }
            row[place] = key
        }
    }
}
