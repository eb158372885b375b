/// A problem of choosing elements at the least cost so that each of very many sets, given by rule, is hit.
protocol HittingProblem {
    /// Looks at the problem when some elements are chosen and others excluded.
    ///
    /// - Parameter work: how many visits may still be spent; what was spent is subtracted.
    /// - Returns: `nil` when there is no solution then.
    func evaluate(chosen: [Int32], excluded: [Int32], work: inout Int) throws(RiskError) -> HittingEvaluation?
}

/// What is known of a partly solved problem.
struct HittingEvaluation {
    /// No solution with these choices costs less.
    var bound: Int
    /// Elements of which each solution contains one that is not chosen yet; empty when what is chosen is a solution.
    var branch: [Int32]
    /// Some solution, chosen elements or not among it.
    var solution: HittingSolution
}

/// Elements that hit every set.
struct HittingSolution {
    var cost: Int
    var elements: [Int32]
}

/// How much is searched.
package struct SearchLimits: Hashable, Sendable {
    /// The most states that are looked at.
    package var states = 20_000
    /// The most visits of nodes and edges; 10 M take a second or two, more in graphs too large for the caches.
    package var work = 20_000_000

    package init() {}
}

/// Branch and bound, the most promising state first, so that what is known of the least cost rises as it goes.
struct HittingSearch {
    private(set) var best: HittingSolution
    private(set) var lowerBound: Int
    private(set) var states = 1

    var isExact: Bool { lowerBound >= best.cost }

    private struct State {
        /// The state it came from, and which element of its branch was chosen; those before it are excluded.
        var parent: Int
        var choice: Int
        var evaluation: HittingEvaluation
    }

    private var known: [State] = []

    /// - Parameters:
    ///   - solution: one found otherwise.
    ///   - bound: a bound found otherwise.
    /// - Returns: `nil` when there is no solution.
    init?(
        _ problem: some HittingProblem, solution: HittingSolution? = nil, bound: Int = 0, limits: SearchLimits
    ) throws(RiskError) {
        var work = limits.work
        guard let root = try problem.evaluate(chosen: [], excluded: [], work: &work) else { return nil }
        best = root.solution
        if let solution, solution.cost < best.cost { best = solution }
        lowerBound = max(bound, root.bound)
        known = [State(parent: -1, choice: 0, evaluation: root)]
        var heap = MinHeap()
        heap.push(lowerBound, 0)
        while let (key, index) = heap.pop() {
            lowerBound = min(max(lowerBound, key), best.cost)
            if isExact { return }
            let (chosen, excluded) = choices(of: index)
            let branch = known[index].evaluation.branch
            for (choice, element) in branch.enumerated() {
                try RiskError.checkCancellation()
                guard states < limits.states, work > 0 else { return }
                states += 1
                guard
                    var next = try problem.evaluate(
                        chosen: chosen + [element], excluded: excluded + branch[..<choice], work: &work)
                else { continue }
                if next.solution.cost < best.cost { best = next.solution }
                next.bound = max(next.bound, key)
                guard next.bound < best.cost else { continue }
                // Thousands of states wait, and none is asked for its solution again.
                next.solution.elements = []
                known.append(State(parent: index, choice: choice, evaluation: next))
                heap.push(next.bound, known.count - 1)
            }
        }
        lowerBound = best.cost
    }

    private func choices(of index: Int) -> (chosen: [Int32], excluded: [Int32]) {
        var chosen: [Int32] = []
        var excluded: [Int32] = []
        var state = known[index]
        while state.parent >= 0 {
            let branch = known[state.parent].evaluation.branch
            chosen.append(branch[state.choice])
            excluded += branch[..<state.choice]
            state = known[state.parent]
        }
        return (chosen, excluded)
    }
}
