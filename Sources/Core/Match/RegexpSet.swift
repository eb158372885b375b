/// A set of Unicode scalars: a bitmap for ASCII, sorted ranges above.
struct RegexpSet: Sendable, Hashable {
    private let low: UInt64
    private let high: UInt64
    /// Sorted, disjoint, and all at or above U+0080.
    private let ranges: [ClosedRange<UInt32>]

    /// Makes the union of ranges, or its complement.
    init(_ ranges: [ClosedRange<UInt32>], negated: Bool = false) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var above: [ClosedRange<UInt32>] = []
        for range in negated ? Self.complement(ranges) : Self.merge(ranges) {
            for value in range.clamped(to: 0...0x7F) where range.contains(value) {
                if value < 64 { low |= 1 << value } else { high |= 1 << (value - 64) }
            }
            if range.upperBound > 0x7F { above.append(max(range.lowerBound, 0x80)...range.upperBound) }
        }
        self.low = low
        self.high = high
        self.ranges = above
    }

    @inline(__always)
    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return low >> UInt64(value) & 1 != 0 }
        if value < 128 { return high >> UInt64(value - 64) & 1 != 0 }
        return containsAboveASCII(value)
    }

    private func containsAboveASCII(_ value: UInt32) -> Bool {
        var from = 0
        var to = ranges.count
        while from < to {
            let middle = (from + to) / 2
            if value < ranges[middle].lowerBound {
                to = middle
            } else if value > ranges[middle].upperBound {
                from = middle + 1
            } else {
                return true
            }
        }
        return false
    }

    /// All scalars that are in none of the ranges, as sorted ranges.
    static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in merge(ranges) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    /// Adds the other case of every ASCII letter.
    static func foldingCase(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result = ranges
        let alphabets: [ClosedRange<UInt32>] = [0x41...0x5A, 0x61...0x7A]
        for range in ranges {
            for alphabet in alphabets where range.overlaps(alphabet) {
                let letters = range.clamped(to: alphabet)
                result.append((letters.lowerBound ^ 0x20)...(letters.upperBound ^ 0x20))
            }
        }
        return result
    }

    private static func merge(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
