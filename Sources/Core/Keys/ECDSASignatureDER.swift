/// An ECDSA signature in DER (RFC 3279 §2.2.3): a sequence of the integers r and s.
///
/// It is read here because a general DER reader takes a good part of the time in which P-256 is verified.
enum ECDSASignatureDER {
    /// r ‖ s, each of the curve's size (IEEE P1363); `nil` when the bytes are not exactly one signature in DER.
    static func raw(_ der: [UInt8], coordinateBytes size: Int) -> [UInt8]? {
        var rest = der[...]
        guard var integers = value(tag: 0x30, from: &rest), rest.isEmpty,
            let r = integer(from: &integers, size: size), let s = integer(from: &integers, size: size),
            integers.isEmpty
        else { return nil }
        var raw = [UInt8](repeating: 0, count: 2 * size)
        raw.replaceSubrange((size - r.count)..<size, with: r)
        raw.replaceSubrange((2 * size - s.count)..., with: s)
        return raw
    }

    /// An integer without its sign byte: not negative, in the shortest form, at most `size` bytes.
    private static func integer(from rest: inout ArraySlice<UInt8>, size: Int) -> ArraySlice<UInt8>? {
        guard var bytes = value(tag: 0x02, from: &rest), let first = bytes.first, first < 0x80 else { return nil }
        if first == 0, bytes.count > 1 {
            bytes = bytes.dropFirst()
            guard let second = bytes.first, second >= 0x80 else { return nil }
        }
        return bytes.count <= size ? bytes : nil
    }

    /// The contents of an element; a signature of P-521 needs one byte of length more than the others.
    private static func value(tag: UInt8, from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.popFirst() == tag, let first = rest.popFirst() else { return nil }
        var count = Int(first)
        if first == 0x81 {
            guard let next = rest.popFirst(), next >= 0x80 else { return nil }
            count = Int(next)
        } else if first >= 0x80 {
            return nil
        }
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
