/// What a plain scalar is by the core schema (YAML 1.2.2 §10.3.2), decimal numbers only.
///
/// `yes`, `no`, `on`, `0x1F`, `010` and `1_000` stay text: readers of YAML 1.1 take them for something else, so a field
/// that wants a Boolean or a number refuses them.
enum YAMLScalar {
    static func resolve(_ text: String) -> YAMLNode.Value {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        default: number(text) ?? .string(text)
        }
    }

    /// A number as JSON writes it (RFC 8259 §6).
    private static func number(_ text: String) -> YAMLNode.Value? {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = digits(&rest)
        guard whole.count == 1 || whole.first != UInt8(ascii: "0"), !whole.isEmpty else { return nil }
        if rest.isEmpty, text != "-0", let integer = Int64(text) { return .integer(integer) }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard !digits(&rest).isEmpty else { return nil }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard !digits(&rest).isEmpty else { return nil }
        }
        return rest.isEmpty ? .number(text) : nil
    }

    private static func digits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        return digits
    }
}
