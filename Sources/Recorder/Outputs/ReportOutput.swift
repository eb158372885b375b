internal import Core
package import KubernetesClient

/// Decisions as policy reports, one for each workload that was let in.
///
/// What was denied does not run and has Events; reports are about what is there. A Pod of an owner is reported with its
/// owner unless something is wrong with the Pod itself.
package struct ReportOutput: RecorderOutput {
    /// The group that reports are written to.
    package struct Target: Sendable, Hashable {
        package let group: String
        package let version: String
        let plural: String
        let kind: String

        package static let openReports = Target(
            group: "openreports.io", version: "v1alpha1", plural: "reports", kind: "Report")
        package static let workingGroup = Target(
            group: "wgpolicyk8s.io", version: "v1alpha2", plural: "policyreports", kind: "PolicyReport")

        var resource: APIResource { APIResource(group: group, version: version, plural, kind: kind) }
    }

    package let name = "reports"
    static let indexAnnotation = EventOutput.indexAnnotation
    static let originAnnotation = "mc.internal/log-origin"
    static let timeAnnotation = "mc.internal/decided-at"
    static let omittedAnnotation = "mc.internal/results-omitted"

    private let client: KubernetesClient
    private let metrics: RecorderMetrics
    private let turns: OutputTurns

    /// - Parameter turns: shared by all that write reports: what several logs say of a workload goes into one.
    package init(
        _ client: KubernetesClient, metrics: RecorderMetrics = RecorderMetrics(), turns: OutputTurns = OutputTurns()
    ) {
        self.client = client
        self.metrics = metrics
        self.turns = turns
    }

    /// The group that the cluster serves, the newer one first; `nil` when it serves none.
    package func target() async throws(KubernetesError) -> Target? {
        for target in [Target.openReports, .workingGroup]
        where try await client.serves(group: target.group, version: target.version) {
            return target
        }
        return nil
    }

    package func write(_ decision: LoggedDecision) async throws(RecorderError) {
        guard !decision.isDryRun, decision.enforcedResult == "allow", !decision.namespace.isEmpty,
            !decision.object.name.isEmpty
        else { return }
        let isDeletion = decision.operation == "DELETE"
        // What was not judged says nothing new.
        guard isDeletion || decision.note == nil, isDeletion || Self.isReported(decision) else { return }
        await turns.begin()
        defer { turns.end() }
        do throws(KubernetesError) {
            guard let target = try await target() else {
                metrics.dropped("reports: not served")
                return
            }
            if isDeletion {
                try await delete(decision, target)
            } else {
                try await apply(decision, target)
            }
        } catch {
            guard error.isTransient || error.code == .unauthorized || error.code == .cancelled else {
                metrics.dropped("reports: \(error.code)")
                return
            }
            throw RecorderError(.output, "\(error)", at: name)
        }
    }

    private static func isReported(_ decision: LoggedDecision) -> Bool {
        ["CREATE", "UPDATE"].contains(decision.operation)
            && (decision.object.ownerUID == nil || decision.outcome != "allow" || !decision.findings.isEmpty)
    }

    private static func name(_ decision: LoggedDecision) -> String {
        let object = decision.object
        let key: JSONValue = [.string(object.group), .string(object.kind), .string(object.name)]
        return "mc-\(Digest.of(key.canonical).hex.prefix(32))"
    }

    /// Whether the stored report is newer than a decision or as new: by the index in one log, by the time between two.
    private func isKnown(_ decision: LoggedDecision, _ target: Target) async throws(KubernetesError) -> Bool {
        do throws(KubernetesError) {
            let report = try await client.get(
                target.resource, namespace: decision.namespace, name: Self.name(decision))
            let annotations = report["metadata"]?["annotations"]
            if let origin = annotations?[Self.originAnnotation]?.string, !origin.isSame(as: decision.origin) {
                let time = annotations?[Self.timeAnnotation]?.string.flatMap { Instant(rfc3339: $0) }
                return time.map { $0 >= decision.at } ?? false
            }
            let index = annotations?[Self.indexAnnotation]?.string.flatMap { UInt64($0) }
            return (index ?? 0) >= decision.index && index != nil
        } catch {
            guard error.isAbsence else { throw error }
            return false
        }
    }

    private func delete(_ decision: LoggedDecision, _ target: Target) async throws(KubernetesError) {
        guard try await !isKnown(decision, target) else { return }
        do throws(KubernetesError) {
            try await client.delete(target.resource, namespace: decision.namespace, name: Self.name(decision))
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    private func apply(_ decision: LoggedDecision, _ target: Target) async throws(KubernetesError) {
        guard try await !isKnown(decision, target) else { return }
        let report = PolicyReport(decision)
        guard !report.lines.isEmpty else { return }
        let object = decision.object
        var metadata = JSONObject()
        metadata["name"] = .string(Self.name(decision))
        metadata["namespace"] = .string(decision.namespace)
        metadata["labels"] = ["app.kubernetes.io/managed-by": "mc"]
        var annotations = JSONObject()
        annotations[Self.indexAnnotation] = .string("\(decision.index)")
        annotations[Self.originAnnotation] = .string(decision.origin)
        annotations[Self.timeAnnotation] = .string(decision.at.description)
        let omitted = report.lines.count - PolicyReport.maximumResults
        if omitted > 0 { annotations[Self.omittedAnnotation] = .string("\(omitted)") }
        metadata["annotations"] = .object(annotations)
        var scope = JSONObject()
        if let apiVersion = object.apiVersion { scope["apiVersion"] = .string(apiVersion) }
        scope["kind"] = .string(object.kind)
        scope["namespace"] = .string(decision.namespace)
        scope["name"] = .string(object.name)
        if let uid = object.uid { scope["uid"] = .string(uid) }
        // The report goes with what it is about.
        if let uid = object.uid, let apiVersion = object.apiVersion {
            metadata["ownerReferences"] = [
                [
                    "apiVersion": .string(apiVersion), "kind": .string(object.kind), "name": .string(object.name),
                    "uid": .string(uid),
                ]
            ]
        }
        var document = JSONObject()
        document["apiVersion"] = .string("\(target.group)/\(target.version)")
        document["kind"] = .string(target.kind)
        document["metadata"] = .object(metadata)
        if target == .openReports { document["source"] = "mc" }
        document["scope"] = .object(scope)
        document["summary"] = report.summary
        document["results"] = report.results(at: decision.at)
        try await client.apply(
            target.resource, namespace: decision.namespace, name: Self.name(decision), .object(document),
            manager: "mc-recorder", force: true)
    }
}
