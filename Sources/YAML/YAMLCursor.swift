package import Core

/// A place in a YAML document that is read field by field; every error names file, line, column and field.
package struct YAMLCursor: Sendable {
    package let node: YAMLNode
    /// The file's name, for messages.
    package let file: String
    /// Where the key stands whose value this is; `nil` for a document and for a list's element.
    package let keyMark: YAMLMark?
    private let path: FieldPath

    /// Starts at a document's root.
    package init(_ node: YAMLNode, file: String) {
        self.init(node, file, .root, keyMark: nil)
    }

    private init(_ node: YAMLNode, _ file: String, _ path: FieldPath, keyMark: YAMLMark?) {
        self.node = node
        self.file = file
        self.path = path
        self.keyMark = keyMark
    }

    /// The field's place, such as `spec.match.images[0]`.
    package var field: String { path.text }

    /// Where the value stands.
    package var mark: YAMLMark { node.mark }

    /// The value without places.
    package var json: JSONValue { node.json }

    /// Makes an error at this place.
    package func error(_ message: String, _ code: YAMLError.Code = .shape) -> YAMLError {
        YAMLError(code, message, file: file, mark: node.mark, field: path.text)
    }

    /// The member of that name; absent and `null` both give `nil`.
    package func optional(_ name: String) throws(YAMLError) -> YAMLCursor? {
        guard let entry = try entries().first(where: { $0.key.isSame(as: name) }), entry.value.value != .null else {
            return nil
        }
        return YAMLCursor(entry.value, file, .member(path, entry.key), keyMark: entry.keyMark)
    }

    /// The member of that name.
    package func required(_ name: String) throws(YAMLError) -> YAMLCursor {
        if let cursor = try optional(name) { return cursor }
        let empty = try entries().first { $0.key.isSame(as: name) }
        throw YAMLError(
            .shape, empty == nil ? "the field is missing" : "the field has no value", file: file,
            mark: empty?.keyMark ?? node.mark, field: FieldPath.member(path, name).text)
    }

    /// The members as cursors, in the order they were written.
    package func members() throws(YAMLError) -> [(name: String, cursor: YAMLCursor)] {
        try entries().map {
            ($0.key, YAMLCursor($0.value, file, .member(path, $0.key), keyMark: $0.keyMark))
        }
    }

    /// The elements, at most as many as the cap allows.
    package func elements(_ cap: Cap) throws(YAMLError) -> [YAMLCursor] {
        guard case .sequence(let nodes) = node.value else { throw expected("a list") }
        if nodes.count > cap.limit { throw error("\(CapExceeded(cap: cap, seen: nodes.count))", .tooLarge) }
        return nodes.enumerated().map { YAMLCursor($0.element, file, .element(path, $0.offset), keyMark: nil) }
    }

    /// The texts of the list of that name, at most as many as the cap allows; none when the field is absent.
    package func strings(_ name: String, _ cap: Cap) throws(YAMLError) -> [String] {
        guard let list = try optional(name) else { return [] }
        var texts: [String] = []
        for element in try list.elements(cap) { texts.append(try element.text()) }
        return texts
    }

    /// The text, which may be empty.
    package func string() throws(YAMLError) -> String {
        switch node.value {
        case .string(let text): return text
        case .bool, .integer, .number: throw error("expected text, saw \(node.kind); put it in quotes")
        default: throw expected("text")
        }
    }

    /// The text, which has at least one character that is not a space.
    package func text() throws(YAMLError) -> String {
        let text = try string()
        guard text.utf8.contains(where: { $0 > 0x20 }) else { throw error("expected text, saw an empty one") }
        return text
    }

    /// The Boolean.
    package func bool() throws(YAMLError) -> Bool {
        guard case .bool(let flag) = node.value else { throw expected("true or false") }
        return flag
    }

    /// The whole number.
    package func integer() throws(YAMLError) -> Int64 {
        guard case .integer(let number) = node.value else { throw expected("a whole decimal number") }
        return number
    }

    /// The instant of an RFC 3339 text.
    package func instant() throws(YAMLError) -> Instant {
        guard case .string(let text) = node.value, let instant = Instant(rfc3339: text) else {
            throw expected("a time such as 2026-01-20T10:00:00Z")
        }
        return instant
    }

    /// Refuses members other than these.
    package func allow(only names: [String]) throws(YAMLError) {
        for entry in try entries() where !names.contains(where: { $0.isSame(as: entry.key) }) {
            let meant = Suggestion.nearest(to: entry.key, in: names).map { "did you mean \($0)? " } ?? ""
            throw YAMLError(
                .shape, "unknown field; \(meant)known are \(names.joined(separator: ", "))", file: file,
                mark: entry.keyMark, field: FieldPath.member(path, entry.key).text)
        }
    }

    private func entries() throws(YAMLError) -> [YAMLNode.Entry] {
        guard case .mapping(let entries) = node.value else { throw expected("a mapping") }
        return entries
    }

    private func expected(_ what: String) -> YAMLError {
        switch node.value {
        case .string(let text): error("expected \(what), saw the text \(PrintableText.quote(text.excerpt(60)))")
        case .integer(let number): error("expected \(what), saw \(number)")
        case .bool(let flag): error("expected \(what), saw \(flag)")
        default: error("expected \(what), saw \(node.kind)")
        }
    }
}
