internal import Core

/// The `sub` of a GitHub Actions OIDC token: which repository's workflow asked, and in which context.
///
/// Both forms are read: `repo:org/app:ref:refs/heads/main` and the immutable `repo:org@1/app@2:ref:refs/heads/main`.
/// Names can be given up and registered by someone else; where the ids are present, they are what to authorise on.
public struct GitHubSubject: Sendable, Hashable, CustomStringConvertible {
    /// What the run was for.
    public enum Context: Sendable, Hashable {
        /// A run on a ref, such as `refs/heads/main` or `refs/tags/v1`.
        case ref(String)
        /// A job that names a deployment environment; the token then names no ref. A `:` in the name stands as `%3A`.
        case environment(String)
        /// A run for a pull request, whose content its author controls.
        case pullRequest
    }

    public let owner: String
    public let repository: String
    /// The owner's immutable id, in decimal digits.
    public let ownerID: String?
    /// The repository's immutable id, in decimal digits.
    public let repositoryID: String?
    public let context: Context

    private static let longest = Cap("bytes of an OIDC subject", 2048)

    /// Parses a subject; `nil` for any other form, such as one of a customised template.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.longest.limit, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            return nil
        }
        // The context may hold colons of its own, so only the first two separate.
        let parts = text.utf8.split(
            separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false
        ).map { Substring($0) }
        guard parts.count == 3, parts[0].isSame(as: "repo"),
            let names = Self.split(parts[1], at: "/"),
            let owner = Self.name(names.0), let repository = Self.name(names.1),
            (owner.id == nil) == (repository.id == nil),
            let context = Self.context(parts[2])
        else { return nil }
        self.owner = owner.name
        self.repository = repository.name
        ownerID = owner.id
        repositoryID = repository.id
        self.context = context
    }

    /// The owner and repository as GitHub writes them, such as `org/app`.
    public var fullName: String { "\(owner)/\(repository)" }

    public var description: String {
        let owner = ownerID.map { "\(self.owner)@\($0)" } ?? self.owner
        let repository = repositoryID.map { "\(self.repository)@\($0)" } ?? self.repository
        return "repo:\(owner)/\(repository):\(contextText)"
    }

    /// The subject without the immutable ids, such as `repo:org/app:ref:refs/heads/main`.
    public var withoutIDs: String {
        "repo:\(fullName):\(contextText)"
    }

    private var contextText: String {
        switch context {
        case .ref(let ref): "ref:\(ref)"
        case .environment(let name): "environment:\(name)"
        case .pullRequest: "pull_request"
        }
    }

    private static func context(_ text: Substring) -> Context? {
        if text.isSame(as: "pull_request") { return .pullRequest }
        guard let (kind, value) = split(text, at: ":"), !value.isEmpty, !value.utf8.contains(UInt8(ascii: ":")) else {
            return nil
        }
        if kind.isSame(as: "environment") { return .environment(String(value)) }
        if kind.isSame(as: "ref"), value.utf8.starts(with: "refs/".utf8), value.utf8.count > 5 {
            return .ref(String(value))
        }
        return nil
    }

    private static func name(_ text: Substring) -> (name: String, id: String?)? {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard (1...2).contains(parts.count), let name = parts.first, (1...100).contains(name.utf8.count),
            name.utf8.allSatisfy(isNameByte)
        else { return nil }
        guard parts.count == 2 else { return (name, nil) }
        guard isIdentifier(parts[1]) else { return nil }
        return (name, parts[1])
    }

    private static func split(_ text: Substring, at mark: Unicode.Scalar) -> (Substring, Substring)? {
        guard let index = text.utf8.firstIndex(of: UInt8(ascii: mark)) else { return nil }
        return (text[..<index], Substring(text.utf8[index...].dropFirst()))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether a text is an id: decimal digits in one spelling.
    static func isIdentifier(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && (text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"))
    }
}
