internal import Foundation

/// When requests are to start, whatever becomes of earlier ones.
struct Arrivals {
    enum Kind: String {
        case poisson, constant
    }

    private let kind: Kind
    private let interval: Double
    private var time: Double
    private var state: UInt64

    /// - Parameters:
    ///   - rate: how many a second on average.
    ///   - start: when the first may start, in nanoseconds.
    init(_ kind: Kind, rate: Double, start: UInt64, seed: UInt64) {
        self.kind = kind
        interval = 1e9 / rate
        time = Double(start)
        state = seed
    }

    /// The next start, in nanoseconds.
    mutating func next() -> UInt64 {
        switch kind {
        case .constant: time += interval
        case .poisson: time -= log(1 - uniform()) * interval
        }
        return UInt64(time)
    }

    /// From 0 up to 1 (SplitMix64), the same on every run.
    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(1 << 53)
    }
}

/// First in, first out, in amortised constant time.
struct Queue<Element> {
    private var items: [Element] = []
    private var head = 0

    var count: Int { items.count - head }

    mutating func append(_ item: Element) { items.append(item) }

    mutating func popFirst() -> Element? {
        guard head < items.count else { return nil }
        let item = items[head]
        head += 1
        if head > 4_096, head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
        return item
    }
}
