/// The grammar of image references as RE2 expressions, for engines that have no parser of references.
///
/// It is `ImageReference`'s, except that registries in capitals and IPv6 addresses are refused: what is left reads the
/// same everywhere.
enum References {
    /// Whether the first component is a registry (`splitDockerDomain`).
    static let hasRegistry = "^(?:localhost|[^/@]*[.:A-Z][^/@]*)/"
    /// Registry and repository, without tag and digest.
    static let name = "^(?:[^/@]*/)?[^:@]*"
    /// Other names of Docker Hub.
    static let dockerHubAlias = "^(?:index|registry-1)[.]docker[.]io/"
    /// A repository of Docker Hub without a namespace.
    static let officialShort = "^docker[.]io/[^/]+$"
    /// From the first slash on.
    static let path = "/.*$"
    /// 64 hexadecimal digits, which could be an image's id.
    static let imageID = "^[0-9a-f]{64}$"

    private static let label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    private static let port =
        "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
    private static let component = "[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*"
    private static let suffix =
        "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$"

    /// A reference with a registry.
    static let qualified = "^\(label)(?:[.]\(label))*(?::\(port))?/\(component)(?:/\(component))*\(suffix)"
    /// A reference of Docker Hub that does not say so.
    static let short = "^\(component)(?:/\(component))*\(suffix)"
    static let maximumNameLength = 255
}
