/// Where an image is: a registry, a repository, and optionally a tag and a digest.
///
/// The grammar is that of the `distribution/reference` package, which container runtimes use, with Docker Hub's short
/// names completed: `nginx` is `docker.io/library/nginx`. What that package accepts but no registry can serve or two
/// readers would understand differently is refused: ports that are not 1 to 65535, malformed IPv6 addresses, digests
/// other than sha256 and sha512 in lowercase, and a registry like `Registry/app` that only its capitals tell from a
/// Docker Hub repository.
///
/// No tag is not `latest`: what is absent stays absent.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// The length limit of a reference in bytes.
    public static let maximumBytes = 4096
    /// The length limit of ``name`` (OCI distribution specification 1.1, "Pulling manifests").
    public static let maximumNameLength = 255

    /// The registry's domain in lowercase with its port, such as `ghcr.io`, `localhost:5000` or `[::1]:5000`.
    ///
    /// Docker Hub is `docker.io`, also when it was written as `index.docker.io` or `registry-1.docker.io`.
    public let registry: String
    /// The path within the registry, such as `library/nginx`.
    public let repository: String
    /// The tag, if there is one.
    public let tag: String?
    /// The digest, if there is one, such as `sha256:…`.
    public let digest: String?

    init(registry: String, repository: String, tag: String?, digest: String?) {
        self.registry = registry
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// Reads a reference as it stands in a pod or Dockerfile.
    ///
    /// - Parameter text: `[domain[:port]/]path[:tag][@algorithm:hex]`, at most ``maximumBytes`` long.
    /// - Throws: ``ImageReferenceError`` with the part that is not of this grammar.
    public init(_ text: String) throws(ImageReferenceError) {
        self = try ImageReferenceParser(text).parse()
    }

    /// The registry and repository, such as `docker.io/library/nginx`.
    public var name: String { "\(registry)/\(repository)" }

    /// The whole reference in full; reading it again gives an equal value.
    public var description: String { name + suffix }

    /// The shortest form that is read as the same reference, such as `nginx:1.27`.
    public var familiar: String { familiarName + suffix }

    /// The host and port to connect to; Docker Hub serves its registry elsewhere than under its name.
    public var registryHost: String {
        registry == Self.dockerHub ? "registry-1.docker.io" : registry
    }

    /// The same reference with another digest; a tag stays.
    ///
    /// - Parameter digest: `sha256:` or `sha512:` and lowercase hexadecimal.
    /// - Throws: ``ImageReferenceError`` with an offset into `digest` when it is neither.
    public func withDigest(_ digest: String) throws(ImageReferenceError) -> ImageReference {
        let digest = try ImageReferenceParser(digest).parseDigest()
        return ImageReference(registry: registry, repository: repository, tag: tag, digest: digest)
    }

    private var suffix: String {
        (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    private var familiarName: String {
        guard registry == Self.dockerHub else { return name }
        let components = repository.utf8.split(separator: UInt8(ascii: "/"))
        if components.count == 2, repository.hasPrefix(Self.officialPrefix) {
            let short = String(repository.dropFirst(Self.officialPrefix.count))
            // An image id would not be read as a name.
            return ImageReferenceParser.isImageID(Array(short.utf8)) ? repository : short
        }
        // Docker Hub's `foo.bar/app` would be read as a registry's.
        return ImageReferenceParser.isDomain(Array(components[0])) ? name : repository
    }

    static let dockerHub = "docker.io"
    /// Where Docker Hub keeps the repositories that have no namespace.
    static let officialPrefix = "library/"
}
