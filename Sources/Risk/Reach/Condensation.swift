/// The strongly connected components of what some nodes reach, and the edges between them.
///
/// Components are numbered so that each edge leads to a lower number (Tarjan 1972, without recursion).
struct Condensation {
    /// How many components there are.
    private(set) var count = 0
    /// The component of each node of the graph, `UInt32.max` for one that is not reached.
    private(set) var component: [UInt32]
    /// The nodes, those of a component together.
    private(set) var members: [UInt32] = []
    /// Where the members of each component begin.
    private(set) var starts: [Int] = [0]
    /// Where the edges of each component begin, and the components they lead to.
    private(set) var offsets: [Int] = [0]
    private(set) var targets: [UInt32] = []

    init(_ rows: CompactGraph.Rows, from sources: [UInt32], kinds: KindSet) throws(RiskError) {
        component = [UInt32](repeating: .max, count: rows.nodeCount)
        try findComponents(rows, sources, kinds)
        try connect(rows, kinds)
    }

    private mutating func findComponents(
        _ rows: CompactGraph.Rows, _ sources: [UInt32], _ kinds: KindSet
    ) throws(RiskError) {
        // The order of discovery, 0 before it, and the earliest node on the stack that is reached from it.
        var order = [UInt32](repeating: 0, count: rows.nodeCount)
        var earliest = order
        var found: UInt32 = 0
        var waiting: [UInt32] = []
        var path: [(node: UInt32, edge: Int)] = []
        var steps = 0
        func discover(_ node: UInt32) {
            found += 1
            order[Int(node)] = found
            earliest[Int(node)] = found
            waiting.append(node)
            path.append((node, rows.row(node).lowerBound))
        }
        for source in sources where order[Int(source)] == 0 {
            discover(source)
            while let (node, edge) = path.last {
                steps += 1
                if steps & 0xFFFF == 0 { try RiskError.checkCancellation() }
                if edge < rows.row(node).upperBound {
                    path[path.count - 1].edge += 1
                    guard kinds.contains(rows.kinds[edge]) else { continue }
                    let target = rows.targets[edge]
                    if order[Int(target)] == 0 {
                        discover(target)
                    } else if component[Int(target)] == .max {
                        earliest[Int(node)] = min(earliest[Int(node)], order[Int(target)])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.node {
                    earliest[Int(parent)] = min(earliest[Int(parent)], earliest[Int(node)])
                }
                guard earliest[Int(node)] == order[Int(node)] else { continue }
                while let member = waiting.popLast() {
                    component[Int(member)] = UInt32(count)
                    members.append(member)
                    if member == node { break }
                }
                count += 1
                starts.append(members.count)
            }
        }
    }

    private mutating func connect(_ rows: CompactGraph.Rows, _ kinds: KindSet) throws(RiskError) {
        // The last component that was seen to lead to each, so that parallel edges count once.
        var seen = [UInt32](repeating: .max, count: count)
        for own in 0..<UInt32(count) {
            if own & 0xFFFF == 0xFFFF { try RiskError.checkCancellation() }
            for member in members[starts[Int(own)]..<starts[Int(own) + 1]] {
                for edge in rows.row(member) where kinds.contains(rows.kinds[edge]) {
                    let target = component[Int(rows.targets[edge])]
                    if target == own || seen[Int(target)] == own { continue }
                    seen[Int(target)] = own
                    targets.append(target)
                }
            }
            offsets.append(targets.count)
        }
    }

    /// How many nodes of each class each component has, and how many in all as the last class.
    func weights(_ nodeKinds: UnsafeBufferPointer<UInt8>, _ classes: [KindSet]) throws(RiskError) -> [[UInt32]] {
        var result = [[UInt32]](repeating: [UInt32](repeating: 0, count: count), count: classes.count)
        for (index, kinds) in classes.enumerated() {
            try RiskError.checkCancellation()
            for member in members where kinds.contains(nodeKinds[Int(member)]) {
                result[index][Int(component[Int(member)])] += 1
            }
        }
        result.append((0..<count).map { UInt32(starts[$0 + 1] - starts[$0]) })
        return result
    }

    /// Counts what each of some sources reaches.
    ///
    /// - Parameters:
    ///   - weights: for each class how much each component counts.
    ///   - wordCount: how many words hold a bit for each source.
    /// - Returns: for each source the sum of each class.
    func count(_ sources: [UInt32], _ weights: [[UInt32]], wordCount: Int) throws(RiskError) -> [[Int]] {
        var sets = [UInt64](repeating: 0, count: count * wordCount)
        for (index, source) in sources.enumerated() {
            sets[Int(component[Int(source)]) * wordCount + index >> 6] |= 1 << UInt64(index & 63)
        }
        var counters = weights.map { _ in SlicedCounters(wordCount: wordCount) }
        let result = sets.withUnsafeMutableBufferPointer { sets -> Result<Void, RiskError> in
            for own in stride(from: count - 1, through: 0, by: -1) {
                if own & 0xFFF == 0xFFF, Task.isCancelled { break }
                let set = own * wordCount
                for kind in counters.indices where weights[kind][own] > 0 {
                    counters[kind].add(
                        weights[kind][own], to: UnsafeBufferPointer(rebasing: sets[set..<set + wordCount]))
                }
                for edge in offsets[own]..<offsets[own + 1] {
                    let target = Int(targets[edge]) * wordCount
                    for word in 0..<wordCount { sets[target + word] |= sets[set + word] }
                }
            }
            do throws(RiskError) { return .success(try RiskError.checkCancellation()) } catch { return .failure(error) }
        }
        try result.get()
        return sources.indices.map { index in counters.map { $0[index] } }
    }
}
