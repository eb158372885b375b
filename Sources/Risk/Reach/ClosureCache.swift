internal import Synchronization

/// The closures of one graph that were asked for last, so that asking again costs nothing.
///
/// A graph never changes, so neither does a closure of it; a new graph gets a new cache.
package final class ClosureCache: Sendable {
    /// What a closure was asked for by.
    private struct Question: Hashable {
        let sources: [UInt32]
        let direction: Direction
        let kinds: KindSet
        let keepsPaths: Bool
    }

    private struct Held {
        var closure: Closure
        var lastUse: UInt64
    }

    private struct State {
        var held: [Question: Held] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    private let graph: CompactGraph
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how much memory the closures may take, in bytes: an eighth of a byte for each node of the
    ///   graph, and four more with paths. One that is larger is computed each time.
    package init(_ graph: CompactGraph, atMost limit: Int = 64 << 20) {
        self.graph = graph
        self.limit = limit
    }

    /// Everything that is reachable from some nodes, as ``Closure``.
    ///
    /// - Throws: as ``Closure``.
    package func closure(
        from sources: [UInt32], _ direction: Direction = .forward, kinds: KindSet = .all, keepsPaths: Bool = false
    ) throws(RiskError) -> Closure {
        let question = Question(
            sources: Set(sources).sorted(), direction: direction, kinds: kinds, keepsPaths: keepsPaths)
        let known = state.withLock { state -> Closure? in
            state.uses += 1
            state.held[question]?.lastUse = state.uses
            return state.held[question]?.closure
        }
        if let known { return known }
        let closure = try Closure(
            from: question.sources, in: graph, direction, kinds: kinds, keepsPaths: keepsPaths)
        let bytes = size(of: question)
        guard bytes <= limit else { return closure }
        state.withLock { state in
            if state.held[question] == nil { state.bytes += bytes }
            state.held[question] = Held(closure: closure, lastUse: state.uses)
            while state.bytes > limit, let oldest = state.held.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                state.held[oldest.key] = nil
                state.bytes -= size(of: oldest.key)
            }
        }
        return closure
    }

    /// What holding an answer takes, in bytes.
    private func size(of question: Question) -> Int {
        graph.nodeCount / 8 + (question.keepsPaths ? graph.nodeCount * 4 : 0) + question.sources.count * 4 + 256
    }

    /// How many closures are held.
    package var count: Int { state.withLock { $0.held.count } }
}
