package import Core

/// What a review may be at most.
package struct ReviewLimits: Sendable, Hashable {
    /// The JSON text: bytes, depth and values.
    package var json: JSONLimits
    /// Containers of one pod specification, of all classes together.
    package var containers = Cap("containers of a pod", 1_000)
    /// Volumes of one pod specification.
    package var volumes = Cap("volumes of a pod", 1_000)
    /// Pod templates of one object.
    package var templates = Cap("pod templates of an object", 100)
    /// Labels, annotations, owner references, finalizers and groups, each.
    package var entries = Cap("entries", 4_096)
    /// Objects of a manifest, those of its lists included.
    package var objects = Cap("objects of a manifest", 1_000)

    /// - Parameter bytes: the text's length in bytes. The API server refuses objects over 1.5 MiB; an update carries two.
    package init(bytes: Int = 3 << 20) {
        json = JSONLimits(bytes: bytes, depth: 100)
        json.bytes = Cap("AdmissionReview bytes", bytes)
    }

    /// 3 MiB, 100 levels, 1,000 containers.
    package static let standard = ReviewLimits()
}
