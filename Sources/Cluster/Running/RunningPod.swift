package import Admission
package import Core
package import Kubernetes

/// A pod as it runs now.
package struct RunningPod: Sendable, Hashable {
    /// How a pod came to be.
    package enum Origin: String, Sendable, Hashable {
        /// A controller made it for an owner.
        case owned
        /// Somebody made it by itself.
        case bare
        /// A kubelet made it of a file; the API only mirrors it, and no webhook was asked.
        case mirror
        /// A kubelet's own pod, as the kubelet lists it.
        case `static`
    }

    package let namespace: String
    package let name: String
    package let uid: String
    package let origin: Origin
    package let owner: OwnerReference?
    package let images: [RunningImage]
    /// The pod as the API has it.
    package let object: JSONValue

    private static let mirror = "kubernetes.io/config.mirror"
    private static let source = "kubernetes.io/config.source"

    /// Reads a pod.
    ///
    /// - Returns: `nil` when it has ended: nothing of it runs any more.
    /// - Throws: ``ReviewError`` when what it runs cannot be read.
    package init?(_ pod: JSONValue) throws(ReviewError) {
        if let phase = pod["status"]?["phase"]?.string, phase == "Succeeded" || phase == "Failed" { return nil }
        let metadata = try ObjectMetadata(object: pod)
        namespace = metadata.namespace ?? "default"
        name = metadata.name ?? ""
        uid = metadata.uid ?? ""
        owner = metadata.controller
        object = pod
        let source = metadata.annotations[Self.source]
        if metadata.annotations[Self.mirror] != nil {
            origin = .mirror
        } else if let source, !source.isSame(as: "api") {
            origin = .static
        } else {
            origin = metadata.controller == nil ? .bare : .owned
        }
        images = Self.images(pod)
    }

    private static func images(_ pod: JSONValue) -> [RunningImage] {
        RunningImage.Role.allCases.flatMap { role -> [RunningImage] in
            let statuses = pod["status"]?[role.status]?.array ?? []
            return (pod["spec"]?[role.specification]?.array ?? []).enumerated().map { index, container in
                let name = container["name"]?.string ?? ""
                let status = statuses.first { $0["name"]?.string?.isSame(as: name) ?? false }
                let imageID = status?["imageID"]?.string.flatMap { $0.isEmpty ? nil : $0 }
                return RunningImage(
                    container: name, role: role, field: "spec.\(role.specification)[\(index)].image",
                    reference: container["image"]?.string ?? "", imageID: imageID,
                    digest: imageID.flatMap { RunningImage.digest(of: $0) })
            }
        }
    }

    /// The digests that run, for the engine.
    package var digests: RunningDigests {
        var digests = RunningDigests()
        for image in images { if let digest = image.digest { digests.set(digest, at: image.field) } }
        return digests
    }
}
