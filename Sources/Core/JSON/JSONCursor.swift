/// A place in a JSON document that is read field by field; every error names the field.
public struct JSONCursor: Sendable {
    private indirect enum Path: Sendable {
        case root
        case member(Path, String)
        case element(Path, Int)

        var text: String {
            switch self {
            case .root: ""
            case .member(.root, let name): name.excerpt(100)
            case .member(let parent, let name): parent.text + "." + name.excerpt(100)
            case .element(let parent, let index): parent.text + "[\(index)]"
            }
        }
    }

    public let value: JSONValue
    private let path: Path

    /// Starts at a document's root.
    public init(_ value: JSONValue) {
        self.value = value
        path = .root
    }

    private init(_ value: JSONValue, _ path: Path) {
        self.value = value
        self.path = path
    }

    /// The field's place, such as `subject[0].digest`.
    public var field: String { path.text }

    /// Makes an error at this place.
    public func error(_ message: String, _ code: JSONError.Code = .shape) -> JSONError {
        JSONError(code, message, at: .field(path.text))
    }

    /// The member of that name; absent and `null` both give `nil`.
    public func optional(_ name: String) throws(JSONError) -> JSONCursor? {
        guard let value = try object()[name], value != .null else { return nil }
        return JSONCursor(value, .member(path, name))
    }

    /// The member of that name.
    public func required(_ name: String) throws(JSONError) -> JSONCursor {
        guard let cursor = try optional(name) else {
            throw JSONError(.shape, "the field is missing", at: .field(Path.member(path, name).text))
        }
        return cursor
    }

    /// The members.
    public func object() throws(JSONError) -> JSONObject {
        guard case .object(let object) = value else { throw error("expected an object, saw \(value.kind)") }
        return object
    }

    /// The members as cursors, in the order they were written.
    public func members() throws(JSONError) -> [(name: String, cursor: JSONCursor)] {
        try object().members.map { ($0.key, JSONCursor($0.value, .member(path, $0.key))) }
    }

    /// The elements, at most as many as the cap allows.
    public func elements(_ cap: Cap) throws(JSONError) -> [JSONCursor] {
        guard case .array(let values) = value else { throw error("expected an array, saw \(value.kind)") }
        if values.count > cap.limit {
            throw error("\(CapExceeded(cap: cap, seen: values.count))", .tooLarge)
        }
        return values.enumerated().map { JSONCursor($0.element, .element(path, $0.offset)) }
    }

    /// The string.
    public func string() throws(JSONError) -> String {
        guard case .string(let text) = value else { throw error("expected a string, saw \(value.kind)") }
        return text
    }

    /// The Boolean.
    public func bool() throws(JSONError) -> Bool {
        guard case .bool(let flag) = value else { throw error("expected true or false, saw \(value.kind)") }
        return flag
    }

    /// The whole number, as a JSON number or, as ProtoJSON writes 64-bit ones, a decimal string.
    public func int64() throws(JSONError) -> Int64 {
        switch value {
        case .integer(let number): return number
        case .string(let text):
            // One spelling only: "007" and "+7" are not how ProtoJSON writes 7.
            guard let number = Int64(text), String(number) == text else {
                throw error("expected a whole number, saw \"\(text.prefix(40))\"")
            }
            return number
        default: throw error("expected a whole number, saw \(value.kind)")
        }
    }

    /// The bytes of a base64 string.
    public func base64() throws(JSONError) -> [UInt8] {
        guard let bytes = Base64.decode(try string()) else {
            throw error("expected canonical base64 (RFC 4648 §4)")
        }
        return bytes
    }

    /// The instant of an RFC 3339 string.
    public func instant() throws(JSONError) -> Instant {
        let text = try string()
        guard let instant = Instant(rfc3339: text) else {
            throw error("expected a time such as 2026-01-20T10:00:00Z, saw \"\(text.prefix(40))\"")
        }
        return instant
    }

    /// Refuses members other than these.
    public func allow(only names: Set<String>) throws(JSONError) {
        for member in try object().members {
            if names.contains(where: { $0.isSame(as: member.key) }) { continue }
            throw JSONError(
                .shape, "unknown field; known are \(names.sorted().joined(separator: ", "))",
                at: .field(Path.member(path, member.key).text))
        }
    }
}
