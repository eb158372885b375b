/// A value as Bolt carries it: a parameter of a query, or a field of a record.
package enum BoltValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case bytes([UInt8])
    case string(String)
    case list([BoltValue])
    case map([String: BoltValue])
    case node(BoltNode)
    case relationship(BoltRelationship)
    case unboundRelationship(BoltUnboundRelationship)
    case path(BoltPath)
    /// Times, durations, points and whatever else has no case of its own, as it came.
    case structure(BoltStructure)
}

extension BoltValue {
    package var isNull: Bool { self == .null }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var int: Int64? {
        guard case .int(let value) = self else { return nil }
        return value
    }

    /// The number; whole ones included, for a server may drop the fraction of 2.0.
    package var float: Double? {
        switch self {
        case .float(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    package var bytes: [UInt8]? {
        guard case .bytes(let value) = self else { return nil }
        return value
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var list: [BoltValue]? {
        guard case .list(let value) = self else { return nil }
        return value
    }

    package var map: [String: BoltValue]? {
        guard case .map(let value) = self else { return nil }
        return value
    }

    package var node: BoltNode? {
        guard case .node(let value) = self else { return nil }
        return value
    }

    package var relationship: BoltRelationship? {
        guard case .relationship(let value) = self else { return nil }
        return value
    }

    package var path: BoltPath? {
        guard case .path(let value) = self else { return nil }
        return value
    }

    package var structure: BoltStructure? {
        guard case .structure(let value) = self else { return nil }
        return value
    }

    /// What it is, in plain words.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .int: "an integer"
        case .float: "a float"
        case .bytes: "bytes"
        case .string: "a string"
        case .list: "a list"
        case .map: "a map"
        case .node: "a node"
        case .relationship: "a relationship"
        case .unboundRelationship: "an unbound relationship"
        case .path: "a path"
        case .structure(let value): "a structure with tag \(value.tag)"
        }
    }
}

extension BoltValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .float(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: BoltValue...) { self = .list(elements) }
    /// Of two entries with one name the later counts.
    package init(dictionaryLiteral elements: (String, BoltValue)...) {
        self = .map(Dictionary(elements) { $1 })
    }
}
