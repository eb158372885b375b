internal import Core

/// The place of a value in its document by names and indices.
indirect enum FieldPath: Sendable {
    case root
    case member(FieldPath, String)
    case element(FieldPath, Int)

    var text: String {
        switch self {
        case .root: ""
        case .member(.root, let name): Self.plain(name) ? name : Self.quoted(name)
        case .member(let parent, let name): parent.text + (Self.plain(name) ? "." + name : Self.quoted(name))
        case .element(let parent, let index): parent.text + "[\(index)]"
        }
    }

    private static func quoted(_ name: String) -> String { "[\(PrintableText.quote(name.excerpt(100)))]" }

    /// Names that cannot be mistaken for a path or forge a line of a log.
    private static func plain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }
}
