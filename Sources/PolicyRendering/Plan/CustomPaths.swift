internal import Core
internal import Policy

/// Where a custom kind keeps its pods, as far as a plain path can say it.
struct CustomPaths {
    let group: String
    let kind: String
    let podTemplates: [[String]]
    let podSpecs: [[String]]
    /// Paths that step through lists or all members, which are not followed.
    let unread: [String]

    init(_ kind: ClusterIdentity.CustomKind) {
        group = kind.group
        self.kind = kind.kind
        podTemplates = kind.podTemplates.compactMap(Self.steps)
        podSpecs = kind.podSpecs.compactMap(Self.steps)
        unread = (kind.podTemplates + kind.podSpecs).filter { Self.steps($0) == nil }
    }

    /// Words of CEL that cannot be a field's name (CEL language definition, identifiers).
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
        "package", "namespace", "null", "return", "true", "var", "void", "while",
    ]

    private static func steps(_ path: String) -> [String]? {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let arePlain = parts.allSatisfy { part in
            guard let first = part.utf8.first, !reserved.contains(part), !(0x30...0x39).contains(first) else {
                return false
            }
            return part.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
        }
        return arePlain ? parts : nil
    }
}
