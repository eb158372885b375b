internal import Core
internal import SwiftASN1

/// An ASN.1 value on its way to DER (X.690 §10), as wrong as its author likes.
indirect enum ASN1Value {
    case sequence([ASN1Value])
    /// SET OF: the elements are sorted by their encoding (X.690 §11.6).
    case set([ASN1Value])
    /// A constructed value under a context-specific tag, explicit or a tagged sequence.
    case tagged(UInt, [ASN1Value])
    /// A primitive value under a context-specific tag.
    case taggedBytes(UInt, [UInt8])
    case object(ASN1ObjectIdentifier)
    case boolean(Bool)
    /// A number that is not negative, as big-endian bytes.
    case integer([UInt8])
    case octets([UInt8])
    case bits([UInt8], unused: UInt8)
    case null
    case utf8(String)
    case printable(String)
    /// UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5).
    case time(Instant)
    /// GeneralizedTime, with a fraction when the instant has one.
    case generalizedTime(Instant)
    case utcTime(Instant)
    /// A value that is encoded already.
    case encoded([UInt8])

    static func integer(_ value: Int) -> ASN1Value {
        .integer(withUnsafeBytes(of: value.bigEndian) { Array($0) })
    }

    /// The value in DER.
    func der() throws -> [UInt8] {
        var serializer = DER.Serializer()
        try write(to: &serializer)
        return serializer.serializedBytes
    }

    private func write(to serializer: inout DER.Serializer) throws {
        switch self {
        case .sequence(let values): try Self.write(values, .sequence, to: &serializer)
        case .set(let values):
            let encoded = try values.map { try $0.der() }.sorted { $0.lexicographicallyPrecedes($1) }
            try Self.write(encoded.map { .encoded($0) }, .set, to: &serializer)
        case .tagged(let number, let values):
            try Self.write(values, Self.tag(number), to: &serializer)
        case .taggedBytes(let number, let bytes): Self.writeBytes(bytes, Self.tag(number), to: &serializer)
        case .object(let identifier): try serializer.serialize(identifier)
        case .boolean(let value): Self.writeBytes([value ? 0xFF : 0], .boolean, to: &serializer)
        case .integer(let bytes):
            var magnitude = Array(bytes.drop { $0 == 0 })
            if magnitude.first.map({ $0 >= 0x80 }) ?? true { magnitude.insert(0, at: 0) }
            Self.writeBytes(magnitude, .integer, to: &serializer)
        case .octets(let bytes): Self.writeBytes(bytes, .octetString, to: &serializer)
        case .bits(let bytes, let unused): Self.writeBytes([unused] + bytes, .bitString, to: &serializer)
        case .null: Self.writeBytes([], .null, to: &serializer)
        case .utf8(let text): Self.writeBytes(Array(text.utf8), .utf8String, to: &serializer)
        case .printable(let text): Self.writeBytes(Array(text.utf8), .printableString, to: &serializer)
        case .time(let instant):
            let value: ASN1Value = instant.calendar.year < 2050 ? .utcTime(instant) : .generalizedTime(instant)
            try value.write(to: &serializer)
        case .generalizedTime(let instant):
            Self.writeBytes(Array(Self.text(of: instant, century: true).utf8), .generalizedTime, to: &serializer)
        case .utcTime(let instant):
            Self.writeBytes(Array(Self.text(of: instant, century: false).utf8), .utcTime, to: &serializer)
        case .encoded(let bytes): serializer.serializeRawBytes(bytes)
        }
    }

    private static func tag(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }

    private static func writeBytes(_ bytes: [UInt8], _ identifier: ASN1Identifier, to serializer: inout DER.Serializer)
    {
        serializer.appendPrimitiveNode(identifier: identifier) { $0.append(contentsOf: bytes) }
    }

    private static func write(
        _ values: [ASN1Value], _ identifier: ASN1Identifier, to serializer: inout DER.Serializer
    ) throws {
        try serializer.appendConstructedNode(identifier: identifier) { inner in
            for value in values { try value.write(to: &inner) }
        }
    }

    // RFC 3339 "2026-01-20T10:00:00.5Z" becomes "20260120100000.5Z": the fraction is already without trailing zeros.
    private static func text(of instant: Instant, century: Bool) -> String {
        let full = instant.description.filter { !"-:T".contains($0) }
        if century { return full }
        return String(full.dropFirst(2).prefix(12)) + "Z"
    }
}
