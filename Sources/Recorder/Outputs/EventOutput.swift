package import Core
package import KubernetesClient
internal import Synchronization

/// Decisions as Kubernetes Events beside the objects that they are about.
package final class EventOutput: RecorderOutput {
    package let name = "events"
    static let indexAnnotation = "mc.internal/log-index"
    /// An Event of the cluster is kept here, as Kubernetes does it.
    private static let clusterNamespace = "default"

    private struct Window {
        var start: Instant
        var count: Int
    }

    private let client: KubernetesClient
    private let instance: String
    private let perMinute: Int
    private let metrics: RecorderMetrics
    private let now: @Sendable () -> Instant
    private let windows = Mutex<[String: Window]>([:])

    /// - Parameters:
    ///   - instance: who reports, such as the pod's name.
    ///   - perMinute: how many Events of a namespace are written in a minute; more are counted and left out.
    ///   - now: the present.
    package init(
        _ client: KubernetesClient, instance: String, perMinute: Int = 60,
        metrics: RecorderMetrics = RecorderMetrics(), now: @escaping @Sendable () -> Instant
    ) {
        self.client = client
        self.instance = instance
        self.perMinute = perMinute
        self.metrics = metrics
        self.now = now
    }

    package func write(_ decision: LoggedDecision) async throws(RecorderError) {
        for draft in EventDraft.drafts(decision) {
            guard mayWrite(in: decision.namespace) else {
                metrics.dropped("events: rate")
                continue
            }
            do throws(KubernetesError) {
                try await write(draft, decision)
            } catch {
                // A namespace that is gone or an Event that is refused will be so the next time as well.
                guard error.isTransient || error.code == .unauthorized || error.code == .cancelled else {
                    metrics.dropped("events: \(error.code)")
                    continue
                }
                throw RecorderError(.output, "\(error)", at: name)
            }
        }
    }

    private func write(_ draft: EventDraft, _ decision: LoggedDecision) async throws(KubernetesError) {
        let namespace = decision.namespace.isEmpty ? Self.clusterNamespace : decision.namespace
        let name = draft.name(decision)
        var known: JSONValue?
        do throws(KubernetesError) {
            known = try await client.get(.events, namespace: namespace, name: name)
        } catch {
            guard error.isAbsence else { throw error }
        }
        let index = "\(decision.index)"
        if let last = known?["metadata"]?["annotations"]?[Self.indexAnnotation]?.string.flatMap({ UInt64($0) }),
            last >= decision.index
        {
            return
        }
        var event = self.event(draft, decision, namespace: namespace, name: name, index: index)
        let times = Int64(clamping: decision.times)
        if let known {
            // All but the series is immutable.
            event["eventTime"] = known["eventTime"]
            event["reportingInstance"] = known["reportingInstance"]
            let count = known["series"]?["count"]?.integer ?? 1
            event["series"] = [
                "count": .integer(count.addingReportingOverflow(times).overflow ? .max : count + times),
                "lastObservedTime": .string(decision.at.microTime),
            ]
        } else if times > 1 {
            event["series"] = [
                "count": .integer(times), "lastObservedTime": .string(decision.at.microTime),
            ]
        }
        try await client.apply(
            .events, namespace: namespace, name: name, .object(event), manager: "mc-recorder", force: true)
    }

    private func event(
        _ draft: EventDraft, _ decision: LoggedDecision, namespace: String, name: String, index: String
    ) -> JSONObject {
        var regarding = JSONObject()
        if let apiVersion = decision.object.apiVersion { regarding["apiVersion"] = .string(apiVersion) }
        regarding["kind"] = .string(decision.object.kind)
        regarding["name"] = .string(decision.object.name)
        if !decision.namespace.isEmpty { regarding["namespace"] = .string(decision.namespace) }
        if let uid = decision.object.uid { regarding["uid"] = .string(uid) }
        var event = JSONObject()
        event["apiVersion"] = "events.k8s.io/v1"
        event["kind"] = "Event"
        event["metadata"] = [
            "name": .string(name), "namespace": .string(namespace),
            "annotations": .object(
                JSONObject([JSONObject.Member(key: Self.indexAnnotation, value: .string(index))])),
        ]
        event["eventTime"] = .string(decision.at.microTime)
        event["reportingController"] = "mc.internal/recorder"
        event["reportingInstance"] = .string(instance.excerpt(120))
        event["action"] = "Admission"
        event["reason"] = .string(draft.reason.rawValue)
        event["type"] = draft.reason == .waiverUsed ? "Normal" : "Warning"
        event["note"] = .string(draft.note)
        event["regarding"] = .object(regarding)
        return event
    }

    private func mayWrite(in namespace: String) -> Bool {
        let now = now()
        return windows.withLock { windows in
            if windows.count > 10_000 { windows.removeAll() }
            var window = windows[namespace] ?? Window(start: now, count: 0)
            if now >= window.start + .seconds(60) || now < window.start { window = Window(start: now, count: 0) }
            window.count += 1
            windows[namespace] = window
            return window.count <= perMinute
        }
    }
}
