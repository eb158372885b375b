/// SplitMix64 (Steele, Lea, Flood 2014): the same inputs on every run, so that a failure can be found again.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// True once in so many times.
    package mutating func oneIn(_ times: Int) -> Bool { below(times) == 0 }

    /// Some of the elements, each as likely as not.
    package mutating func some<Element>(of elements: [Element]) -> [Element] { elements.filter { _ in oneIn(2) } }

    /// A text of characters from an alphabet.
    package mutating func text(of alphabet: [Unicode.Scalar], upTo length: Int) -> String {
        var result = String.UnicodeScalarView()
        for _ in 0..<below(length + 1) { result.append(alphabet[below(alphabet.count)]) }
        return String(result)
    }
}
