internal import Core

/// Objects whose members are there only when they say something.
enum Value {
    /// An object without the members that are `nil`.
    static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(
            JSONObject(
                members.compactMap { member in member.1.map { JSONObject.Member(key: member.0, value: $0) } }))
    }

    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
