internal import Core
internal import Policy

/// Denials that were logged a short while ago, so that a controller that tries again and again does not fill the disk:
/// repeats are counted, and the count is logged.
struct RepeatBook: Sendable {
    /// What makes two denials the same to a reader: everything but their time.
    struct Key: Hashable, Sendable {
        let digest: Digest

        init(_ decision: Decision, _ caller: LogEntry.Caller) {
            let object = decision.object
            var text: [String] = [
                decision.namespace, decision.operation.rawValue, decision.outcome.rawValue,
                decision.bundleDigest.description, object.group, object.kind, object.uid == nil ? object.name : "",
                object.templateDigest?.description ?? "", decision.ownerUID ?? object.uid ?? "",
                decision.requester.username, caller.rawValue,
            ]
            for image in decision.images { text.append("\(image.reference) \(image.digest?.description ?? "")") }
            for item in decision.findings {
                text.append("\(item.finding.rule) \(item.disposition.rawValue) \(item.image ?? "")")
            }
            // Lengths keep the parts apart, whatever they hold.
            digest = .of(text.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) })
        }
    }

    /// A denial and how often it came again.
    struct Repeats: Sendable {
        let index: UInt64
        let first: Instant
        var last: Instant
        var count: UInt64 = 0
        let decision: Digest
        let namespace: String

        /// The count as the log keeps it.
        var record: LogRecord {
            .repeated(
                RepeatRecord(
                    first: index, decisionDigest: decision, namespace: namespace, count: count, from: first, to: last))
        }
    }

    /// How long a denial stands for its repeats.
    static let window = Duration.seconds(600)
    static let maximumKeys = Cap("denials that are remembered for their repeats", 50_000)

    private var known: [Key: Repeats] = [:]

    /// Counts a repeat.
    ///
    /// - Returns: the first of them, or `nil` when there is none to stand for it.
    mutating func count(_ key: Key, at now: Instant) -> UInt64? {
        guard var repeats = known[key], now < repeats.first + Self.window, repeats.first <= now else { return nil }
        repeats.count += 1
        repeats.last = now
        known[key] = repeats
        return repeats.index
    }

    /// Remembers a denial that was logged.
    ///
    /// - Returns: what was counted of the one it takes the place of.
    mutating func remember(
        _ key: Key, index: UInt64, decision: Digest, namespace: String, at now: Instant
    ) -> Repeats? {
        let old = known[key]
        guard old != nil || known.count < Self.maximumKeys.limit else { return nil }
        known[key] = Repeats(index: index, first: now, last: now, decision: decision, namespace: namespace)
        return old.flatMap { $0.count > 0 ? $0 : nil }
    }

    /// Takes out what has had its time; gives those that came again.
    mutating func expire(at now: Instant, all: Bool = false) -> [Repeats] {
        let ended = known.filter { all || now >= $0.value.first + Self.window || now < $0.value.first }
        for key in ended.keys { known[key] = nil }
        return ended.values.filter { $0.count > 0 }.sorted { $0.index < $1.index }
    }
}

/// How many decisions of a namespace that admit nothing are logged one by one in an hour; beyond that they are counted.
struct DenialQuota: Sendable {
    private struct Spent: Sendable {
        var from: Instant
        var entries = 0
        var suppressed: UInt64 = 0
    }

    static let window = Duration.seconds(3_600)
    static let maximumNamespaces = Cap("namespaces with a quota", 20_000)

    let perNamespace: Int
    /// Of all namespaces together: who makes up names of namespaces must not have a quota for each.
    private let overall: Int
    private var spent: [[UInt8]: Spent] = [:]
    private var hour: (from: Instant, entries: Int)?

    init(perNamespace: Int) {
        self.perNamespace = perNamespace
        overall = perNamespace.multipliedReportingOverflow(by: 20).partialValue
    }

    /// Whether one more denial of a namespace is logged.
    ///
    /// - Parameter isLetThrough: whether something runs all the same; then only what all namespaces share is looked at.
    mutating func take(_ namespace: String, at now: Instant, isLetThrough: Bool = false) -> Bool {
        let key = Array(namespace.utf8)
        var state = spent[key] ?? Spent(from: now)
        if spent[key] == nil, spent.count >= Self.maximumNamespaces.limit { return false }
        var hour = hour ?? (now, 0)
        if now >= hour.from + Self.window || now < hour.from { hour = (now, 0) }
        guard isLetThrough || state.entries < perNamespace, hour.entries < overall else {
            state.suppressed += 1
            spent[key] = state
            return false
        }
        hour.entries += 1
        self.hour = hour
        if !isLetThrough { state.entries += 1 }
        spent[key] = state
        return true
    }

    /// Begins new hours; gives what was only counted in those that ended.
    mutating func expire(at now: Instant, all: Bool = false) -> [(namespace: String, count: UInt64, from: Instant)] {
        let ended = spent.filter { all || now >= $0.value.from + Self.window || now < $0.value.from }
        for key in ended.keys { spent[key] = nil }
        return ended.filter { $0.value.suppressed > 0 }.map {
            (String(decoding: $0.key, as: UTF8.self), $0.value.suppressed, $0.value.from)
        }.sorted { $0.namespace < $1.namespace }
    }
}
