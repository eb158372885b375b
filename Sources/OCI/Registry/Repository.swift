/// A repository of a registry.
package struct Repository: Sendable, Hashable, CustomStringConvertible {
    /// The host that answers, in lowercase, with the port if it has one.
    package let host: String
    /// The path, such as `library/alpine`.
    package let path: String

    /// Makes a repository of its parts.
    ///
    /// - Throws: ``RegistryError`` with `invalidReference` when the host is none, or the path is not what the OCI
    ///   distribution specification ("Pulling manifests") allows.
    package init(host: String, path: String) throws(RegistryError) {
        let place = RegistryError.Place.registry(host: host.printable(260), repository: path.printable(255))
        guard WebAddress.split(host) != nil else {
            throw RegistryError(
                .invalidReference, "expected a registry's host such as ghcr.io or localhost:5000", at: place)
        }
        guard Self.isPath(path) else {
            throw RegistryError(
                .invalidReference, "expected a repository's path such as library/alpine, in lowercase", at: place)
        }
        self.host = host.lowercased()
        self.path = path
    }

    package var description: String { "\(host)/\(path)" }

    var place: RegistryError.Place { .registry(host: host, repository: path) }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, parts separated by slashes.
    private static func isPath(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count) else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            let runs = part.utf8.split(omittingEmptySubsequences: false) { isSeparator($0) }
            guard runs.first?.isEmpty == false, runs.last?.isEmpty == false else { return false }
            var separator: [UInt8] = []
            for byte in part.utf8 {
                if isSeparator(byte) {
                    separator.append(byte)
                    continue
                }
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
                default: return false
                }
                guard separator.count <= 1 || separator == Array("__".utf8) || separator.allSatisfy({ $0 == 0x2D })
                else { return false }
                separator = []
            }
            return true
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
