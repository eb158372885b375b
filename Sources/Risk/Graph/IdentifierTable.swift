/// Finds the number of an identifier among many, for a build that asks twice for each edge.
struct IdentifierTable {
    private let identifiers: [Int64]
    private let first: Int64
    /// For identifiers that lie close together: a bit for each that could be, and how many are before each word of it.
    private var bits: [UInt64] = []
    private var before: [UInt32] = []
    /// For others: where the identifiers begin whose distance to the first, shifted, is the index.
    private var starts: [UInt32] = []
    private var shift: UInt64 = 0

    /// - Parameter identifiers: strictly ascending.
    init(_ identifiers: [Int64]) {
        self.identifiers = identifiers
        first = identifiers.first ?? 0
        guard let last = identifiers.last else { return }
        let span = UInt64(bitPattern: last &- first)
        if span / 64 <= UInt64(max(1_024, identifiers.count)) {
            let words = Int(span / 64) + 1
            bits = [UInt64](repeating: 0, count: words)
            for identifier in identifiers {
                let place = UInt64(bitPattern: identifier &- first)
                bits[Int(place >> 6)] |= 1 << (place & 63)
            }
            before.reserveCapacity(words)
            var count: UInt32 = 0
            for word in bits {
                before.append(count)
                count += UInt32(word.nonzeroBitCount)
            }
        } else {
            let buckets = min(1 << 22, max(1, identifiers.count))
            while span >> shift >= UInt64(buckets) { shift += 1 }
            starts = [UInt32](repeating: 0, count: Int(span >> shift) + 2)
            for identifier in identifiers { starts[Int(UInt64(bitPattern: identifier &- first) >> shift) + 1] += 1 }
            for index in 1..<starts.count { starts[index] += starts[index - 1] }
        }
    }

    /// The number of an identifier; `nil` when it is none of them.
    @inline(__always)
    func number(of identifier: Int64) -> UInt32? {
        guard !identifiers.isEmpty, identifier >= first else { return nil }
        let place = UInt64(bitPattern: identifier &- first)
        if !bits.isEmpty {
            guard place >> 6 < UInt64(bits.count) else { return nil }
            let word = bits[Int(place >> 6)]
            let bit: UInt64 = 1 << (place & 63)
            guard word & bit != 0 else { return nil }
            return before[Int(place >> 6)] + UInt32((word & (bit - 1)).nonzeroBitCount)
        }
        let bucket = place >> shift
        guard bucket < UInt64(starts.count - 1) else { return nil }
        var low = Int(starts[Int(bucket)])
        var high = Int(starts[Int(bucket) + 1])
        while low < high {
            let middle = (low + high) / 2
            if identifiers[middle] < identifier { low = middle + 1 } else { high = middle }
        }
        return low < identifiers.count && identifiers[low] == identifier ? UInt32(low) : nil
    }
}
