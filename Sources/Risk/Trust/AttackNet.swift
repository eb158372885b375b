/// The part of a trust graph that matters for some targets: what can fall, and leads to them.
///
/// Ways to fall are numbered: arcs first, sorted by head, then source; then one way for each node to enter it.
struct AttackNet: Sendable {
    /// The cost of a way that is no way.
    static let never = Int.max

    /// The number in the trust graph of each node; the goal that joins several targets has none.
    private(set) var originals: [UInt32] = []
    /// How many arcs each node needs; `Int.max` for one that can only be entered.
    private(set) var needs: [Int] = []
    private(set) var goal = 0
    /// Where the arcs into each node begin.
    private(set) var incoming: [Int32] = []
    private(set) var sources: [Int32] = []
    private(set) var heads: [Int32] = []
    /// Where the arcs from each node begin in `outgoingArcs`.
    private(set) var outgoing: [Int32] = []
    private(set) var outgoingArcs: [Int32] = []
    /// What each way costs, ``never`` for a node that cannot be entered.
    private(set) var costs: [Int] = []
    /// What each node costs to protect, ``never`` for one that cannot be protected.
    private(set) var protections: [Int] = []

    var nodeCount: Int { needs.count }
    var arcCount: Int { heads.count }
    /// How long a pass over the net takes, in visits.
    var size: Int { nodeCount + arcCount }
    /// Whether a node needs several to fall, so that parts of an attack can be shared.
    var hasThresholds: Bool { needs.contains { $0 > 1 && $0 != .max } }

    @inline(__always) func entry(of node: Int) -> Int { arcCount + node }

    /// - Returns: `nil` when none of the targets can fall.
    init?(_ graph: TrustGraph, targets: [Int]) throws(RiskError) {
        guard !targets.isEmpty else { throw RiskError(.invalid, "no target was named") }
        for target in targets { try graph.demand(target) }
        let whole = try Self(all: graph)
        let falls = whole.fallen { _ in false }
        var isRelevant = [Bool](repeating: false, count: whole.nodeCount)
        var waiting = Set(targets).sorted().filter { falls[$0] }
        guard !waiting.isEmpty else { return nil }
        let reachable = waiting
        for target in waiting { isRelevant[target] = true }
        while let node = waiting.popLast() {
            for arc in whole.arcs(into: node) {
                let source = Int(whole.sources[arc])
                if falls[source], !isRelevant[source] {
                    isRelevant[source] = true
                    waiting.append(source)
                }
            }
        }
        try RiskError.checkCancellation()
        self.init(whole, isRelevant, targets: reachable)
    }

    /// The whole graph, with parallel edges reduced to the cheapest and without edges from a node to itself.
    private init(all graph: TrustGraph) throws(RiskError) {
        let sorted = graph.edges.filter { $0.source != $0.target }.sorted {
            ($0.target, $0.source, $0.cost) < ($1.target, $1.source, $1.cost)
        }
        try RiskError.checkCancellation()
        var arcs: [TrustGraph.Edge] = []
        arcs.reserveCapacity(sorted.count)
        for edge in sorted where arcs.last?.target != edge.target || arcs.last?.source != edge.source {
            arcs.append(edge)
        }
        originals = graph.nodes.indices.map { UInt32($0) }
        protections = graph.nodes.map { $0.protectionCost ?? Self.never }
        connect(arcs.map { ($0.source, $0.target, $0.cost) }, entries: graph.nodes.map { $0.entryCost ?? Self.never })
        needs = graph.nodes.indices.map { node in
            let count = self.arcs(into: node).count
            let need =
                switch graph.nodes[node].need {
                case .any: 1
                case .all: count
                case .atLeast(let least): least
                }
            return need < 1 || need > count ? .max : need
        }
    }

    /// The relevant part, with a goal of its own when there are several targets.
    private init(_ whole: AttackNet, _ isRelevant: [Bool], targets: [Int]) {
        var local = [UInt32](repeating: .max, count: whole.nodeCount)
        var entries: [Int] = []
        for node in 0..<whole.nodeCount where isRelevant[node] {
            local[node] = UInt32(originals.count)
            originals.append(UInt32(node))
            protections.append(whole.protections[node])
            needs.append(whole.needs[node])
            entries.append(whole.costs[whole.entry(of: node)])
        }
        var arcs: [(UInt32, UInt32, Int)] = []
        for arc in 0..<whole.arcCount {
            let source = local[Int(whole.sources[arc])]
            let head = local[Int(whole.heads[arc])]
            if source != .max, head != .max { arcs.append((source, head, whole.costs[arc])) }
        }
        goal = Int(local[targets[0]])
        if targets.count > 1 {
            goal = originals.count
            arcs += targets.map { (local[$0], UInt32(goal), 0) }
            needs.append(1)
            protections.append(Self.never)
            entries.append(Self.never)
        }
        connect(arcs, entries: entries)
        // Predecessors that cannot fall are gone, and with them perhaps the way to fall.
        for node in needs.indices where needs[node] > self.arcs(into: node).count { needs[node] = .max }
    }

    /// - Parameter arcs: source, head and cost, sorted by head, then source.
    private mutating func connect(_ arcs: [(UInt32, UInt32, Int)], entries: [Int]) {
        let count = entries.count
        incoming = [Int32](repeating: 0, count: count + 1)
        outgoing = incoming
        sources = arcs.map { Int32($0.0) }
        heads = arcs.map { Int32($0.1) }
        costs = arcs.map { $0.2 } + entries
        for (source, head, _) in arcs {
            incoming[Int(head) + 1] += 1
            outgoing[Int(source) + 1] += 1
        }
        for node in 0..<count {
            incoming[node + 1] += incoming[node]
            outgoing[node + 1] += outgoing[node]
        }
        var place = outgoing
        outgoingArcs = [Int32](repeating: 0, count: arcs.count)
        for (arc, (source, _, _)) in arcs.enumerated() {
            outgoingArcs[Int(place[Int(source)])] = Int32(arc)
            place[Int(source)] += 1
        }
    }

    /// The arcs into a node.
    @inline(__always)
    func arcs(into node: Int) -> Range<Int> { Int(incoming[node])..<Int(incoming[node + 1]) }

    /// What falls when everything that can be entered is.
    ///
    /// - Parameter isProtected: whether a node neither is entered nor falls.
    func fallen(_ isProtected: (Int) -> Bool) -> [Bool] { fallen(costs, isProtected) }

    /// What falls by the ways that some costs leave open.
    func fallen(_ costs: [Int], _ isProtected: (Int) -> Bool) -> [Bool] {
        var falls = [Bool](repeating: false, count: nodeCount)
        var counts = [Int32](repeating: 0, count: nodeCount)
        var waiting: [Int] = []
        for node in 0..<nodeCount where costs[entry(of: node)] != Self.never && !isProtected(node) {
            falls[node] = true
            waiting.append(node)
        }
        while let node = waiting.popLast() {
            for place in outgoing[node]..<outgoing[node + 1] {
                let arc = Int(outgoingArcs[Int(place)])
                let head = Int(heads[arc])
                if costs[arc] == Self.never { continue }
                counts[head] += 1
                if !falls[head], Int(counts[head]) >= needs[head], !isProtected(head) {
                    falls[head] = true
                    waiting.append(head)
                }
            }
        }
        return falls
    }
}
