/// The grammars of Kubernetes names (apimachinery `util/validation`); all are ASCII.
enum NameSyntax {
    /// A namespace's name: an RFC 1123 label.
    static func isNamespace(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") } && isLowerOrDigit(first)
            && isLowerOrDigit(last)
    }

    /// An object's name: what can be a segment of a path. Kinds ask for more; RBAC's may hold colons.
    static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") }
    }

    /// A UID: printable ASCII, in practice an RFC 4122 UUID.
    static func isUID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// The name of a label or annotation, with or without a domain before a slash.
    static func isQualifiedName(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last, isValue(name), !name.isEmpty else { return false }
        guard parts.count == 2 else { return true }
        return (1...253).contains(parts[0].count)
            && parts[0].allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }

    /// A label's value: empty, or at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
    static func isLabelValue(_ text: String) -> Bool { isValue(text.utf8[...]) }

    private static func isValue(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return true }
        return bytes.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
