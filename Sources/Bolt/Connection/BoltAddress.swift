internal import Core

/// Where a database is: `bolt://[user@]host[:port][/database]`.
///
/// `bolt+s` is TLS with a certificate that is checked; `bolt+ssc` is TLS with any certificate, which keeps listeners
/// out but not somebody who answers in the server's place. `neo4j`, `neo4j+s` and `neo4j+ssc` mean the same here: the one
/// server that is named is asked, and no routing table; a cluster is reached by the name of its leader.
package struct BoltAddress: Sendable, Hashable, CustomStringConvertible {
    package enum Security: Sendable, Hashable {
        /// None: everybody on the way reads and changes what is said.
        case plain
        /// TLS, and the certificate is for this host and by an authority that is trusted.
        case verified
        /// TLS with whatever certificate comes.
        case anyCertificate
    }

    package let security: Security
    /// A DNS name, or an IP address without brackets.
    package let host: String
    package let port: Int
    /// Whom the address names; the password never is in it.
    package let user: String?
    /// `nil` for the server's default.
    package let database: String?

    package init(
        host: String, port: Int = 7_687, security: Security = .verified, user: String? = nil, database: String? = nil
    ) {
        self.security = security
        self.host = host
        self.port = port
        self.user = user
        self.database = database
    }

    private static let schemes: [(String, Security)] = [
        ("bolt://", .plain), ("bolt+s://", .verified), ("bolt+ssc://", .anyCertificate),
        ("neo4j://", .plain), ("neo4j+s://", .verified), ("neo4j+ssc://", .anyCertificate),
    ]

    /// Whether a text begins as an address does, whatever follows.
    package static func looksLikeOne(_ text: String) -> Bool { schemes.contains { text.utf8.starts(with: $0.0.utf8) } }

    /// Reads an address.
    ///
    /// - Throws: ``BoltError`` with code `configuration`; it does not quote the address, in which a password may stand.
    package init(_ text: String) throws(BoltError) {
        guard text.utf8.count <= 1_000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Self.error("it has spaces, other than ASCII characters, or over 1,000 of them")
        }
        guard let (scheme, security) = Self.schemes.first(where: { text.utf8.starts(with: $0.0.utf8) }) else {
            throw Self.error("it begins with none of \(Self.schemes.map(\.0).joined(separator: ", "))")
        }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains(where: { "?#\\%\"<>".contains($0) }) else {
            throw Self.error("it has a query, a fragment or escapes; routing policies are not supported")
        }
        let beforePath = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(beforePath.count + 1)
        var authority = beforePath
        var user: String?
        if let at = beforePath.lastIndex(of: "@") {
            let name = beforePath[..<at]
            guard !name.contains(":") else {
                throw Self.error("a password does not belong into an address; give it by NEO4J_PASS")
            }
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
                throw Self.error("the user's name has other characters than letters, digits and -._; give it apart")
            }
            user = String(name)
            authority = beforePath[beforePath.index(after: at)...]
        }
        let (host, port) = try Self.hostAndPort(authority)
        var database: String?
        if !path.isEmpty {
            guard path.utf8.count <= 63, path.utf8.allSatisfy(Self.isNameByte) else {
                throw Self.error("the database's name has over 63 characters, or others than letters, digits and -._")
            }
            database = String(path)
        }
        self.init(host: host, port: port ?? 7_687, security: security, user: user, database: database)
    }

    /// Without the user.
    package var description: String {
        let scheme =
            switch security {
            case .plain: "bolt"
            case .verified: "bolt+s"
            case .anyCertificate: "bolt+ssc"
            }
        let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme)://\(host):\(port)\(database.map { "/" + $0 } ?? "")"
    }

    /// Whether it is this machine itself.
    package var isLoopback: Bool {
        host.isSame(as: "localhost") || host.isSame(as: "::1")
            || (host.utf8.starts(with: "127.".utf8)
                && host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) })
    }

    private static func hostAndPort(_ authority: Substring) throws(BoltError) -> (String, Int?) {
        let host: Substring
        let after: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw error("a bracket is not closed") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            after = authority[authority.index(after: end)...]
            guard host.utf8.contains(UInt8(ascii: ":")), host.utf8.count <= 45, host.utf8.allSatisfy(isIPv6Byte) else {
                throw error("what stands in brackets is no IPv6 address")
            }
        } else {
            host = authority.prefix { $0 != ":" }
            after = authority.dropFirst(host.count)
            guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy(isNameByte) else {
                throw error("the host is no name and no address")
            }
        }
        if after.isEmpty { return (String(host), nil) }
        let digits = after.dropFirst()
        guard after.hasPrefix(":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), (1...65_535).contains(port)
        else { throw error("the port is no number from 1 to 65535") }
        return (String(host), port)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func error(_ message: String) -> BoltError {
        BoltError(
            .configuration, "the address cannot be used: \(message); it looks like bolt+s://host:7687/database", at: "")
    }
}
