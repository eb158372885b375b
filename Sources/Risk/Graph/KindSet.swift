/// A set of one-byte kinds, of edges or of nodes.
package struct KindSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var words = SIMD4<UInt64>(repeating: 0)

    /// Every kind there can be.
    package static let all: KindSet = {
        var set = KindSet()
        set.words = SIMD4(repeating: .max)
        return set
    }()

    package init() {}

    package init(_ kinds: some Sequence<UInt8>) {
        for kind in kinds { insert(kind) }
    }

    package init(arrayLiteral kinds: UInt8...) { self.init(kinds) }

    package mutating func insert(_ kind: UInt8) { words[Int(kind >> 6)] |= 1 << UInt64(kind & 63) }

    @inline(__always)
    package func contains(_ kind: UInt8) -> Bool { words[Int(kind >> 6)] >> UInt64(kind & 63) & 1 == 1 }

    package var isAll: Bool { self == .all }
    package var isEmpty: Bool { self == KindSet() }
}
