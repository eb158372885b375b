internal import Admission
internal import Core
package import KubernetesClient
package import Policy
internal import Synchronization

/// What the namespaces' label `mc.internal/mode` says, by a watch.
///
/// The label can only make things stricter. So everything unknown counts as stale, which is as strict as can be: before
/// the first list, when nothing was heard for too long, and a namespace that the watch has not told of yet.
package final class NamespaceWatch: NamespaceModes {
    /// The label that tightens a namespace.
    package static let label = "mc.internal/mode"
    /// The value that says so.
    package static let enforce = "Enforce"

    private struct State {
        /// Whether a namespace is tightened; those that are there.
        var namespaces: [[UInt8]: Bool] = [:]
        /// When the server last said that what is known is current; `nil` before the first list.
        var heardAt: Duration?
        var interruptions = 0
    }

    private let state = Mutex(State())
    private let client: KubernetesClient
    private let staleAfter: Duration
    private let now: @Sendable () -> Duration

    /// - Parameters:
    ///   - client: the cluster's API; its options' `watchLife` should be shorter than `staleAfter`, since each new watch
    ///     shows that the server is there.
    ///   - staleAfter: how old news may be.
    ///   - now: the time since some fixed moment.
    package init(
        _ client: KubernetesClient, staleAfter: Duration = .seconds(600), now: @escaping @Sendable () -> Duration
    ) {
        self.client = client
        self.staleAfter = staleAfter
        self.now = now
    }

    /// Watches until the task is cancelled.
    package func run() async {
        await client.follow(.namespaces) { [self] news in hear(news) }
    }

    package func mode(of namespace: String) -> AdmissionFacts.NamespaceMode {
        state.withLock { state in
            guard let heardAt = state.heardAt, now() - heardAt <= staleAfter,
                let isTightened = state.namespaces[Array(namespace.utf8)]
            else { return .stale }
            return isTightened ? .enforce : .unlabelled
        }
    }

    /// Whether the namespaces are known and current, for readiness.
    package var isCurrent: Bool {
        state.withLock { state in state.heardAt.map { now() - $0 <= staleAfter } ?? false }
    }

    /// How often the watch broke off, for metrics.
    package var interruptions: Int { state.withLock { $0.interruptions } }

    func hear(_ news: WatchNews) {
        let time = now()
        state.withLock { state in
            switch news {
            case .replaced(let namespaces):
                state.namespaces = [:]
                for namespace in namespaces { Self.set(namespace, &state) }
            case .changed(let namespace): Self.set(namespace, &state)
            case .deleted(let namespace):
                if let name = namespace["metadata"]?["name"]?.string { state.namespaces[Array(name.utf8)] = nil }
            case .alive: break
            case .interrupted:
                state.interruptions += 1
                return
            }
            state.heardAt = time
        }
    }

    private static func set(_ namespace: JSONValue, _ state: inout State) {
        guard let name = namespace["metadata"]?["name"]?.string else { return }
        state.namespaces[Array(name.utf8)] = isTightened(namespace)
    }

    /// Whoever sets the label wants it stricter; a typing error in its value must not make it looser.
    static func isTightened(_ namespace: JSONValue) -> Bool {
        guard let value = namespace["metadata"]?["labels"]?[label] else { return false }
        return value.string.map { !$0.isEmpty && !$0.isSame(as: "Audit") } ?? true
    }
}
