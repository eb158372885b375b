package import Core
package import OCI

/// Where evidence about an image may be.
package protocol EvidencePlaces: Sendable {
    /// The places to look in; the first also resolves tags.
    ///
    /// - Parameters:
    ///   - image: the image as the workload names it.
    ///   - repositories: further repositories that policies list.
    /// - Throws: ``RegistryError`` when a place is malformed or cannot be opened.
    func sources(for image: ImageReference, and repositories: [String]) throws(RegistryError) -> [any ImageSource]
}

/// One place for every image, such as a layout on disk.
package struct SinglePlace: EvidencePlaces {
    private let source: any ImageSource

    package init(_ source: any ImageSource) { self.source = source }

    package func sources(
        for image: ImageReference, and repositories: [String]
    ) throws(RegistryError) -> [any ImageSource] { [source] }
}

/// The image's own repository and those that policies list; another registry may stand in for the image's.
package struct RegistryPlaces: EvidencePlaces {
    private let client: RegistryClient
    private let standIn: String?

    /// Room for as much evidence as is looked at on an image and all its platforms, whoever attached it. What counts of
    /// it is decided by the caps of each manifest, which depend on nothing but order.
    private static var budget: FetchBudget {
        let manifests = ImageVerification.maximumPlatforms.limit + 1
        return FetchBudget(bytes: manifests << 30, objects: manifests << 14)
    }

    /// - Parameters:
    ///   - client: how registries are asked; its credentials are all that are used.
    ///   - standIn: the registry or repository that evidence is fetched from instead; a host such as `mirror:5000`
    ///     stands for every registry, `mirror:5000/evidence` for every repository.
    package init(client: RegistryClient, standIn: String? = nil) {
        self.client = client
        self.standIn = standIn
    }

    package func sources(
        for image: ImageReference, and repositories: [String]
    ) throws(RegistryError) -> [any ImageSource] {
        var places: [Repository] = []
        if let standIn {
            let parts = standIn.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = parts.count == 2 && !parts[1].isEmpty ? parts[1] : image.repository
            places.append(try Repository(host: parts[0], path: path))
        } else {
            places.append(try Repository(image))
            for text in repositories {
                guard let reference = try? ImageReference(text) else {
                    throw RegistryError(
                        .invalidReference, "evidenceRepositories: \"\(text)\" is no repository",
                        at: .registry(host: "", repository: text))
                }
                places.append(try Repository(reference))
            }
        }
        return places.map { RegistrySource($0, client: client, budget: Self.budget) }
    }
}
