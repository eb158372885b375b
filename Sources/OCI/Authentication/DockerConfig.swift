internal import Core

/// What `config.json` of docker says about registries.
struct DockerConfig: Sendable, Hashable {
    /// Where a registry's credentials are to be had.
    enum Lookup: Sendable, Hashable {
        case none
        case stored(Credential)
        /// Ask `docker-credential-<name>` for the server; if it has none, the fallback counts.
        case helper(name: String, server: String, fallback: Credential?)
    }

    static let bytes = Cap("bytes of the docker configuration", 1 << 20)
    static let dockerHubServer = "https://index.docker.io/v1/"
    private static let dockerHubHosts: Set<String> = ["docker.io", "index.docker.io", "registry-1.docker.io"]

    private var stored: [(server: String, credential: Credential)] = []
    private var helpers: [(server: String, name: String)] = []
    private var store: String?

    static func == (left: DockerConfig, right: DockerConfig) -> Bool {
        left.store == right.store && left.stored.elementsEqual(right.stored) { $0 == $1 }
            && left.helpers.elementsEqual(right.helpers) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(store)
        hasher.combine(stored.count)
    }

    /// Reads a configuration; fields that are not about registries are ignored.
    ///
    /// - Throws: ``JSONError`` with the field that is malformed.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        let limits = JSONLimits(bytes: Self.bytes.limit, depth: 32, values: 50_000)
        let cursor = JSONCursor(try JSONValue(parsing: bytes, limits: limits))
        store = try cursor.optional("credsStore")?.string()
        if store?.isEmpty == true { store = nil }
        for (server, name) in try cursor.optional("credHelpers")?.members() ?? [] {
            helpers.append((server, try name.string()))
        }
        for (server, entry) in try cursor.optional("auths")?.members() ?? [] {
            if let credential = try Self.credential(entry) { stored.append((server, credential)) }
        }
    }

    /// - Parameter host: the registry's host with the port if it has one.
    func lookup(_ host: String) -> Lookup {
        let isHub = Self.dockerHubHosts.contains(host)
        let names = isHub ? Self.dockerHubHosts : [host]
        // An exact name counts before one that only has the same host.
        let exact = stored.first { $0.server == (isHub ? Self.dockerHubServer : host) }
        let fallback = (exact ?? stored.first { names.contains(Self.hostname($0.server)) })?.credential
        let server = isHub ? Self.dockerHubServer : host
        if let helper = helpers.first(where: { names.contains(Self.hostname($0.server)) }) {
            return .helper(name: helper.name, server: server, fallback: nil)
        }
        if let store { return .helper(name: store, server: server, fallback: fallback) }
        return fallback.map { .stored($0) } ?? .none
    }

    private static func credential(_ entry: JSONCursor) throws(JSONError) -> Credential? {
        if let token = try entry.optional("identitytoken")?.string(), !token.isEmpty { return .identityToken(token) }
        if let token = try entry.optional("registrytoken")?.string(), !token.isEmpty { return .accessToken(token) }
        if let field = try entry.optional("auth"), try !field.string().isEmpty {
            var bytes = try field.base64()
            // Some tools pad the password with zero bytes; docker cuts them off.
            while bytes.last == 0 { bytes.removeLast() }
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
                let user = String(validating: bytes[..<colon], as: UTF8.self),
                let password = String(validating: bytes[(colon + 1)...], as: UTF8.self)
            else { throw field.error("expected the base64 of user:password") }
            return .password(user: user, password: password)
        }
        guard let user = try entry.optional("username")?.string(), !user.isEmpty else { return nil }
        return .password(user: user, password: try entry.optional("password")?.string() ?? "")
    }

    /// The host of a server's name, which may have a scheme and a path.
    private static func hostname(_ server: String) -> String {
        var rest = server[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        return String(rest.prefix { $0 != "/" }).lowercased()
    }
}
