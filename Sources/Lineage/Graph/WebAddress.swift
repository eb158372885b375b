internal import Core

/// A plain `https://host/path` of the kind that repositories, runs and commits have.
///
/// What does not look like one is never made a link of: no user, no port tricks, no quotes, no scripts.
struct WebAddress: Sendable, Hashable {
    let scheme: String
    /// In lowercase.
    let host: String
    let path: [String]
    /// From `?` or `#` on, or empty.
    let suffix: String

    private static let longest = Cap("bytes of a web address", 2_048)

    /// Parses an address; `nil` when it is not a plain one.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest.limit else { return nil }
        var rest: Substring
        if text.utf8.starts(with: "https://".utf8) {
            scheme = "https"
            rest = text.dropFirst(8)
        } else if text.utf8.starts(with: "http://".utf8) {
            scheme = "http"
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        guard rest.utf8.allSatisfy(Self.isPlain) else { return nil }
        let mark = rest.firstIndex { $0 == "?" || $0 == "#" } ?? rest.endIndex
        suffix = String(rest[mark...])
        rest = rest[..<mark]
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let authority = parts.first, !authority.isEmpty, authority.utf8.allSatisfy(Self.isHost) else {
            return nil
        }
        host = authority.lowercased()
        let segments = parts.dropFirst().filter { !$0.isEmpty }
        // A browser would walk up the path before it asks.
        guard !segments.contains(where: { $0 == "." || $0 == ".." || $0.contains("%2") }) else { return nil }
        path = segments.map(String.init)
    }

    // RFC 3986, less what Markdown, HTML or a shell may take for their own.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:/?#@+,=%".utf8.contains(byte) || byte == UInt8(ascii: "&")
        }
    }

    private static func isHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-.:".utf8.contains(byte)
        }
    }

    var text: String { "\(scheme)://\(([host] + path).joined(separator: "/"))\(suffix)" }

    /// The address as a repository is named: without `.git` and what follows a `?` or `#`.
    var repository: String {
        var path = path
        if let last = path.last, last.hasSuffix(".git"), last.utf8.count > 4 {
            path[path.count - 1] = String(last.dropLast(4))
        }
        return "\(scheme)://\(([host] + path).joined(separator: "/"))"
    }
}

/// A Git commit's name.
enum GitCommit {
    /// Whether a text is 40 or 64 lowercase hexadecimal digits.
    static func isOne(_ text: String) -> Bool {
        guard let bytes = Hex.decode(text) else { return false }
        return bytes.count == 20 || bytes.count == 32
    }
}

/// Where people can look things up, derived from what is known; `nil` where that is no web address.
enum WebLink {
    /// A text that is a plain address itself.
    static func plain(_ text: String?) -> String? { text.flatMap { WebAddress($0)?.text } }

    static func repository(_ repository: String?) -> String? {
        repository.flatMap { WebAddress($0)?.repository }
    }

    /// GitLab puts `/-` before what is not a repository, Bitbucket says `commits`; GitHub, Gitea and Forgejo agree.
    static func commit(_ commit: String, of repository: String) -> String? {
        guard let address = WebAddress(repository), address.path.count >= 2, GitCommit.isOne(commit) else { return nil }
        let middle =
            if isGitLab(address) { "/-/commit/" } else if address.host == "bitbucket.org" { "/commits/" } else {
                "/commit/"
            }
        return address.repository + middle + commit
    }

    static func pullRequest(_ number: Int64, of repository: String) -> String? {
        guard let address = WebAddress(repository), address.path.count >= 2 else { return nil }
        let middle: String =
            if isGitLab(address) {
                "/-/merge_requests/"
            } else if address.host == "bitbucket.org" {
                "/pull-requests/"
            } else if address.host == "github.com" {
                "/pull/"
            } else {
                "/pulls/"
            }
        return address.repository + middle + String(number)
    }

    private static func isGitLab(_ address: WebAddress) -> Bool {
        address.host == "gitlab.com" || address.host.hasPrefix("gitlab.")
    }
}
