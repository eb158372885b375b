package import Core
package import KubernetesClient
internal import Synchronization

/// Who of several replicas passes decisions on: the holder of a Lease (coordination.k8s.io/v1).
///
/// As client-go does it, a Lease counts as left behind when it was not seen to change for its whole duration by our own
/// clock; clocks of others are never compared. Every write carries the resourceVersion that was read, so that of two
/// who take it one fails. Whoever could not renew it in time stops before anybody else may take it.
package final class Leadership: Sendable {
    package struct Times: Sendable, Hashable {
        /// How long others wait after the last renewal that they saw.
        package var lease: Duration
        /// How long the leader acts on its last renewal; shorter than ``lease``.
        package var renewal: Duration
        /// How long to wait between two tries.
        package var retry: Duration

        package init(
            lease: Duration = .seconds(15), renewal: Duration = .seconds(10), retry: Duration = .seconds(2)
        ) {
            self.lease = lease
            self.renewal = min(renewal, lease * 0.8)
            self.retry = retry
        }
    }

    private struct State {
        /// The Lease as it was last seen, and when it was seen to change.
        var seen: (version: String, at: Duration)?
        /// When the last renewal of our own was begun.
        var renewedAt: Duration?
    }

    private let client: KubernetesClient
    private let namespace: String
    private let name: String
    private let identity: String
    package let times: Times
    private let now: @Sendable () -> Duration
    private let wallClock: @Sendable () -> Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - identity: what tells this replica from others, such as the pod's name with its UID.
    ///   - now: the time since some fixed moment; it never goes back.
    ///   - wallClock: the present, for what people read in the Lease.
    package init(
        _ client: KubernetesClient, namespace: String, name: String = "mc-recorder", identity: String,
        times: Times = Times(), now: @escaping @Sendable () -> Duration,
        wallClock: @escaping @Sendable () -> Instant
    ) {
        self.client = client
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.times = times
        self.now = now
        self.wallClock = wallClock
    }

    /// Whether this replica may act now.
    package var isLeading: Bool {
        state.withLock { state in state.renewedAt.map { now() - $0 < times.renewal } ?? false }
    }

    /// Takes the Lease or renews it, where that is possible.
    ///
    /// - Returns: whether this replica leads.
    /// - Throws: ``KubernetesError`` when the API could not be asked; an earlier renewal may still count.
    package func renew() async throws(KubernetesError) -> Bool {
        let begun = now()
        let stored: JSONValue?
        do throws(KubernetesError) {
            stored = try await client.get(.leases, namespace: namespace, name: name, deadline: times.renewal)
        } catch {
            guard error.isAbsence else { throw error }
            stored = nil
        }
        guard let stored else {
            return try await write(begun) { () throws(KubernetesError) in
                try await self.client.create(
                    .leases, namespace: self.namespace, self.lease(nil), deadline: self.times.renewal)
            }
        }
        let version = stored["metadata"]?["resourceVersion"]?.string ?? ""
        let holder = stored["spec"]?["holderIdentity"]?.string ?? ""
        let isOurs = holder.isSame(as: identity)
        let isFree = state.withLock { state in
            if state.seen.map({ !$0.version.isSame(as: version) }) ?? true { state.seen = (version, begun) }
            if !isOurs { state.renewedAt = nil }
            return begun - (state.seen?.at ?? begun) >= self.duration(of: stored)
        }
        guard isOurs || holder.isEmpty || isFree else { return false }
        return try await write(begun) { () throws(KubernetesError) in
            try await self.client.replace(
                .leases, namespace: self.namespace, name: self.name, self.lease(stored), deadline: self.times.renewal)
        }
    }

    /// Gives the Lease up, so that another one need not wait.
    package func release() async {
        let wasLeading = isLeading
        state.withLock { $0.renewedAt = nil }
        guard wasLeading,
            let stored = try? await client.get(.leases, namespace: namespace, name: name, deadline: times.retry),
            stored["spec"]?["holderIdentity"]?.string?.isSame(as: identity) ?? false,
            var object = stored.object, var spec = stored["spec"]?.object
        else { return }
        spec["holderIdentity"] = ""
        object["spec"] = .object(spec)
        _ = try? await client.replace(
            .leases, namespace: namespace, name: name, .object(object), deadline: times.retry)
    }

    /// The renewal counts from when it was begun, not from when its answer came.
    private func write(
        _ begun: Duration, _ send: () async throws(KubernetesError) -> JSONValue
    ) async throws(KubernetesError) -> Bool {
        do throws(KubernetesError) {
            let written = try await send()
            state.withLock { state in
                state.seen = (written["metadata"]?["resourceVersion"]?.string ?? "", begun)
                state.renewedAt = begun
            }
            return isLeading
        } catch {
            guard error.code == .conflict || error.code == .alreadyExists else { throw error }
            // Somebody was faster.
            state.withLock { $0.renewedAt = nil }
            return false
        }
    }

    /// The holder's own duration counts: it may be configured otherwise than we are.
    private func duration(of lease: JSONValue) -> Duration {
        let seconds = lease["spec"]?["leaseDurationSeconds"]?.integer ?? 0
        return max(times.lease, .seconds(min(max(seconds, 0), 3_600)))
    }

    private func lease(_ stored: JSONValue?) -> JSONValue {
        let time = wallClock().microTime
        let old = stored?["spec"]
        let isOurs = old?["holderIdentity"]?.string?.isSame(as: identity) ?? false
        var spec = JSONObject()
        spec["holderIdentity"] = .string(identity)
        spec["leaseDurationSeconds"] = .integer(max(1, times.lease.components.seconds))
        spec["renewTime"] = .string(time)
        spec["acquireTime"] = isOurs ? old?["acquireTime"] ?? .string(time) : .string(time)
        let transitions = old?["leaseTransitions"]?.integer ?? 0
        spec["leaseTransitions"] = .integer(stored == nil || isOurs ? transitions : min(transitions, 1 << 30) + 1)
        var metadata = JSONObject()
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(namespace)
        if let version = stored?["metadata"]?["resourceVersion"] { metadata["resourceVersion"] = version }
        return [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": .object(metadata),
            "spec": .object(spec),
        ]
    }
}
