/// A strictly ascending list of numbers, kept as the distances between them in LEB128: about two bytes each.
///
/// The bytes are the first number, then the distance of each to the one before. There is one spelling: no distance of
/// zero, no superfluous bytes.
package struct Postings: Hashable, Sendable, Sequence {
    /// The most numbers in a list that is read from outside, unless another cap is given.
    package static let defaultLimit = 100_000_000

    package private(set) var bytes: [UInt8]
    package private(set) var count: Int
    /// The largest number.
    package private(set) var last: UInt64?

    /// An empty list.
    package init() {
        bytes = []
        count = 0
        last = nil
    }

    /// A list of some numbers.
    ///
    /// - Throws: ``RiskError`` `invalid` when they do not ascend strictly, `tooLarge` over the limit.
    package init(_ numbers: some Sequence<UInt64>, atMost limit: Int = defaultLimit) throws(RiskError) {
        self.init()
        for number in numbers {
            try RiskError.check(count + 1, "numbers in a list", atMost: limit)
            try append(number)
        }
    }

    /// A list of some nodes.
    ///
    /// - Throws: ``RiskError`` `invalid` when they do not ascend strictly.
    package init(_ nodes: some Sequence<UInt32>, atMost limit: Int = defaultLimit) throws(RiskError) {
        try self.init(nodes.lazy.map(UInt64.init), atMost: limit)
    }

    /// Reads a list.
    ///
    /// - Parameters:
    ///   - limit: the most numbers it may have.
    ///   - maximum: the largest number it may have, such as `UInt32.max` for nodes.
    /// - Throws: ``RiskError`` `malformed` when it is no list, `tooLarge` over the limit.
    package init(
        parsing bytes: [UInt8], atMost limit: Int = defaultLimit, maximum: UInt64 = .max
    ) throws(RiskError) {
        var index = 0
        var last: UInt64?
        var count = 0
        while index < bytes.count {
            let distance = try Self.read(bytes, &index)
            let (number, overflow) = (last ?? 0).addingReportingOverflow(distance)
            guard !overflow, last == nil || distance > 0, number <= maximum else {
                throw RiskError(.malformed, "number \(count) of a posting list does not ascend or passes \(maximum)")
            }
            last = number
            count += 1
            try RiskError.check(count, "numbers in a list", atMost: limit)
        }
        self.bytes = bytes
        self.count = count
        self.last = last
    }

    private static func read(_ bytes: [UInt8], _ index: inout Int) throws(RiskError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            // The tenth byte holds the one bit that is left of 64.
            guard shift < 63 || byte <= 1 else {
                throw RiskError(.malformed, "a number of a posting list has over 64 bits")
            }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else {
                    throw RiskError(.malformed, "a number of a posting list is longer than it needs to be")
                }
                return value
            }
            shift += 7
        }
        throw RiskError(.malformed, "a posting list ends within a number")
    }

    /// Adds a number behind the others.
    ///
    /// - Throws: ``RiskError`` `invalid` when it is not larger than all of them.
    package mutating func append(_ number: UInt64) throws(RiskError) {
        if let last, number <= last {
            throw RiskError(.invalid, "\(number) does not come behind \(last) in an ascending list")
        }
        var distance = number - (last ?? 0)
        while distance > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: distance) | 0x80)
            distance >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: distance))
        count += 1
        last = number
    }

    /// Goes through the numbers in ascending order.
    package struct Iterator: IteratorProtocol {
        private let bytes: [UInt8]
        private var index = 0
        private var current: UInt64 = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        package mutating func next() -> UInt64? {
            guard index < bytes.count else { return nil }
            var byte = bytes[index]
            index += 1
            var distance = UInt64(byte & 0x7F)
            var shift: UInt64 = 7
            // The bytes were checked when the list was made, so that each number ends within them.
            while byte & 0x80 != 0 {
                byte = bytes[index]
                index += 1
                distance |= UInt64(byte & 0x7F) << shift
                shift += 7
            }
            current += distance
            return current
        }
    }

    package func makeIterator() -> Iterator { Iterator(bytes) }
    package var underestimatedCount: Int { count }
    package var isEmpty: Bool { count == 0 }

    /// Whether a number is in the list; it is searched from the beginning.
    package func contains(_ number: UInt64) -> Bool {
        guard let last, number <= last else { return false }
        for other in self where other >= number { return other == number }
        return false
    }

    /// The numbers that are in both lists.
    package func intersection(_ other: Postings) -> Postings {
        combined(other) { inOne, inOther in inOne && inOther }
    }

    /// The numbers that are in one of the lists or both.
    package func union(_ other: Postings) -> Postings {
        combined(other) { inOne, inOther in inOne || inOther }
    }

    /// The numbers that are in this list and not in the other.
    package func subtracting(_ other: Postings) -> Postings {
        combined(other) { inOne, inOther in inOne && !inOther }
    }

    private func combined(_ other: Postings, _ isKept: (Bool, Bool) -> Bool) -> Postings {
        var result = Postings()
        var ones = makeIterator()
        var others = other.makeIterator()
        var one = ones.next()
        var next = others.next()
        while one != nil || next != nil {
            let number = Swift.min(one ?? .max, next ?? .max)
            let inOne = one == number
            let inOther = next == number
            // Numbers come in ascending order here, which is all that appending demands.
            if isKept(inOne, inOther) { try? result.append(number) }
            if inOne { one = ones.next() }
            if inOther { next = others.next() }
        }
        return result
    }
}
