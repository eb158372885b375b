internal import Core
internal import OCI

/// What a place says of the platforms of an image.
enum PlatformAnswer: Sendable {
    /// The manifest is not there.
    case absent
    /// It is a single manifest.
    case single
    /// It is an index of these, as far as they can run.
    case platforms([Descriptor])
    /// It is an index of so many, which is more than are looked at.
    case excess(Int)
    case failed(RegistryError)

    init(_ document: ImageDocument) {
        guard case .index(let index) = document else {
            self = .single
            return
        }
        let platforms = index.manifests.filter(ImageVerification.canRun)
        self =
            platforms.count <= ImageVerification.maximumPlatforms.limit
            ? .platforms(platforms) : .excess(platforms.count)
    }
}
