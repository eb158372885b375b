package import Core

/// What identifies a pod template: SHA-256 over the canonical JSON of its labels, annotations and specification.
///
/// A Deployment's template and that of the ReplicaSet made for it have the same digest, as have a CronJob's and its
/// Job's: the labels that controllers add do not count, nor do `null` members.
package enum TemplateDigest {
    /// The digest of one template.
    package static func of(_ template: WorkloadTemplate) -> Digest {
        of(labels: template.labels, annotations: template.annotations, podSpec: template.podSpec)
    }

    /// The digest of all templates of a workload; of a single one it is that template's, `nil` when there is none.
    package static func of(_ workload: Workload) -> Digest? {
        guard let first = workload.templates.first else { return nil }
        if workload.templates.count == 1 { return of(first) }
        let list = workload.templates.map { template in
            ["digest": .string(of(template).description), "field": .string(template.field)] as JSONValue
        }
        return Digest.of(JSONValue.array(list).canonical)
    }

    static func of(labels: TextMap, annotations: TextMap, podSpec: JSONValue) -> Digest {
        let normalised: JSONValue = [
            "annotations": annotations.json, "labels": labels.filter { !ControllerLabel.isAdded($0) }.json,
            "spec": podSpec.withoutNulls,
        ]
        return Digest.of(normalised.canonical)
    }
}

extension WorkloadTemplate {
    /// What identifies the template.
    package var digest: Digest { TemplateDigest.of(self) }
}

extension Workload {
    /// What identifies the templates of this workload; `nil` when there is none.
    package var templateDigest: Digest? { TemplateDigest.of(self) }
}

extension JSONValue {
    /// The value without `null` members, which say the same as absent ones.
    var withoutNulls: JSONValue { holdsNulls ? strippedOfNulls : self }

    private var holdsNulls: Bool {
        switch self {
        case .null: true
        case .array(let values): values.contains(where: \.holdsNulls)
        case .object(let object): object.members.contains { $0.value.holdsNulls }
        default: false
        }
    }

    private var strippedOfNulls: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.withoutNulls))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.filter { $0.value != .null }.map {
                        JSONObject.Member(key: $0.key, value: $0.value.withoutNulls)
                    }))
        default: self
        }
    }
}
