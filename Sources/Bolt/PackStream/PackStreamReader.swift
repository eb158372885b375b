internal import Core

/// Reads PackStream from bytes that are all there.
package struct PackStreamReader: Sendable {
    private let bytes: [UInt8]
    private let limits: PackStreamLimits
    /// The next byte.
    package private(set) var offset = 0
    private var values = 0
    private var depth = 0

    /// - Throws: ``PackStreamError`` with code `tooLarge` when there are more bytes than are read.
    package init(_ bytes: [UInt8], limits: PackStreamLimits = PackStreamLimits()) throws(PackStreamError) {
        self.bytes = bytes
        self.limits = limits
        try check(limits.bytes, bytes.count, at: 0)
    }

    /// Reads the only value of some bytes.
    ///
    /// - Throws: ``PackStreamError`` with the place.
    package static func value(
        _ bytes: [UInt8], limits: PackStreamLimits = PackStreamLimits()
    ) throws(PackStreamError) -> BoltValue {
        var reader = try PackStreamReader(bytes, limits: limits)
        let value = try reader.value()
        try reader.end()
        return value
    }

    /// - Throws: ``PackStreamError`` with code `trailing` when something follows.
    package func end() throws(PackStreamError) {
        guard offset == bytes.count else {
            throw PackStreamError(.trailing, "\(bytes.count - offset) bytes follow the value", at: offset)
        }
    }

    /// The next value.
    package mutating func value() throws(PackStreamError) -> BoltValue {
        let start = offset
        try count(1, at: start)
        let marker = try byte()
        switch marker {
        case 0x00...0x7F, 0xF0...0xFF: return .int(Int64(Int8(bitPattern: marker)))
        case 0x80...0x8F, 0xD0...0xD2: return .string(try text(try size(marker, tiny: 0x80, wide: 0xD0), at: start))
        case 0x90...0x9F, 0xD4...0xD6: return .list(try list(try size(marker, tiny: 0x90, wide: 0xD4), at: start))
        case 0xA0...0xAF, 0xD8...0xDA: return .map(try map(try size(marker, tiny: 0xA0, wide: 0xD8), at: start))
        case 0xB0...0xBF: return try structure(Int(marker & 0x0F), at: start)
        case 0xC0: return .null
        case 0xC1: return .float(Double(bitPattern: try integer(UInt64.self)))
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC8: return .int(Int64(try integer(Int8.self)))
        case 0xC9: return .int(Int64(try integer(Int16.self)))
        case 0xCA: return .int(Int64(try integer(Int32.self)))
        case 0xCB: return .int(try integer(Int64.self))
        case 0xCC...0xCE: return .bytes(Array(try take(try size(marker, tiny: nil, wide: 0xCC), at: start)))
        default:
            throw PackStreamError(.marker, "\(Hex.encode([marker])) begins no value", at: start)
        }
    }

    /// The head of a structure: its tag and the number of its fields.
    package mutating func head() throws(PackStreamError) -> (tag: UInt8, fields: Int) {
        let start = offset
        let marker = try byte()
        guard marker & 0xF0 == 0xB0 else {
            throw PackStreamError(.shape, "a structure was expected, not \(Hex.encode([marker]))", at: start)
        }
        return (try byte(), Int(marker & 0x0F))
    }

    private mutating func list(_ size: Int, at start: Int) throws(PackStreamError) -> [BoltValue] {
        try enter(size, at: start)
        defer { depth -= 1 }
        var result: [BoltValue] = []
        result.reserveCapacity(min(size, 4_096))
        for _ in 0..<size { result.append(try value()) }
        return result
    }

    private mutating func map(_ size: Int, at start: Int) throws(PackStreamError) -> [String: BoltValue] {
        try enter(size * 2, at: start)
        defer { depth -= 1 }
        var result: [String: BoltValue] = [:]
        result.reserveCapacity(min(size, 4_096))
        for _ in 0..<size {
            let place = offset
            try count(1, at: place)
            let marker = try byte()
            guard marker & 0xF0 == 0x80 || (0xD0...0xD2).contains(marker) else {
                throw PackStreamError(.shape, "a map's key is a string, not \(Hex.encode([marker]))", at: place)
            }
            let key = try text(try self.size(marker, tiny: 0x80, wide: 0xD0), at: place)
            guard result.updateValue(try value(), forKey: key) == nil else {
                throw PackStreamError(
                    .duplicateKey, "the key \(PrintableText.quote(key.excerpt(100))) occurs twice in a map", at: place)
            }
        }
        return result
    }

    private mutating func structure(_ size: Int, at start: Int) throws(PackStreamError) -> BoltValue {
        let tag = try byte()
        let structure = BoltStructure(tag: tag, fields: try list(size, at: start))
        guard let value = BoltValue(structure) else {
            throw PackStreamError(
                .shape, "the \(size) fields of a structure with tag \(Hex.encode([tag])) are not what it promises",
                at: start)
        }
        return value
    }

    /// Going into something of so many parts, each of which takes a byte at least.
    private mutating func enter(_ parts: Int, at start: Int) throws(PackStreamError) {
        depth += 1
        try check(limits.depth, depth, at: start)
        guard parts <= bytes.count - offset else {
            throw PackStreamError(
                .truncated, "\(parts) parts are announced, but \(bytes.count - offset) bytes are left", at: start)
        }
    }

    private mutating func text(_ size: Int, at start: Int) throws(PackStreamError) -> String {
        guard let text = String(validating: try take(size, at: start), as: UTF8.self) else {
            throw PackStreamError(.text, "a string is not UTF-8", at: start)
        }
        return text
    }

    private mutating func size(_ marker: UInt8, tiny: UInt8?, wide: UInt8) throws(PackStreamError) -> Int {
        if let tiny, marker & 0xF0 == tiny { return Int(marker & 0x0F) }
        return switch marker - wide {
        case 0: Int(try integer(UInt8.self))
        case 1: Int(try integer(UInt16.self))
        default: Int(try integer(UInt32.self))
        }
    }

    private mutating func take(_ size: Int, at start: Int) throws(PackStreamError) -> ArraySlice<UInt8> {
        guard size <= bytes.count - offset else {
            throw PackStreamError(
                .truncated, "\(size) bytes are announced, but \(bytes.count - offset) are left", at: start)
        }
        defer { offset += size }
        return bytes[offset..<offset + size]
    }

    private mutating func byte() throws(PackStreamError) -> UInt8 {
        guard offset < bytes.count else { throw PackStreamError(.truncated, "the bytes end", at: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(PackStreamError) -> Number {
        var number: Number = 0
        for byte in try take(Number.bitWidth / 8, at: offset) {
            // Shifting by 8 would be the whole width of the smallest.
            number = Number.bitWidth == 8 ? Number(truncatingIfNeeded: byte) : number << 8 | Number(byte)
        }
        return number
    }

    private mutating func count(_ more: Int, at start: Int) throws(PackStreamError) {
        values += more
        try check(limits.values, values, at: start)
    }

    private func check(_ cap: Cap, _ seen: Int, at place: Int) throws(PackStreamError) {
        do throws(CapExceeded) { try cap.check(seen) } catch {
            throw PackStreamError(.tooLarge, error.description, at: place)
        }
    }
}
