internal import Core

/// What the entries that count say: the namespaces, and when anything was allowed at all.
struct ReadinessCounts: Sendable {
    static let maximumNamespaces = Cap("namespaces", 20_000)

    private(set) var namespaces: [String: NamespaceTally] = [:]
    /// There are more namespaces than are counted.
    private(set) var isFull = false
    /// The hours of the window in which something was allowed, counted back from now.
    private var hours: Set<Int64> = []

    mutating func change(_ namespace: String, _ change: (inout NamespaceTally) -> Void) {
        guard namespaces[namespace] != nil || namespaces.count < Self.maximumNamespaces.limit else {
            isFull = true
            return
        }
        change(&namespaces[namespace, default: NamespaceTally()])
    }

    /// Takes that something was allowed, at an instant that is not after now.
    mutating func noteAllowed(at instant: Instant, now: Instant) {
        hours.insert((now.seconds - instant.seconds) / 3_600)
    }

    /// The longest stretch of the window, in whole hours, in which no log holds an allowed request.
    func silentHours(of window: Duration) -> Int64 {
        var longest: Int64 = 0
        var run: Int64 = 0
        for hour in 0..<(window.components.seconds / 3_600) {
            run = hours.contains(hour) ? 0 : run + 1
            longest = max(longest, run)
        }
        return longest
    }
}
