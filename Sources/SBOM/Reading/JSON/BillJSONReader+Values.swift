internal import Core

extension BillJSONReader {
    /// The text that stands next; `nil` for `null` and for what is set aside.
    mutating func text(_ stream: JSONStream, _ field: String) throws -> String? {
        let kind = try stream.kind()
        guard kind == .string else {
            if kind != .null { malformed(stream, field, "expected a string") }
            return nil
        }
        let cap = limits.text
        return try kept(stream, field) { try $0.string(cap) }
    }

    /// The value that stands next, when it is short enough.
    mutating func value(_ stream: JSONStream, _ field: String) throws -> JSONValue? {
        let list = JSONLimits(bytes: limits.list.limit, values: 100_000)
        return try kept(stream, field) { try $0.value(list) }
    }

    /// Passes over what is larger than its cap. A document whose syntax is wrong ends here all the same.
    private mutating func kept<Value>(
        _ stream: JSONStream, _ field: String, _ take: (JSONStream) throws -> Value
    ) throws -> Value? {
        do {
            return try take(stream)
        } catch let error as JSONError where error.code == .tooLarge {
            let line = stream.line
            try stream.skip()
            builder.quarantine(.tooLong, error.message, at: place.text(field: field, line: line))
            return nil
        }
    }

    mutating func malformed(_ stream: JSONStream, _ field: String, _ message: String) {
        builder.quarantine(.malformed, message, at: place.text(field: field, line: stream.line))
    }

    /// Enters an object, or sets aside what is none.
    mutating func entersObject(_ stream: JSONStream, _ field: String) throws -> Bool {
        guard try stream.kind() == .object else {
            malformed(stream, field, "expected an object")
            return false
        }
        try stream.beginObject()
        return true
    }

    /// Enters an array, or sets aside what is none; `null` is none silently.
    mutating func entersArray(_ stream: JSONStream, _ field: String) throws -> Bool {
        let kind = try stream.kind()
        guard kind == .array else {
            if kind != .null { malformed(stream, field, "expected an array") }
            return false
        }
        try stream.beginArray()
        return true
    }

    /// The references of an array; of a lone string, as JSON-LD writes an array of one, that.
    mutating func references(_ stream: JSONStream, _ field: String) throws -> [UInt32] {
        if try stream.kind() == .string { return try text(stream, field).map { [try builder.text($0)] } ?? [] }
        guard try entersArray(stream, field) else { return [] }
        var found: [UInt32] = []
        while try stream.nextElement() {
            guard let reference = try text(stream, field) else { continue }
            if found.count >= limits.dependencies.limit {
                throw builder.tooLarge(limits.dependencies, found.count + 1)
            }
            found.append(try builder.text(reference))
        }
        return found
    }

    mutating func timestamp(_ stream: JSONStream, _ field: String) throws {
        guard let text = try text(stream, field) else { return }
        builder.head.timestamp = Instant(rfc3339: text)
        if builder.head.timestamp == nil {
            malformed(stream, field, "expected a time such as 2026-01-20T10:00:00Z, saw \"\(text.excerpt(60))\"")
        }
    }

    /// A hash by its algorithm's name; `nil` for algorithms that are not kept.
    mutating func hash(_ name: String?, _ content: String?, _ stream: JSONStream, _ field: String) -> ComponentHash? {
        guard let name, let content else {
            malformed(stream, field, "expected an algorithm and a value")
            return nil
        }
        guard let algorithm = ComponentHash.Algorithm(name: name) else { return nil }
        // Some tools write capitals; a hash means the same in them.
        guard let bytes = Hex.decode(content.lowercased()), bytes.count == algorithm.byteCount else {
            malformed(
                stream, field, "expected \(algorithm.byteCount) bytes in hexadecimal, saw \"\(content.excerpt(80))\"")
            return nil
        }
        return ComponentHash(algorithm: algorithm, bytes: bytes)
    }
}
