package import Core

/// Which image of a repository or layout is meant.
package enum ImageSelector: Sendable, Hashable, CustomStringConvertible {
    case tag(String)
    case digest(Digest)
    /// The only image of a layout; `latest` in a registry.
    case standard

    package var description: String {
        switch self {
        case .tag(let tag): "tag \(tag)"
        case .digest(let digest): digest.description
        case .standard: "the default image"
        }
    }

    /// Whether a text is a tag: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}` (OCI distribution specification, "Pulling
    /// manifests").
    static func isTag(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-")
        else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
