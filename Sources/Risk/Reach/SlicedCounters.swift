/// Many counters side by side: bit `n` of all of them lies together, so that one addition serves 64 at a time.
struct SlicedCounters {
    private static let planeCount = 32
    private let wordCount: Int
    private var planes: [UInt64]

    /// - Parameter wordCount: a 64th of the number of counters.
    init(wordCount: Int) {
        self.wordCount = wordCount
        planes = [UInt64](repeating: 0, count: wordCount * Self.planeCount)
    }

    /// Adds a number to each counter whose bit is set.
    mutating func add(_ number: UInt32, to set: UnsafeBufferPointer<UInt64>) {
        planes.withUnsafeMutableBufferPointer { planes in
            for word in 0..<wordCount where set[word] != 0 {
                var rest = number
                while rest != 0 {
                    var plane = rest.trailingZeroBitCount
                    rest &= rest &- 1
                    var carry = set[word]
                    // No counter passes the number of nodes, which 32 bits hold.
                    while carry != 0, plane < Self.planeCount {
                        let place = plane * wordCount + word
                        (planes[place], carry) = (planes[place] ^ carry, planes[place] & carry)
                        plane += 1
                    }
                }
            }
        }
    }

    /// What a counter stands at.
    subscript(counter: Int) -> Int {
        (0..<Self.planeCount).reduce(0) { sum, plane in
            sum | Int(planes[plane * wordCount + counter >> 6] >> UInt64(counter & 63) & 1) << plane
        }
    }
}
