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
        func refusal(_ message: String) -> RegistryError {
            RegistryError(
                .invalidReference, message,
                at: .registry(host: host.printable(260), repository: path.printable(255)))
        }
        guard WebAddress.split(host) != nil else {
            throw refusal("expected a registry's host such as ghcr.io or localhost:5000")
        }
        guard Self.isPath(path) else {
            throw refusal("expected a repository's path such as library/alpine, in lowercase")
        }
        self.host = host.lowercased()
        self.path = path
    }

    package var description: String { "\(host)/\(path)" }

    var place: RegistryError.Place { .registry(host: host, repository: path) }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, parts separated by slashes.
    private static func isPath(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count) else { return false }
        // The separator that was begun, and how often it stands there; a part neither begins nor ends with one.
        var separator: (byte: UInt8, count: Int)?
        var isAtStart = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                separator = nil
                isAtStart = false
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                guard !isAtStart else { return false }
                let count = separator.map { $0.byte == byte ? $0.count + 1 : .max } ?? 1
                let longest = byte == UInt8(ascii: "-") ? 255 : byte == UInt8(ascii: "_") ? 2 : 1
                guard count <= longest else { return false }
                separator = (byte, count)
            case UInt8(ascii: "/"):
                guard !isAtStart, separator == nil else { return false }
                isAtStart = true
            default: return false
            }
        }
        return !isAtStart && separator == nil
    }
}
