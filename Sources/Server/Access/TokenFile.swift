package import Core
package import YAML

/// Tokens by their digests: the file itself lets nobody in.
///
/// ```yaml
/// tokens:
///   - {name: dashboards, sha256: 9f86…, roles: [viewer], expires: 2027-01-01T00:00:00Z}
/// ```
package struct TokenFile: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        let name: String
        let roles: Set<Role>
        let expires: Instant?
    }

    private static let maximumTokens = Cap("tokens", 1_000)
    private static let maximumBytes = Cap("bytes of a token file", 1 << 20)
    /// The shortest token that is looked at; shorter ones can be guessed.
    static let minimumLength = 20
    static let maximumLength = 8_192

    private var entries: [Digest: Entry] = [:]

    /// Nobody has a token.
    package init() {}

    /// Reads the file.
    ///
    /// - Throws: ``YAMLError`` with the place.
    package init(parsing bytes: [UInt8], file: String) throws(YAMLError) {
        guard bytes.count <= Self.maximumBytes.limit else {
            throw YAMLError(
                .tooLarge, "\(CapExceeded(cap: Self.maximumBytes, seen: bytes.count))", file: file,
                mark: YAMLMark(line: 1, column: 1), field: "")
        }
        let root = try YAMLReader.document(bytes, file: file)
        try root.allow(only: ["tokens"])
        for element in try root.required("tokens").elements(Self.maximumTokens) {
            try element.allow(only: ["name", "sha256", "roles", "expires"])
            let place = try element.required("sha256")
            guard let digest = Digest("sha256:\(try place.text())") else {
                throw place.error("expected the SHA-256 of the token in 64 lowercase hexadecimal digits")
            }
            var roles: Set<Role> = []
            for item in try element.required("roles").elements(Cap("roles", Role.allCases.count)) {
                guard let role = Role(rawValue: try item.text()) else {
                    throw item.error("expected \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                roles.insert(role)
            }
            let entry = Entry(
                name: try element.required("name").text(), roles: roles,
                expires: try element.optional("expires")?.instant())
            guard entries.updateValue(entry, forKey: digest) == nil else {
                throw place.error("the token stands above already")
            }
        }
    }

    /// Who has a token; `nil` when nobody has, or it expired.
    package func person(_ token: String, at now: Instant) -> Person? {
        guard (Self.minimumLength...Self.maximumLength).contains(token.utf8.count) else { return nil }
        // Digests are compared, so that time tells nothing about a token.
        guard let entry = entries[.of(Array(token.utf8))] else { return nil }
        if let expires = entry.expires, now >= expires { return nil }
        return Person(name: entry.name, roles: entry.roles)
    }
}
