/// The cheapest way for each node of a net to fall, when what is shared is paid as often as it is used.
///
/// Knuth, "A generalization of Dijkstra's algorithm" (1977): nodes are settled in the order of their cost, which holds
/// for every superior function, so for sums over as many predecessors as a node needs and for their maximum.
struct Derivation {
    /// How the costs of several predecessors are taken together.
    enum Combination { case sum, maximum }

    /// What each node costs, ``AttackNet/never`` when it does not fall.
    private(set) var values: [Int]
    /// When each node was settled.
    private(set) var ranks: [Int32]
    /// The way by which each node falls; -1 for none or several.
    private var ways: [Int32]
    /// The ways of nodes that need several, in the order in which they came.
    private var several: [Int: [Int32]] = [:]

    /// - Parameter costs: what each way costs.
    init(_ net: AttackNet, costs: [Int], _ combination: Combination) {
        let count = net.nodeCount
        values = [Int](repeating: AttackNet.never, count: count)
        ranks = [Int32](repeating: .max, count: count)
        ways = [Int32](repeating: -1, count: count)
        var gathered = [Int](repeating: 0, count: count)
        var heap = MinHeap()
        for node in 0..<count where costs[net.entry(of: node)] != AttackNet.never {
            values[node] = costs[net.entry(of: node)]
            ways[node] = Int32(net.entry(of: node))
            heap.push(values[node], node)
        }
        var rank: Int32 = 0
        while let (key, item) = heap.pop() {
            if item < count {
                guard ranks[item] == .max, values[item] == key else { continue }
                ranks[item] = rank
                rank += 1
                for place in net.outgoing[item]..<net.outgoing[item + 1] {
                    let arc = Int(net.outgoingArcs[Int(place)])
                    let head = Int(net.heads[arc])
                    guard costs[arc] != AttackNet.never, ranks[head] == .max, net.needs[head] != .max else { continue }
                    let cost = Self.sum(key, costs[arc])
                    if net.needs[head] > 1 {
                        heap.push(cost, count + arc)
                    } else if cost < values[head] {
                        values[head] = cost
                        ways[head] = Int32(arc)
                        heap.push(cost, head)
                    }
                }
            } else {
                // Arcs into one node arrive cheapest first, so that the first ones are those it takes.
                let head = Int(net.heads[item - count])
                let arrived = several[head]?.count ?? 0
                guard ranks[head] == .max, arrived < net.needs[head] else { continue }
                several[head, default: []].append(Int32(item - count))
                gathered[head] = combination == .sum ? Self.sum(gathered[head], key) : key
                if arrived + 1 == net.needs[head], gathered[head] < values[head] {
                    values[head] = gathered[head]
                    ways[head] = -1
                    heap.push(values[head], head)
                }
            }
        }
    }

    /// A sum that stops short of ``AttackNet/never``: what is shared at each of many levels doubles at each.
    @inline(__always)
    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? AttackNet.never - 1 : min(sum, AttackNet.never - 1)
    }

    /// The ways by which a node falls.
    func ways(of node: Int) -> [Int32] {
        if values[node] == AttackNet.never { return [] }
        return ways[node] >= 0 ? [ways[node]] : several[node] ?? []
    }

    /// The nodes that have to fall for a node to fall in this way, in the order in which they do.
    func plan(to node: Int, in net: AttackNet) -> [Int] {
        var isNeeded = Set([node])
        var waiting = [node]
        while let next = waiting.popLast() {
            for way in ways(of: next) where Int(way) < net.arcCount {
                let source = Int(net.sources[Int(way)])
                if isNeeded.insert(source).inserted { waiting.append(source) }
            }
        }
        return isNeeded.sorted { ranks[$0] < ranks[$1] }
    }
}
