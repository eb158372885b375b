internal import Core

/// Objects whose members are there only when they say something.
enum Value {
    /// An object without the members that are nothing; a rendered object never has a null of its own.
    static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(
            JSONObject(
                members.compactMap { name, value in
                    guard let value, value != .null else { return nil }
                    return JSONObject.Member(key: name, value: value)
                }))
    }

    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
