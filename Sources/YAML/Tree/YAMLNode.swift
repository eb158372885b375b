package import Core

/// A value in a YAML document that knows where it stands.
package struct YAMLNode: Sendable, Hashable {
    /// A member of a mapping.
    package struct Entry: Sendable, Hashable {
        package let key: String
        package let keyMark: YAMLMark
        package let value: YAMLNode

        package init(key: String, keyMark: YAMLMark, value: YAMLNode) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    /// What stands there, by the core schema (YAML 1.2.2 §10.3) without its hexadecimal and octal spellings.
    package enum Value: Sendable, Hashable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// A number with a fraction or an exponent, or one too large for 64 bits, as it was written.
        case number(String)
        case string(String)
        case sequence([YAMLNode])
        /// The members in the order they were written; names are unique, also by canonical equivalence.
        case mapping([Entry])
    }

    package let mark: YAMLMark
    package let value: Value

    package init(mark: YAMLMark, value: Value) {
        self.mark = mark
        self.value = value
    }

    /// What kind of value this is, as an error message says it.
    package var kind: String {
        switch value {
        case .null: "nothing"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The same value without places.
    package var json: JSONValue {
        switch value {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        case .number(let text): .number(text)
        case .string(let text): .string(text)
        case .sequence(let nodes): .array(nodes.map(\.json))
        case .mapping(let entries):
            .object(JSONObject(entries.map { JSONObject.Member(key: $0.key, value: $0.value.json) }))
        }
    }
}

// Equality is byte by byte: Swift's own takes two spellings of "é" for one.
extension YAMLNode.Value {
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)), (.string(let left), .string(let right)): left.isSame(as: right)
        case (.sequence(let left), .sequence(let right)): left == right
        case (.mapping(let left), .mapping(let right)): left == right
        default: false
        }
    }
}

extension YAMLNode.Entry {
    package static func == (left: Self, right: Self) -> Bool {
        left.key.isSame(as: right.key) && left.keyMark == right.keyMark && left.value == right.value
    }
}
