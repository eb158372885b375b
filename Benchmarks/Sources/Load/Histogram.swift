/// Counts durations in buckets that are each less than one per cent wide, in memory that does not grow.
struct Histogram {
    /// As many buckets in each power of two.
    private static let mantissaBits = 7
    private var counts = [UInt64](repeating: 0, count: 64 << mantissaBits)
    private(set) var count: UInt64 = 0
    private(set) var maximum: UInt64 = 0
    private var sum: Double = 0

    /// - Parameter value: in nanoseconds.
    mutating func record(_ value: UInt64) {
        counts[Self.index(value)] += 1
        count += 1
        maximum = max(maximum, value)
        sum += Double(value)
    }

    /// The value that this part of all values does not exceed, in nanoseconds, at most one per cent too high.
    func quantile(_ part: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let rank = UInt64((Double(count) * part).rounded(.up))
        var seen: UInt64 = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen >= max(rank, 1) { return min(Self.upper(index), maximum) }
        }
        return maximum
    }

    /// In nanoseconds.
    var mean: Double { count == 0 ? 0 : sum / Double(count) }

    private static func index(_ value: UInt64) -> Int {
        let bits = UInt64.bitWidth - value.leadingZeroBitCount
        guard bits > mantissaBits else { return Int(value) }
        let shift = bits - mantissaBits - 1
        return ((shift + 1) << mantissaBits) + Int((value >> UInt64(shift)) & ((1 << mantissaBits) - 1))
    }

    /// The largest value of a bucket.
    private static func upper(_ index: Int) -> UInt64 {
        guard index >= 1 << mantissaBits else { return UInt64(index) }
        let shift = UInt64((index >> mantissaBits) - 1)
        let mantissa = UInt64(index & ((1 << mantissaBits) - 1)) | (1 << UInt64(mantissaBits))
        return ((mantissa + 1) << shift) - 1
    }
}
