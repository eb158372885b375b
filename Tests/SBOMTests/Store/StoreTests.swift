import Core
import TestSupport
import Testing

@testable import SBOM

@Suite struct StoreTests {
    @Test func textsAreKeptOnceAndReadBack() {
        var table = TextTable()
        var generator = SeededGenerator(seed: 3)
        var known: [[UInt8]: UInt32] = [:]
        let alphabet = Array("abc\u{0}é".unicodeScalars)
        for _ in 0..<5_000 {
            let text = generator.text(of: alphabet, upTo: generator.oneIn(50) ? 3_000 : 6)
            let id = table.intern(text)
            let first = known[Array(text.utf8)]
            #expect(first == nil || first == id)
            known[Array(text.utf8)] = id
            #expect(table[id].utf8.elementsEqual(text.utf8))
        }
        #expect(table.count == known.count && Set(known.values).count == known.count)
        #expect(table.byteCount == known.keys.reduce(0) { $0 + $1.count })
        // Two spellings of one character are two texts.
        let (one, two) = (table.intern("\u{E9}x"), table.intern("e\u{301}x"))
        #expect(one != two)
    }

    /// A text that fills a piece to its last byte, an empty one behind it, and one that is too long.
    @Test func theEdgesOfPieces() {
        var table = TextTable()
        var ids: [(UInt32, Int)] = []
        for index in 0..<40 {
            let length = 1 << 15
            ids.append((table.intern(String(repeating: "x", count: length - 3) + "\(100 + index)"), length))
            if index == 31 || index == 30 { ids.append((table.intern(""), 0)) }
        }
        for (id, length) in ids { #expect(table[id].utf8.count == length) }
        let cut = table.intern(String(repeating: "y", count: 70_000))
        #expect(table[cut].utf8.count == 65_535)
    }

    @Test func edgesAreKeptInOrder() {
        var list = EdgeList()
        let count = 200_000
        for index in 0..<count {
            list.append(EdgeList.Edge(from: UInt32(index), to: UInt32(index ^ 0xFFF_FFFF), kind: UInt8(index % 8)))
        }
        #expect(list.count == count)
        for index in [0, 1, 65_535, 65_536, 131_072, count - 1] {
            #expect(
                list[index]
                    == EdgeList.Edge(from: UInt32(index), to: UInt32(index ^ 0xFFF_FFFF), kind: UInt8(index % 8)))
        }
        for length in [131_073, 131_072, 65_536, 5, 0] {
            list.truncate(to: length)
            #expect(list.count == length)
            if length > 0 { #expect(list[length - 1].from == UInt32(length - 1)) }
        }
        list.append(EdgeList.Edge(from: 9, to: 8, kind: 7))
        #expect(list[0] == EdgeList.Edge(from: 9, to: 8, kind: 7))
    }
}
