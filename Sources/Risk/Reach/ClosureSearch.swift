/// A breadth-first search while it runs.
struct ClosureSearch {
    private let rows: CompactGraph.Rows
    private let kinds: KindSet
    private let isAllKinds: Bool
    private let limit: Int
    private let keepsPaths: Bool
    /// Edges of nodes that were not reached yet.
    private var remainingEdges: Int
    /// The nodes of the last level, in ascending order.
    private var frontier: [UInt32] = []
    private var frontierEdges = 0
    private var wasBackwards = false

    private(set) var visited: [UInt64]
    private(set) var parents: [UInt32] = []
    private(set) var count = 0
    private(set) var depth = 0
    private(set) var isCut = false

    init(_ rows: CompactGraph.Rows, kinds: KindSet, limit: Int, keepsPaths: Bool, edgeCount: Int) {
        self.rows = rows
        self.kinds = kinds
        isAllKinds = kinds.isAll
        self.limit = limit
        self.keepsPaths = keepsPaths
        remainingEdges = edgeCount
        visited = [UInt64](repeating: 0, count: (rows.nodeCount + 63) / 64)
        if keepsPaths { parents = [UInt32](repeating: .max, count: rows.nodeCount) }
    }

    var isDone: Bool { frontier.isEmpty || isCut }

    /// The factors 14 and 24 are those of the paper.
    var isBetterBackwards: Bool {
        wasBackwards ? frontier.count > rows.nodeCount / 24 : frontierEdges > remainingEdges / 14 && frontier.count > 64
    }

    mutating func begin(_ sources: [UInt32]) {
        for source in sources.sorted() {
            let bit: UInt64 = 1 << UInt64(source & 63)
            if visited[Int(source >> 6)] & bit != 0 { continue }
            guard count < limit else {
                isCut = true
                break
            }
            visited[Int(source >> 6)] |= bit
            count += 1
            frontier.append(source)
            if keepsPaths { parents[Int(source)] = source }
        }
        countEdges()
    }

    private mutating func countEdges() {
        frontierEdges = 0
        for node in frontier { frontierEdges += rows.row(node).count }
        remainingEdges -= frontierEdges
    }

    /// Finds the next level from the edges of this one.
    mutating func stepForwards() throws(RiskError) {
        wasBackwards = false
        var next: [UInt32] = []
        let rows = rows
        let kinds = kinds
        let isAllKinds = isAllKinds
        let keepsPaths = keepsPaths
        let limit = limit
        var count = count
        var isCut = false
        frontier.withUnsafeBufferPointer { frontier in
            visited.withUnsafeMutableBufferPointer { visited in
                parents.withUnsafeMutableBufferPointer { parents in
                    for (index, node) in frontier.enumerated() {
                        if index & 0xFFFF == 0xFFFF, Task.isCancelled { return }
                        for edge in rows.row(node) {
                            let target = rows.targets[edge]
                            let word = Int(target >> 6)
                            let bit: UInt64 = 1 << UInt64(target & 63)
                            if visited[word] & bit != 0 { continue }
                            if !isAllKinds, !kinds.contains(rows.kinds[edge]) { continue }
                            if count >= limit {
                                isCut = true
                                return
                            }
                            visited[word] |= bit
                            count += 1
                            if keepsPaths { parents[Int(target)] = node }
                            next.append(target)
                        }
                    }
                }
            }
        }
        try RiskError.checkCancellation()
        self.count = count
        self.isCut = isCut
        // In ascending order paths are the same whichever way a level was found, and rows are read as they lie.
        next.sortNumbers(below: rows.nodeCount)
        advance(to: next)
    }

    /// Finds the next level by asking the nodes not reached yet for a predecessor in this one.
    ///
    /// - Parameter back: the rows of the opposite direction.
    mutating func stepBackwards(_ back: CompactGraph.Rows) throws(RiskError) {
        wasBackwards = true
        var isInFrontier = [UInt64](repeating: 0, count: visited.count)
        for node in frontier { isInFrontier[Int(node >> 6)] |= 1 << UInt64(node & 63) }
        var next: [UInt32] = []
        let kinds = kinds
        let isAllKinds = isAllKinds
        let keepsPaths = keepsPaths
        let nodeCount = rows.nodeCount
        let limit = limit
        var count = count
        var isCut = false
        isInFrontier.withUnsafeBufferPointer { isInFrontier in
            visited.withUnsafeMutableBufferPointer { visited in
                parents.withUnsafeMutableBufferPointer { parents in
                    for word in visited.indices {
                        if word & 0xFFF == 0xFFF, Task.isCancelled { return }
                        var open = ~visited[word]
                        while open != 0 {
                            let node = word << 6 + open.trailingZeroBitCount
                            open &= open &- 1
                            if node >= nodeCount { break }
                            for edge in back.row(UInt32(node)) {
                                let source = back.targets[edge]
                                guard isInFrontier[Int(source >> 6)] >> UInt64(source & 63) & 1 == 1,
                                    isAllKinds || kinds.contains(back.kinds[edge])
                                else { continue }
                                if count >= limit {
                                    isCut = true
                                    return
                                }
                                visited[word] |= 1 << UInt64(node & 63)
                                count += 1
                                if keepsPaths { parents[node] = source }
                                next.append(UInt32(node))
                                break
                            }
                        }
                    }
                }
            }
        }
        try RiskError.checkCancellation()
        self.count = count
        self.isCut = isCut
        advance(to: next)
    }

    private mutating func advance(to next: [UInt32]) {
        frontier = next
        if !next.isEmpty { depth += 1 }
        countEdges()
    }
}

extension [UInt32] {
    /// Sorts different numbers; many of them by a bit for each, which is faster than comparing.
    ///
    /// - Parameter bound: what all of them are below.
    mutating func sortNumbers(below bound: Int) {
        guard count > bound / 512 + 64 else { return sort() }
        var words = [UInt64](repeating: 0, count: (bound + 63) / 64)
        for number in self { words[Int(number >> 6)] |= 1 << UInt64(number & 63) }
        var place = 0
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                self[place] = UInt32(index << 6 + word.trailingZeroBitCount)
                place += 1
                word &= word &- 1
            }
        }
    }
}
