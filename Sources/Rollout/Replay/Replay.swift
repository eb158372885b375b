package import Core
package import DecisionLog
internal import Policy

/// Makes past decisions again by another bundle, several at a time, and tells what changes.
///
/// Memory is bounded: what was judged is remembered up to a cap, then forgotten and judged anew.
package struct Replay: Sendable {
    /// Which decisions are asked about.
    package struct Selection: Sendable, Hashable {
        package var since: Instant?
        package var namespace: String?

        package init(since: Instant? = nil, namespace: String? = nil) {
            self.since = since
            self.namespace = namespace
        }

        func holds(_ at: Instant, _ namespace: String) -> Bool {
            since.map { $0 <= at } ?? true && self.namespace.map { $0.isSame(as: namespace) } ?? true
        }
    }

    private let judge: ReplayJudge
    private let selection: Selection
    private let width: Int
    /// What was seen since the last batch.
    private var pending: [Digest: (item: ReplayItem, count: Int)] = [:]
    private var order: [Digest] = []
    private var known: [Digest: ReplayJudge.Result] = [:]
    package private(set) var report = ReplayReport()

    private static let batch = 64
    private static let maximumKnown = Cap("remembered decisions", 20_000)

    /// - Parameter width: how many decisions are made at once.
    package init(_ judge: ReplayJudge, selection: Selection = Selection(), width: Int = 4) {
        self.judge = judge
        self.selection = selection
        self.width = max(width, 1)
    }

    /// Takes an entry of a log; what is no decision, or not asked about, is passed over.
    ///
    /// - Parameters:
    ///   - place: where it is, for people.
    ///   - large: what is too large for the log, by its digest.
    /// - Throws: what `large` throws.
    package mutating func add(
        entry bytes: [UInt8], place: String, beside large: (any LargeDecisions)? = nil
    ) async throws {
        let record: LogRecord
        do {
            record = try LogRecord(parsing: bytes)
        } catch {
            return report.add(.malformed, at: place)
        }
        guard case .decision(let entry) = record, selection.holds(entry.at, entry.namespace) else { return }
        let decision = entry.decision == nil ? try await Self.document(entry.decisionDigest, large) : nil
        let facts = entry.facts == nil ? try await Self.document(entry.factsDigest, large) : nil
        do throws(ReplayProblem) {
            await add(try ReplayItem(entry, place: place, decision: decision, facts: facts))
        } catch {
            report.add(error, at: place)
        }
    }

    private static func document(_ digest: Digest?, _ large: (any LargeDecisions)?) async throws -> JSONValue? {
        guard let digest, let bytes = try await large?.document(digest) else { return nil }
        return try? JSONValue(parsing: bytes)
    }

    /// Takes a decision.
    package mutating func add(_ item: ReplayItem) async {
        guard selection.holds(item.at, item.facts.namespace) else { return }
        if let result = known[item.identity] {
            return report.add(item, result, count: 1, isFirst: false)
        }
        if pending[item.identity] == nil { order.append(item.identity) }
        pending[item.identity, default: (item, 0)].count += 1
        if order.count >= Self.batch { await flush() }
    }

    /// Takes that a request could not be read.
    package mutating func addUnreadable(at place: String) { report.add(.unreadable, at: place) }

    /// Judges what was taken; to be called at the end.
    package mutating func flush() async {
        let items = order.compactMap { pending[$0] }
        pending = [:]
        order = []
        if known.count > Self.maximumKnown.limit { known = [:] }
        let results = await judged(items.map(\.item))
        for (entry, result) in zip(items, results) {
            report.add(entry.item, result, count: entry.count, isFirst: true)
            known[entry.item.identity] = result
        }
    }

    private func judged(_ items: [ReplayItem]) async -> [ReplayJudge.Result] {
        let judge = judge
        return await withTaskGroup(of: (Int, ReplayJudge.Result).self) { group in
            var results: [Int: ReplayJudge.Result] = [:]
            for (index, item) in items.enumerated() {
                if index >= width, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await judge.judge(item)) }
            }
            for await (done, result) in group { results[done] = result }
            return items.indices.compactMap { results[$0] }
        }
    }
}
