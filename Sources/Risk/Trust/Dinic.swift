/// Maximum flow by levels (Dinic 1970), and with it the least set of nodes that separates entries from a goal.
///
/// Each node is split in two with its protection cost between the halves, so that a cut through edges is one through
/// nodes.
struct Dinic {
    /// More than any cut that exists.
    static let unbounded = Int.max / 4

    private var firstEdges: [Int32]
    private var nextEdges: [Int32] = []
    private var ends: [Int32] = []
    private var capacities: [Int] = []
    private let source: Int
    private let sink: Int

    /// The least cost of nodes that separate, and the nodes; `nil` when protecting all that can be is not enough.
    static func separator(
        of net: AttackNet, protections: [Int], isUsed: (Int) -> Bool
    ) throws(RiskError) -> HittingSolution? {
        var flow = Dinic(nodeCount: net.nodeCount * 2 + 1, source: net.nodeCount * 2, sink: net.goal * 2 + 1)
        flow.reserve(net.nodeCount * 2 + net.arcCount)
        for node in 0..<net.nodeCount {
            let capacity = protections[node] == AttackNet.never ? Self.unbounded : protections[node]
            flow.addEdge(node * 2, node * 2 + 1, capacity)
            if net.costs[net.entry(of: node)] != AttackNet.never { flow.addEdge(flow.source, node * 2, Self.unbounded) }
        }
        for arc in 0..<net.arcCount where isUsed(Int(net.heads[arc])) {
            flow.addEdge(Int(net.sources[arc]) * 2 + 1, Int(net.heads[arc]) * 2, Self.unbounded)
        }
        guard let (cost, isBefore) = try flow.run() else { return nil }
        let nodes = (0..<net.nodeCount).filter { isBefore[$0 * 2] && !isBefore[$0 * 2 + 1] }
        return HittingSolution(cost: cost, elements: nodes.map { Int32($0) })
    }

    private init(nodeCount: Int, source: Int, sink: Int) {
        firstEdges = [Int32](repeating: -1, count: nodeCount)
        self.source = source
        self.sink = sink
    }

    private mutating func reserve(_ count: Int) {
        nextEdges.reserveCapacity(count * 2)
        ends.reserveCapacity(count * 2)
        capacities.reserveCapacity(count * 2)
    }

    private mutating func addEdge(_ from: Int, _ to: Int, _ capacity: Int) {
        for (one, other, capacity) in [(from, to, capacity), (to, from, 0)] {
            nextEdges.append(firstEdges[one])
            firstEdges[one] = Int32(ends.count)
            ends.append(Int32(other))
            capacities.append(capacity)
        }
    }

    /// - Returns: the flow, and which nodes lie before the cut; `nil` when the flow is unbounded.
    private mutating func run() throws(RiskError) -> (Int, [Bool])? {
        var total = 0
        while true {
            try RiskError.checkCancellation()
            let levels = levels()
            if levels[sink] < 0 { return (total, levels.map { $0 >= 0 }) }
            total += block(levels)
            if total >= Self.unbounded { return nil }
        }
    }

    /// How many edges each node is from the source, -1 for one that is not reached.
    private func levels() -> [Int32] {
        var levels = [Int32](repeating: -1, count: firstEdges.count)
        levels[source] = 0
        var queue = [Int32(source)]
        var next = 0
        while next < queue.count {
            let node = Int(queue[next])
            next += 1
            var edge = firstEdges[node]
            while edge >= 0 {
                let end = Int(ends[Int(edge)])
                if capacities[Int(edge)] > 0, levels[end] < 0 {
                    levels[end] = levels[node] + 1
                    queue.append(Int32(end))
                }
                edge = nextEdges[Int(edge)]
            }
        }
        return levels
    }

    /// Sends as much as fits along edges that lead one level on.
    private mutating func block(_ levels: [Int32]) -> Int {
        var current = firstEdges
        var path: [Int32] = []
        var node = source
        var total = 0
        while true {
            if node == sink {
                let amount = path.reduce(Self.unbounded) { min($0, capacities[Int($1)]) }
                total += amount
                if total >= Self.unbounded { return total }
                var full = path.count
                for (index, edge) in path.enumerated().reversed() {
                    capacities[Int(edge)] -= amount
                    capacities[Int(edge ^ 1)] += amount
                    if capacities[Int(edge)] == 0 { full = index }
                }
                node = Int(ends[Int(path[full] ^ 1)])
                path.removeLast(path.count - full)
            }
            let edge = current[node]
            if edge >= 0 {
                if capacities[Int(edge)] > 0, levels[Int(ends[Int(edge)])] == levels[node] + 1 {
                    path.append(edge)
                    node = Int(ends[Int(edge)])
                } else {
                    current[node] = nextEdges[Int(edge)]
                }
            } else {
                guard let last = path.popLast() else { return total }
                node = Int(ends[Int(last ^ 1)])
                current[node] = nextEdges[Int(current[node])]
            }
        }
    }
}
