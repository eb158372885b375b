internal import Core

/// Where the API server listens: `https://host[:port][/prefix]`.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    package let isSecure: Bool
    /// A DNS name, or an IP address without brackets.
    package let host: String
    package let port: Int
    /// What precedes every path, without a slash at its end; usually empty.
    package let prefix: String

    /// Makes the address of a host.
    package init(isSecure: Bool = true, host: String, port: Int, prefix: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// Reads a URL.
    ///
    /// - Returns: `nil` when it has another form: user information, a query, a fragment, or a host that is none.
    package init?(_ text: String) {
        let schemes = [("https://", true), ("http://", false)]
        guard text.utf8.count <= 2_000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let (scheme, isSecure) = schemes.first(where: { text.utf8.starts(with: $0.0.utf8) })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains(where: { "?#@\\%\"<>".contains($0) }) else { return nil }
        let authority = rest.prefix { $0 != "/" }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.split(separator: "/", omittingEmptySubsequences: false).contains(where: { $0 == ".." || $0 == "." })
        else { return nil }
        let host: Substring
        let port: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":"), Self.isIPv6(host) else { return nil }
            port = after.isEmpty ? nil : after.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first, Self.isName(first) else { return nil }
            host = first
            port = parts.count == 2 ? parts[1] : nil
        }
        var number = isSecure ? 443 : 80
        if let port {
            guard let read = Self.port(port) else { return nil }
            number = read
        }
        self.init(isSecure: isSecure, host: String(host), port: number, prefix: path)
    }

    package var description: String {
        "\(isSecure ? "https" : "http")://\(Self.bracketed(host)):\(port)\(prefix)"
    }

    /// The address with another host in its place.
    func with(host: String) -> ServerAddress {
        ServerAddress(isSecure: isSecure, host: host, port: port, prefix: prefix)
    }

    /// Whether it is this machine itself.
    var isLoopback: Bool {
        host.isSame(as: "localhost") || host.isSame(as: "::1")
            || (host.utf8.starts(with: "127.".utf8)
                && host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) })
    }

    static func port(_ text: some StringProtocol) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), (1...65_535).contains(number)
        else { return nil }
        return number
    }

    static func isName(_ text: some StringProtocol) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    static func isIPv6(_ text: some StringProtocol) -> Bool {
        (2...45).contains(text.utf8.count) && text.utf8.contains(UInt8(ascii: ":"))
            && text.utf8.allSatisfy {
                $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0)
                    || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
            }
    }

    private static func bracketed(_ host: String) -> String { host.utf8.contains(0x3A) ? "[\(host)]" : host }
}
