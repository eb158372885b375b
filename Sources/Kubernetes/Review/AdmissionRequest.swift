package import Core

/// What the API server asks about one object (admission.k8s.io AdmissionRequest).
package struct AdmissionRequest: Sendable, Hashable {
    /// What is done to the object.
    package enum Operation: String, Sendable, Hashable, CaseIterable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    /// The request's own UID, which the answer repeats; not the object's.
    package let uid: String
    /// The type of ``object``; for subresources the subresource's, such as `autoscaling/v1 Scale`.
    package let kind: GroupVersionKind
    package let resource: GroupVersionResource
    /// The subresource, such as `scale`; `nil` for the object itself.
    package let subResource: String?
    /// The object's name; `nil` when the API server is yet to make one.
    package let name: String?
    /// The namespace; `nil` for objects of the cluster.
    package let namespace: String?
    package let operation: Operation
    package let userInfo: UserInfo
    /// The object as it would be stored; `nil` on deletion.
    package let object: JSONValue?
    /// The object as it is stored; `nil` on creation.
    package let oldObject: JSONValue?
    /// The metadata of ``object``; empty when there is none.
    package let metadata: ObjectMetadata
    /// The metadata of ``oldObject``; empty when there is none or it cannot be read.
    package let oldMetadata: ObjectMetadata
    /// Whether nothing will be stored, so that nothing may be recorded either.
    package let isDryRun: Bool
    /// The operation's options, such as `meta.k8s.io/v1 CreateOptions`.
    package let options: JSONValue?

    package init(
        uid: String, kind: GroupVersionKind, resource: GroupVersionResource, subResource: String? = nil, name: String?,
        namespace: String?, operation: Operation, userInfo: UserInfo, object: JSONValue?, oldObject: JSONValue? = nil,
        metadata: ObjectMetadata = ObjectMetadata(), oldMetadata: ObjectMetadata = ObjectMetadata(),
        isDryRun: Bool = false, options: JSONValue? = nil
    ) {
        self.uid = uid
        self.kind = kind
        self.resource = resource
        self.subResource = subResource
        self.name = name
        self.namespace = namespace
        self.operation = operation
        self.userInfo = userInfo
        self.object = object
        self.oldObject = oldObject
        self.metadata = metadata
        self.oldMetadata = oldMetadata
        self.isDryRun = isDryRun
        self.options = options
    }

    /// The workload that the object is; `nil` when there is no object or its kind is not known to run pods.
    ///
    /// - Throws: ``ReviewError`` when where its images stand cannot be read.
    package func workload(
        custom: [CustomKind] = [], limits: ReviewLimits = .standard
    ) throws(ReviewError) -> Workload? {
        guard let object, hasWholeObject else { return nil }
        return try Workload.read(object, kind: kind, custom: custom, limits: limits)
    }

    /// The workload that is stored; `nil` as for ``workload(custom:limits:)``.
    ///
    /// - Throws: ``ReviewError`` when where its images stand cannot be read.
    package func oldWorkload(
        custom: [CustomKind] = [], limits: ReviewLimits = .standard
    ) throws(ReviewError) -> Workload? {
        guard let oldObject, hasWholeObject else { return nil }
        return try Workload.read(oldObject, kind: kind, custom: custom, limits: limits)
    }

    /// Whether the request carries the object itself, and not what a subresource has in its place.
    var hasWholeObject: Bool { Self.isWhole(subResource) }

    /// Whether a subresource has the object itself as its body.
    static func isWhole(_ subResource: String?) -> Bool {
        guard let subResource else { return true }
        return ["status", "ephemeralcontainers", "resize"].contains { $0.isSame(as: subResource) }
    }
}
