/// Writes values as PackStream, each in its shortest form; maps in the order of their keys' bytes.
package struct PackStreamWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// - Throws: ``PackStreamError`` for what has no form: over 15 fields, or 2³² bytes and elements.
    package mutating func write(_ value: BoltValue) throws(PackStreamError) {
        switch value {
        case .null: bytes.append(0xC0)
        case .bool(let value): bytes.append(value ? 0xC3 : 0xC2)
        case .int(let value): write(value)
        case .float(let value):
            bytes.append(0xC1)
            append(value.bitPattern)
        case .bytes(let value):
            try size(value.count, tiny: nil, wide: 0xCC)
            bytes.append(contentsOf: value)
        case .string(let value): try write(value)
        case .list(let value):
            try size(value.count, tiny: 0x90, wide: 0xD4)
            for element in value { try write(element) }
        case .map(let value): try write(value)
        case .node(let node): try write(node)
        case .relationship(let relationship):
            try structure(tag: 0x52, fields: 8)
            write(relationship.id)
            write(relationship.start)
            write(relationship.end)
            try write(relationship.type)
            try write(relationship.properties)
            try write(relationship.elementID)
            try write(relationship.startElementID)
            try write(relationship.endElementID)
        case .unboundRelationship(let relationship): try write(relationship)
        case .path(let path):
            try structure(tag: 0x50, fields: 3)
            try size(path.nodes.count, tiny: 0x90, wide: 0xD4)
            for node in path.nodes { try write(node) }
            try size(path.relationships.count, tiny: 0x90, wide: 0xD4)
            for relationship in path.relationships { try write(relationship) }
            try size(path.indices.count, tiny: 0x90, wide: 0xD4)
            for index in path.indices { write(Int64(index)) }
        case .structure(let value):
            try structure(tag: value.tag, fields: value.fields.count)
            for field in value.fields { try write(field) }
        }
    }

    package mutating func write(_ map: [String: BoltValue]) throws(PackStreamError) {
        try size(map.count, tiny: 0xA0, wide: 0xD8)
        // One value has one form, so that tests and captures can be compared.
        for (key, value) in map.sorted(by: { $0.key < $1.key }) {
            try write(key)
            try write(value)
        }
    }

    /// The head of a structure; its fields are to follow.
    package mutating func structure(tag: UInt8, fields: Int) throws(PackStreamError) {
        guard fields <= 15 else {
            throw PackStreamError(.tooLarge, "a structure has at most 15 fields, not \(fields)", at: bytes.count)
        }
        bytes.append(0xB0 | UInt8(fields))
        bytes.append(tag)
    }

    package mutating func write(_ value: Int64) {
        switch value {
        case -16...127: bytes.append(UInt8(truncatingIfNeeded: value))
        case -128 ... -17:
            bytes.append(0xC8)
            bytes.append(UInt8(truncatingIfNeeded: value))
        case Int64(Int16.min)...Int64(Int16.max):
            bytes.append(0xC9)
            append(UInt16(truncatingIfNeeded: value))
        case Int64(Int32.min)...Int64(Int32.max):
            bytes.append(0xCA)
            append(UInt32(truncatingIfNeeded: value))
        default:
            bytes.append(0xCB)
            append(UInt64(bitPattern: value))
        }
    }

    package mutating func write(_ text: String) throws(PackStreamError) {
        try size(text.utf8.count, tiny: 0x80, wide: 0xD0)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func write(_ node: BoltNode) throws(PackStreamError) {
        try structure(tag: 0x4E, fields: 4)
        write(node.id)
        try size(node.labels.count, tiny: 0x90, wide: 0xD4)
        for label in node.labels { try write(label) }
        try write(node.properties)
        try write(node.elementID)
    }

    private mutating func write(_ relationship: BoltUnboundRelationship) throws(PackStreamError) {
        try structure(tag: 0x72, fields: 4)
        write(relationship.id)
        try write(relationship.type)
        try write(relationship.properties)
        try write(relationship.elementID)
    }

    /// A marker with its size; the three wide markers of a kind follow each other.
    private mutating func size(_ count: Int, tiny: UInt8?, wide: UInt8) throws(PackStreamError) {
        if let tiny, count < 16 {
            bytes.append(tiny | UInt8(count))
        } else if count <= Int(UInt8.max) {
            bytes.append(wide)
            bytes.append(UInt8(count))
        } else if count <= Int(UInt16.max) {
            bytes.append(wide + 1)
            append(UInt16(count))
        } else if let count = UInt32(exactly: count) {
            bytes.append(wide + 2)
            append(count)
        } else {
            throw PackStreamError(.tooLarge, "\(count) is more than a size can say", at: bytes.count)
        }
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
