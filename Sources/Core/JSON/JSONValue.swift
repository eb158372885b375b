/// A JSON document as it was written: numbers keep their spelling, objects their order.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A whole number that fits 64 bits and was written without fraction or exponent.
    case integer(Int64)
    /// Any other number, as it was written (RFC 8259 §6).
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The value as a string, when it is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The value as a whole number, when it is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The value as a Boolean, when it is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The value as an array, when it is one.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The value as an object, when it is one.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The member of that name, when the value is an object that has it.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// What kind of value this is, as an error message says it.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a Boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}

/// The members of a JSON object in the order they were written; names are unique.
public struct JSONObject: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public let key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    public internal(set) var members: [Member]

    public init() { members = [] }

    /// Makes an object of members; of two with the same name the last one stays.
    public init(_ members: some Sequence<Member>) {
        self.init()
        for member in members { self[member.key] = member.value }
    }

    /// Makes an object of members whose names are known to differ; nothing is looked up.
    package init(unique members: [Member]) { self.members = members }

    /// The names in the order they were written.
    public var keys: [String] { members.map(\.key) }

    /// The member of that name; setting `nil` removes it.
    public subscript(key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    // A look-alike name must not answer for the real one.
    private func index(of key: String) -> Int? {
        members.firstIndex { $0.key.isSame(as: key) }
    }
}

// Equality is byte by byte, so that two documents that differ in spelling only are two documents. Equal bytes hash
// alike, so the synthesised hashes stay right.
extension JSONValue {
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left.isSame(as: right)
        case (.string(let left), .string(let right)): left.isSame(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONObject.Member {
    public static func == (left: JSONObject.Member, right: JSONObject.Member) -> Bool {
        left.key.isSame(as: right.key) && left.value == right.value
    }
}
