internal import Core

/// What a manifest or index may be at most.
enum ImageLimits {
    /// The OCI distribution specification asks registries to accept manifests of at least 4 MiB; few accept more.
    static let documentBytes = Cap("manifest bytes", 4 << 20)
    static let layers = Cap("layers of a manifest", 1024)
    static let manifests = Cap("manifests of an index", 1024)
    static let annotations = Cap("annotations of one object", 512)
    static let annotationBytes = Cap("bytes of one object's annotations", 1 << 20)
    static let declaredBytes = Cap("bytes declared by an image's layers", 1 << 40)

    static let json = JSONLimits(bytes: documentBytes.limit, depth: 32, values: 200_000)
}
