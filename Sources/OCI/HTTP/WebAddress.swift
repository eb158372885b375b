/// An `http` or `https` address in its one spelling: no user, no fragment, ASCII only.
///
/// It is stricter than URL parsers are, so that what is checked here and what is connected to cannot differ.
struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    let isSecure: Bool
    /// Lowercase; IPv6 addresses in brackets.
    let host: String
    let port: Int
    /// Path and query, beginning with a slash.
    let target: String

    /// Makes an address of an authority (`host` or `host:port`).
    init?(isSecure: Bool, authority: String, target: String) {
        guard let (host, port) = Self.split(authority) else { return nil }
        guard Self.isTarget(target) else { return nil }
        self.isSecure = isSecure
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        self.target = target
    }

    /// Parses an absolute address; `nil` for anything else.
    init?(_ text: String) {
        let secure: Bool
        let rest: Substring
        if text.prefix(8).lowercased() == "https://" {
            secure = true
            rest = text.dropFirst(8)
        } else if text.prefix(7).lowercased() == "http://" {
            secure = false
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // A fragment is for the reader of a page; it is never sent.
        let tail = rest.dropFirst(authority.count).prefix { $0 != "#" }
        self.init(
            isSecure: secure, authority: String(authority), target: tail.hasPrefix("/") ? String(tail) : "/" + tail)
    }

    /// What a `Location` or `Link` target means when this address answered with it (RFC 3986 §5); `nil` when it is
    /// no address.
    func resolving(_ reference: String) -> WebAddress? {
        if reference.isEmpty { return nil }
        if reference.hasPrefix("//") { return WebAddress((isSecure ? "https:" : "http:") + reference) }
        if reference.hasPrefix("/") { return at(reference) }
        let path = target.prefix { $0 != "?" }
        if reference.hasPrefix("?") { return at(path + reference) }
        let scheme = reference.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if scheme.contains(":") { return WebAddress(reference) }
        return at(path[...(path.lastIndex(of: "/") ?? path.startIndex)] + reference)
    }

    /// The address of another target of the same origin, which must begin with a slash.
    func at(_ target: some StringProtocol) -> WebAddress? {
        WebAddress(isSecure: isSecure, authority: authority, target: String(target.prefix { $0 != "#" }))
    }

    /// The host, and the port when it is not the scheme's own.
    var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }

    var description: String { "\(origin)\(target)" }

    /// Scheme, host and port: who answers.
    var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }

    func hasSameOrigin(as other: WebAddress) -> Bool {
        isSecure == other.isSecure && port == other.port && host.utf8.elementsEqual(other.host.utf8)
    }

    /// Whether the host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`, in their plain spellings.
    var isLoopback: Bool { Self.isLoopback(host) }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map { String($0) == part } ?? false }
    }

    /// Splits `host[:port]`; `nil` when it is not spelled as RFC 3986 §3.2 demands (registered names: letters,
    /// digits, hyphens, dots and underscores only).
    static func split(_ authority: String) -> (host: String, port: Int?)? {
        let text = authority.lowercased()
        guard text.utf8.count <= 260 else { return nil }
        let host: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[...end]
            let inner = host.dropFirst().dropLast().utf8
            guard inner.count >= 2, inner.allSatisfy({ "0123456789abcdef:.".utf8.contains($0) }) else { return nil }
        } else {
            host = Substring(text.utf8.prefix { $0 != UInt8(ascii: ":") })
            guard let first = host.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"),
                host.utf8.allSatisfy({ "abcdefghijklmnopqrstuvwxyz0123456789.-_".utf8.contains($0) })
            else { return nil }
        }
        let rest = Substring(text.utf8.dropFirst(host.utf8.count))
        if rest.isEmpty { return (String(host), nil) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0,
            rest.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return (String(host), Int(port))
    }

    private static func isTarget(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "/") && text.utf8.count <= 8192
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\^`{|}#".utf8.contains($0) }
    }
}
