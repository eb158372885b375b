import Core

/// The other signature that ECDSA makes valid along with each one: (r, n − s) besides (r, s).
enum ECDSATwin {
    private static let orders: [(size: Int, hex: String)] = [
        (32, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        (48, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    ]

    /// The twin of a signature in DER; `nil` when the bytes are not one of P-256 or P-384.
    static func of(_ der: [UInt8]) -> [UInt8]? {
        guard der.count >= 8, der[0] == 0x30, Int(der[1]) == der.count - 2, der[2] == 0x02 else { return nil }
        let first = 4..<(4 + Int(der[3]))
        guard first.upperBound + 2 < der.count, der[first.upperBound] == 0x02 else { return nil }
        let second = (first.upperBound + 2)..<(first.upperBound + 2 + Int(der[first.upperBound + 1]))
        guard second.upperBound == der.count else { return nil }
        let r = der[first].drop { $0 == 0 }
        let s = der[second].drop { $0 == 0 }
        guard s.count > 20,
            let order = orders.first(where: { max(r.count, s.count) <= $0.size && s.count > $0.size - 8 }),
            let n = Hex.decode(order.hex)
        else { return nil }
        let padded = [UInt8](repeating: 0, count: order.size - s.count) + s
        var difference = [UInt8](repeating: 0, count: order.size)
        var borrow = 0
        for index in n.indices.reversed() {
            var digit = Int(n[index]) - Int(padded[index]) - borrow
            borrow = digit < 0 ? 1 : 0
            if digit < 0 { digit += 256 }
            difference[index] = UInt8(digit)
        }
        var twin = Array(difference.drop { $0 == 0 })
        if let high = twin.first, high >= 0x80 { twin.insert(0, at: 0) }
        let body = der[2..<first.upperBound] + [0x02, UInt8(twin.count)] + twin
        return [0x30, UInt8(body.count)] + body
    }
}
