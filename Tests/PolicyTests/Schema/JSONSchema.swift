import Core

/// As much of JSON Schema 2020-12 as our own schemas use; a keyword that is not known here is an error, so that nothing
/// goes unchecked.
struct JSONSchema {
    private static let annotations: Set<String> = [
        "$schema", "$id", "$defs", "title", "description", "format", "contentEncoding",
    ]

    private let documents: [String: JSONValue]
    private let root: String

    /// - Parameters:
    ///   - root: the file's name.
    ///   - documents: every schema by its file's name.
    init(_ root: String, _ documents: [String: JSONValue]) {
        self.root = root
        self.documents = documents
    }

    /// Where a value does not follow the schema, in words.
    func errors(_ value: JSONValue) -> [String] {
        guard let schema = documents[root] else { return ["no schema \(root)"] }
        return check(value, schema, "$", root)
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ file: String) -> [String] {
        if case .bool(let isAllowed) = schema { return isAllowed ? [] : ["\(path) is not allowed"] }
        guard let keywords = schema.object else { return ["\(file) is no schema at \(path)"] }
        var errors: [String] = []
        for (keyword, content) in keywords.members.map({ ($0.key, $0.value) }) {
            errors += check(value, keyword, content, keywords, path, file)
        }
        return errors
    }

    private func check(
        _ value: JSONValue, _ keyword: String, _ content: JSONValue, _ schema: JSONObject, _ path: String,
        _ file: String
    ) -> [String] {
        func fails(_ isGood: Bool?, _ what: String) -> [String] { isGood == true ? [] : ["\(path): \(what)"] }
        let members = value.object
        let names = Set(members?.keys ?? [])
        switch keyword {
        case "type":
            let types = content.string.map { [$0] } ?? content.array?.compactMap(\.string) ?? []
            return fails(types.contains { isOfType(value, $0) }, "is \(value.kind), not \(types)")
        case "const": return fails(value == content, "is not the constant")
        case "enum": return fails(content.array?.contains(value), "is none of the values")
        case "required":
            let missing = (content.array ?? []).compactMap(\.string).filter { members != nil && !names.contains($0) }
            return missing.map { "\(path): lacks \($0)" }
        case "properties":
            return (members?.members ?? []).flatMap { member in
                content[member.key].map { check(member.value, $0, "\(path).\(member.key)", file) } ?? []
            }
        case "additionalProperties":
            let known = Set(schema["properties"]?.object?.keys ?? [])
            return (members?.members ?? []).filter { !known.contains($0.key) }.flatMap {
                check($0.value, content, "\(path).\($0.key)", file)
            }
        case "items":
            return (value.array ?? []).enumerated().flatMap { check($1, content, "\(path)[\($0)]", file) }
        case "dependentRequired":
            return (content.object?.members ?? []).filter { names.contains($0.key) }.flatMap { member in
                (member.value.array ?? []).compactMap(\.string).filter { !names.contains($0) }.map {
                    "\(path): \(member.key) without \($0)"
                }
            }
        case "minLength":
            return fails(
                (value.string?.unicodeScalars.count).map { Int64($0) >= content.integer ?? 0 } ?? true, "is too short")
        case "minimum": return fails(value.integer.map { $0 >= content.integer ?? 0 } ?? true, "is too small")
        case "maxItems":
            return fails((value.array?.count).map { Int64($0) <= content.integer ?? 0 } ?? true, "has too many")
        case "uniqueItems": return fails(value.array.map { Set($0).count == $0.count } ?? true, "holds something twice")
        case "pattern":
            guard let text = value.string else { return [] }
            // The schemas' own patterns are anchored; ours always are.
            let pattern = (content.string ?? "").dropFirst().dropLast()
            return fails((try? Regexp(String(pattern)))?.matches(text), "does not match \(pattern)")
        case "$ref":
            guard let target = resolve(content.string ?? "", file) else { return ["\(file): no \(content)"] }
            return check(value, target.schema, path, target.file)
        case "anyOf":
            let isGood = content.array?.contains { check(value, $0, path, file).isEmpty }
            return fails(isGood, "is nothing of anyOf")
        case "allOf": return (content.array ?? []).flatMap { check(value, $0, path, file) }
        case "if":
            let branch = check(value, content, path, file).isEmpty ? "then" : "else"
            return schema[branch].map { check(value, $0, path, file) } ?? []
        case "then", "else": return []
        default: return Self.annotations.contains(keyword) ? [] : ["\(file): unknown keyword \(keyword)"]
        }
    }

    private func isOfType(_ value: JSONValue, _ type: String) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .number: type == "number"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }

    private func resolve(_ reference: String, _ file: String) -> (schema: JSONValue, file: String)? {
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? file : String(parts[0])
        guard var schema = documents[target] else { return nil }
        for name in (parts.count == 2 ? parts[1] : "").split(separator: "/") {
            guard let next = schema[String(name)] else { return nil }
            schema = next
        }
        return (schema, target)
    }
}
