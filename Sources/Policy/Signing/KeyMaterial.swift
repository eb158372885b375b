internal import Core

/// What makes a key another key: its bits, without the algorithm identifier around them.
///
/// One RSA key can be written with several algorithm identifiers (RFC 4055 §1.2), each a SubjectPublicKeyInfo with a
/// fingerprint of its own; as a threshold counts keys, they must count once.
struct KeyMaterial: Hashable, Sendable {
    private let bits: ArraySlice<UInt8>

    init(_ key: PublicKey) {
        let info = key.subjectPublicKeyInfo[...]
        // SEQUENCE { SEQUENCE algorithm, BIT STRING bits }, in DER that was read before.
        if let outer = Self.content(of: info), let algorithm = Self.content(of: outer) {
            bits = outer[algorithm.endIndex...]
        } else {
            bits = info
        }
    }

    /// The content of the DER value that some bytes begin with.
    private static func content(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= 2 else { return nil }
        let first = Int(bytes[bytes.startIndex + 1])
        var start = bytes.startIndex + 2
        var length = first
        if first >= 0x80 {
            let count = first & 0x7F
            guard (1...4).contains(count), bytes.endIndex - start >= count else { return nil }
            length = bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard bytes.endIndex - start >= length else { return nil }
        return bytes[start..<start + length]
    }

    static func == (left: Self, right: Self) -> Bool { left.bits.elementsEqual(right.bits) }

    func hash(into hasher: inout Hasher) { hasher.combine(Array(bits)) }
}
