import Risk
import TestSupport
import Testing

/// Posting lists are sets that are written in one way.
@Suite struct PostingsTests {
    static func random(_ random: inout SeededGenerator) -> Set<UInt64> {
        let bits = random.below(64) + 1
        return Set((0..<random.below(60)).map { _ in random.next() >> UInt64(64 - bits) })
    }

    @Test func listsAreSets() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let one = Self.random(&random)
            // Half of the time with something in common.
            let other = random.oneIn(2) ? Self.random(&random) : Set(random.some(of: one.sorted()))
            let (first, second) = try (Postings(one.sorted()), Postings(other.sorted()))
            #expect(Array(first) == one.sorted())
            #expect(first.count == one.count && first.last == one.max() && first.isEmpty == one.isEmpty)
            #expect(Array(first.intersection(second)) == one.intersection(other).sorted())
            #expect(Array(first.union(second)) == one.union(other).sorted())
            #expect(Array(first.subtracting(second)) == one.subtracting(other).sorted())
            #expect(try Postings(parsing: first.bytes) == first)
            for number in other { #expect(first.contains(number) == one.contains(number)) }
        }
    }

    @Test func theExtremesFit() throws {
        let list = try Postings([0, 1, UInt64.max - 1, .max] as [UInt64])
        #expect(Array(try Postings(parsing: list.bytes)) == [0, 1, .max - 1, .max])
        #expect(try Postings([300] as [UInt32]).bytes == [0xAC, 0x02])
    }

    @Test func nodesCloseTogetherTakeAByteEach() throws {
        #expect(try Postings((UInt32(1_000)..<2_000)).bytes.count == 1_001)
    }

    @Test(arguments: [[5, 5], [5, 4]] as [[UInt64]])
    func whatDoesNotAscendIsRefused(numbers: [UInt64]) {
        #expect(CompactGraphTests.code { _ = try Postings(numbers) } == .invalid)
    }

    @Test(
        arguments: [
            ([0x05, 0x00], "a distance of zero"), ([0x80], "the end within a number"),
            ([0x85, 0x00], "a superfluous byte"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], "65 bits"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x01], "eleven bytes"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01], "past the largest number"),
        ] as [([UInt8], String)])
    func otherBytesAreRefused(bytes: [UInt8], why: String) {
        #expect(CompactGraphTests.code { _ = try Postings(parsing: bytes) } == .malformed, "\(why)")
    }

    @Test func capsHold() throws {
        let list = try Postings([1, 2, 300] as [UInt64])
        #expect(CompactGraphTests.code { _ = try Postings(parsing: list.bytes, atMost: 2) } == .tooLarge)
        #expect(CompactGraphTests.code { _ = try Postings(parsing: list.bytes, atMost: 3) } == nil)
        #expect(CompactGraphTests.code { _ = try Postings(parsing: list.bytes, maximum: 299) } == .malformed)
        #expect(CompactGraphTests.code { _ = try Postings(parsing: list.bytes, maximum: 300) } == nil)
        #expect(CompactGraphTests.code { _ = try Postings([1, 2, 3] as [UInt64], atMost: 2) } == .tooLarge)
    }

    @Test func anyBytesAreAListOrRefused() {
        var random = SeededGenerator(seed: 12)
        var read = 0
        for _ in 0..<5_000 {
            let bytes = (0..<random.below(12)).map { _ in
                UInt8(truncatingIfNeeded: random.next() >> UInt64(random.below(8)))
            }
            guard let list = try? Postings(parsing: bytes) else { continue }
            read += 1
            let numbers = Array(list)
            #expect(numbers.count == list.count && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
            #expect((try? Postings(numbers))?.bytes == bytes)
        }
        #expect(read > 100)
    }
}
