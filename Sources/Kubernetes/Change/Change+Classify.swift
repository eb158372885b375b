internal import Core

extension Change {
    /// Tells what a request does, from the request alone.
    ///
    /// - Throws: ``ReviewError`` when where the object's images stand cannot be read, or scale is no number.
    package static func of(
        _ request: AdmissionRequest, custom: [CustomKind] = [], limits: ReviewLimits = .standard
    ) throws(ReviewError) -> Change {
        try of(request, custom: custom, limits: limits) { () throws(ReviewError) in
            try request.workload(custom: custom, limits: limits)
        }
    }

    /// Tells what a request does whose object was read already.
    ///
    /// - Parameter workload: what ``AdmissionRequest/workload(custom:limits:)`` gave.
    /// - Throws: ``ReviewError`` when scale is no number.
    package static func of(
        _ request: AdmissionRequest, workload: Workload?, custom: [CustomKind] = [], limits: ReviewLimits = .standard
    ) throws(ReviewError) -> Change {
        try of(request, custom: custom, limits: limits) { () throws(ReviewError) in workload }
    }

    private static func of(
        _ request: AdmissionRequest, custom: [CustomKind], limits: ReviewLimits,
        read: () throws(ReviewError) -> Workload?
    ) throws(ReviewError) -> Change {
        switch request.operation {
        case .delete: return .deletion
        case .connect: return .connection(connection(request))
        case .create, .update: break
        }
        if let subResource = request.subResource, !request.hasWholeObject {
            return try of(subResource, request)
        }
        // Whatever the kind: a finalizer that cannot be taken away keeps its object for ever.
        if request.operation == .update, let object = request.object, let oldObject = request.oldObject,
            binding(request.metadata) == binding(request.oldMetadata)
        {
            let parts = touched(object, oldObject, ignoring: [])
            if !parts.contains(.spec) { return .unchangedTemplate(scale: nil, touched: parts) }
        }
        guard let object = request.object,
            let workload = try read()
        else { return .noTemplate(ofUnread: request) }
        guard !workload.templates.isEmpty else { return .noTemplate(.templateNotFound) }
        // What is stored may be from a time when less was asked for; then the template counts as new.
        guard request.operation == .update, let oldObject = request.oldObject,
            let old = try? request.oldWorkload(custom: custom, limits: limits), !old.templates.isEmpty
        else { return .newTemplate }
        guard binding(workload.metadata) == binding(old.metadata) else { return .changedTemplate }
        if BuiltInKind(request.kind) == .pod {
            return ofPod(object, workload.templates[0], oldObject, old.templates[0])
        }
        guard workload.templateDigest == old.templateDigest else { return .changedTemplate }
        let scale = Self.scale(object, oldObject, request.kind)
        return .unchangedTemplate(
            scale: scale,
            touched: touched(object, oldObject, ignoring: scale == nil ? [] : scaleFields(request.kind)))
    }

    private static func connection(_ request: AdmissionRequest) -> Connection {
        let name = request.subResource ?? ""
        let isPod = request.resource.group.isEmpty && request.resource.resource.isSame(as: "pods")
        if isPod, name.isSame(as: "exec") { return .exec }
        if isPod, name.isSame(as: "attach") { return .attach }
        if isPod, name.isSame(as: "portforward") { return .portForward }
        return .other(name)
    }

    private static func of(_ subResource: String, _ request: AdmissionRequest) throws(ReviewError) -> Change {
        if subResource.isSame(as: "scale"), request.kind.kind.isSame(as: "Scale") {
            // Scale writes no replicas when there are none (`omitempty`).
            func replicas(_ value: JSONValue) throws(ReviewError) -> Int64 {
                try reading { () throws(JSONError) in
                    try JSONCursor(value).optional("spec")?.optional("replicas")?.int64() ?? 0
                }
            }
            guard let object = request.object else { return .noTemplate(.unknownSubresource(subResource)) }
            return .scale(Scale(from: try request.oldObject.map(replicas), to: try replicas(object)))
        }
        let isHarmless = PodlessKind.harmlessSubresources.contains {
            $0.group.isSame(as: request.resource.group) && $0.resource.isSame(as: request.resource.resource)
                && $0.subResource.isSame(as: subResource)
        }
        return .noTemplate(isHarmless ? .harmlessSubresource(subResource) : .unknownSubresource(subResource))
    }

    private static func noTemplate(ofUnread request: AdmissionRequest) -> Change {
        if let subResource = request.subResource {
            return .noTemplate(
                subResource.isSame(as: "status") ? .harmlessSubresource(subResource) : .unknownSubresource(subResource))
        }
        return .noTemplate(PodlessKind.contains(request.kind) ? .kindWithoutPods : .unknownKind)
    }

    /// What of the object's own metadata decides which policy applies.
    private static func binding(_ metadata: ObjectMetadata) -> [TextMap] {
        [metadata.labels, metadata.annotations].map { map in
            map.filter { key in WellKnown.binding.contains { $0.isSame(as: key) } }
        }
    }
}

// Pods.
extension Change {
    /// What the API server lets change in a Pod without its containers becoming others (core/v1 pod validation).
    private static let mutablePodFields = [
        "activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "schedulingGates", "nodeSelector",
        "affinity", "resources",
    ]

    private static func ofPod(
        _ object: JSONValue, _ pod: WorkloadTemplate, _ oldObject: JSONValue, _ old: WorkloadTemplate
    ) -> Change {
        guard fixedPart(pod.podSpec) == fixedPart(old.podSpec) else { return .changedTemplate }
        let containers = ephemeral(pod.podSpec)
        let oldContainers = ephemeral(old.podSpec)
        // What runs cannot be replaced or taken away; if it is, this is no mere addition.
        guard oldContainers.allSatisfy(containers.contains) else { return .changedTemplate }
        let added = containers.filter { !oldContainers.contains($0) }.compactMap { $0["name"]?.string }
        if !added.isEmpty { return .ephemeralContainers(added: added) }
        return .unchangedTemplate(scale: nil, touched: touched(object, oldObject, ignoring: []))
    }

    private static func ephemeral(_ podSpec: JSONValue) -> [JSONValue] {
        (podSpec["ephemeralContainers"]?.array ?? []).map(\.withoutNulls)
    }

    private static func fixedPart(_ podSpec: JSONValue) -> JSONValue {
        guard var spec = podSpec.withoutNulls.object else { return podSpec }
        for name in mutablePodFields + ["ephemeralContainers"] { spec[name] = nil }
        for list in ["containers", "initContainers"] {
            guard let containers = spec[list]?.array else { continue }
            spec[list] = .array(
                containers.map { container in
                    guard var members = container.object else { return container }
                    members["resources"] = nil
                    return .object(members)
                })
        }
        return JSONValue.object(spec).sortedByName
    }
}

// Numbers of Pods, and what else is touched.
extension Change {
    /// How many Pods a workload asks for; `nil` for kinds that ask for none by number.
    private static func count(_ object: JSONValue, _ kind: GroupVersionKind) -> Int64? {
        let spec = object["spec"]
        let isSuspended = spec?["suspend"]?.bool == true
        switch BuiltInKind(kind) {
        case .job: return isSuspended ? 0 : spec?["parallelism"]?.integer ?? 1
        case .cronJob: return isSuspended ? 0 : 1
        case .deployment, .replicaSet, .statefulSet, .replicationController: return spec?["replicas"]?.integer ?? 1
        case .pod, .daemonSet, .podTemplate: return nil
        case nil: return spec?["replicas"]?.integer
        }
    }

    /// The members of `spec` that ``count(_:_:)`` reads.
    private static func scaleFields(_ kind: GroupVersionKind) -> [String] {
        switch BuiltInKind(kind) {
        case .job: ["parallelism", "suspend"]
        case .cronJob: ["suspend"]
        default: ["replicas"]
        }
    }

    private static func scale(_ object: JSONValue, _ oldObject: JSONValue, _ kind: GroupVersionKind) -> Scale? {
        let (to, from) = (count(object, kind), count(oldObject, kind))
        guard to != from else { return nil }
        // A number that goes away leaves it to the kind's own default: that may be more.
        return Scale(from: to == nil ? 0 : from, to: to ?? 1)
    }

    /// The parts that differ, without the members of `spec` that are looked at elsewhere.
    private static func touched(
        _ object: JSONValue, _ oldObject: JSONValue, ignoring fields: [String]
    ) -> Set<Part> {
        var parts: Set<Part> = []
        let bookkeeping = ["managedFields", "resourceVersion", "generation"]
        let keys = (object.object?.keys ?? []) + (oldObject.object?.keys ?? [])
        for key in Set(keys) {
            let ignored = key.isSame(as: "metadata") ? bookkeeping : key.isSame(as: "spec") ? fields : []
            guard comparable(object[key], without: ignored) != comparable(oldObject[key], without: ignored) else {
                continue
            }
            parts.insert(key.isSame(as: "metadata") ? .metadata : key.isSame(as: "status") ? .status : .spec)
        }
        return parts
    }

    private static func comparable(_ value: JSONValue?, without fields: [String]) -> JSONValue {
        guard var object = (value ?? .null).withoutNulls.object else { return value ?? .null }
        for field in fields { object[field] = nil }
        return JSONValue.object(object).sortedByName
    }
}

extension JSONValue {
    /// The value with the members of its objects sorted, so that their order makes no difference.
    fileprivate var sortedByName: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.sortedByName))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                        .map { JSONObject.Member(key: $0.key, value: $0.value.sortedByName) }))
        default: self
        }
    }
}
