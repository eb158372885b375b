import Bolt
import Core
import TestSupport
import Testing

@Suite struct PackStreamTests {
    /// A value and its bytes, from PackStream version 1 and the structures of Bolt 5.
    struct Golden: Sendable, CustomTestStringConvertible {
        let value: BoltValue
        let hex: String

        init(_ value: BoltValue, _ hex: String) {
            self.value = value
            self.hex = hex
        }

        var testDescription: String { hex.count > 40 ? "\(hex.prefix(40))…" : hex }
    }

    static let golden: [Golden] = [
        Golden(nil, "c0"), Golden(false, "c2"), Golden(true, "c3"),
        Golden(0, "00"), Golden(1, "01"), Golden(42, "2a"), Golden(127, "7f"), Golden(-1, "ff"), Golden(-16, "f0"),
        Golden(-17, "c8ef"), Golden(-128, "c880"), Golden(128, "c90080"), Golden(-129, "c9ff7f"),
        Golden(32_767, "c97fff"), Golden(-32_768, "c98000"), Golden(32_768, "ca00008000"),
        Golden(-32_769, "caffff7fff"), Golden(.int(Int64(Int32.max)), "ca7fffffff"),
        Golden(.int(Int64(Int32.min)), "ca80000000"), Golden(2_147_483_648, "cb0000000080000000"),
        Golden(.int(.max), "cb7fffffffffffffff"), Golden(.int(.min), "cb8000000000000000"),
        Golden(1.1, "c13ff199999999999a"), Golden(-1.1, "c1bff199999999999a"),
        Golden(15.5, "c1402f000000000000"),
        Golden(.bytes([]), "cc00"), Golden(.bytes([1, 2, 3, 4, 5]), "cc050102030405"),
        Golden(.bytes([UInt8](repeating: 7, count: 256)), "cd0100" + String(repeating: "07", count: 256)),
        Golden("", "80"), Golden("A", "8141"), Golden("Hello world", "8b48656c6c6f20776f726c64"),
        Golden("Größenmaßstäbe", "d0124772c3b6c39f656e6d61c39f7374c3a46265"),
        Golden(.string(String(repeating: "a", count: 16)), "d010" + String(repeating: "61", count: 16)),
        Golden(.string(String(repeating: "a", count: 256)), "d10100" + String(repeating: "61", count: 256)),
        Golden(.string(String(repeating: "a", count: 65_536)), "d200010000" + String(repeating: "61", count: 65_536)),
        Golden([], "90"), Golden([1, 2, 3], "93010203"),
        Golden([1, 2.0, "three"], "9301c14000000000000000857468726565"),
        Golden([1, 2.3, true, "abc"], "9401c14002666666666666c383616263"),
        Golden(.list(Array(repeating: 1, count: 40)), "d428" + String(repeating: "01", count: 40)),
        Golden([:], "a0"), Golden(["one": "eins"], "a1836f6e658465696e73"),
        Golden(["a": 10, "b": 20], "a281610a816214"),
        Golden(
            .map(
                Dictionary(uniqueKeysWithValues: (0..<16).map { (String(UnicodeScalar(UInt8(0x41 + $0))), .int($0)) })),
            "d810" + (0..<16).map { "81" + Hex.encode([UInt8(0x41 + $0), UInt8($0)]) }.joined()),
        Golden(
            .node(BoltNode(id: 3, labels: ["Example", "Node"], properties: ["name": "example"], elementID: "abc123")),
            "b44e0392874578616d706c65844e6f6465a1846e616d65876578616d706c6586616263313233"),
        Golden(
            .relationship(
                BoltRelationship(
                    id: 11, start: 2, end: 3, type: "KNOWS", properties: ["name": "example"], elementID: "abc123",
                    startElementID: "def456", endElementID: "ghi789")),
            "b8520b0203854b4e4f5753a1846e616d65876578616d706c6586616263313233866465663435368667686937383"
                + "9"),
        Golden(
            .unboundRelationship(
                BoltUnboundRelationship(
                    id: 17, type: "KNOWS", properties: ["name": "example"], elementID: "foo")),
            "b47211854b4e4f5753a1846e616d65876578616d706c6583666f6f"),
        // A date, a duration, a point: kept as they are.
        Golden(.structure(BoltStructure(tag: 0x44, fields: [19_000])), "b144c94a38"),
        Golden(.structure(BoltStructure(tag: 0x45, fields: [1, 2, 3, 4])), "b44501020304"),
        Golden(
            .structure(BoltStructure(tag: 0x58, fields: [7_203, 1.0, 2.0])),
            "b358c91c23c13ff0000000000000c14000000000000000"),
    ]

    @Test(arguments: golden) func writesTheSpecifiedBytes(_ golden: Golden) throws {
        var writer = PackStreamWriter()
        try writer.write(golden.value)
        #expect(Hex.encode(writer.bytes) == golden.hex)
    }

    @Test(arguments: golden) func readsTheSpecifiedBytes(_ golden: Golden) throws {
        #expect(try PackStreamReader.value(#require(Hex.decode(golden.hex))) == golden.value)
    }

    /// Numbers, sizes in a longer form than they need: writers differ, readers take each.
    @Test(
        arguments: [
            ("c801", 1), ("c90001", 1), ("ca00000001", 1), ("cb0000000000000001", 1), ("d00141", "A"),
            ("d1000141", "A"), ("d20000000141", "A"), ("d40101", [1]), ("d5000101", [1]), ("d60000000101", [1]),
            ("d801816101", ["a": 1]), ("d90001816101", ["a": 1]), ("da00000001816101", ["a": 1]),
            ("cd000107", BoltValue.bytes([7])),
            ("ce0000000107", BoltValue.bytes([7])),
        ] as [(String, BoltValue)]) func readsLongForms(hex: String, value: BoltValue) throws
    {
        #expect(try PackStreamReader.value(#require(Hex.decode(hex))) == value)
    }

    /// The forms of Bolt 4.4, which have no element IDs.
    @Test(
        arguments: [
            ("b34e03918141a0", BoltValue.node(BoltNode(id: 3, labels: ["A"], properties: [:]))),
            ("b5520b02038152a0", .relationship(BoltRelationship(id: 11, start: 2, end: 3, type: "R", properties: [:]))),
            ("b372118152a0", .unboundRelationship(BoltUnboundRelationship(id: 17, type: "R", properties: [:]))),
        ] as [(String, BoltValue)]) func readsTheFormsBefore5(hex: String, value: BoltValue) throws
    {
        let read = try PackStreamReader.value(#require(Hex.decode(hex)))
        #expect(read == value)
        if let node = read.node { #expect(node.elementID == "3") }
    }

    @Test func walksAPath() throws {
        let nodes = (1...3).map { BoltNode(id: $0, labels: [], properties: [:]) }
        let relationship = BoltUnboundRelationship(id: 9, type: "R", properties: [:])
        let path = try #require(BoltPath(nodes: nodes, relationships: [relationship], indices: [1, 2, -1, 0]))
        var writer = PackStreamWriter()
        try writer.write(.path(path))
        let read = try #require(try PackStreamReader.value(writer.bytes).path)
        #expect(read.walk.map(\.id) == [1, 3, 1])
        #expect(BoltPath(nodes: nodes, relationships: [relationship], indices: [2, 0]) == nil)
        #expect(BoltPath(nodes: nodes, relationships: [relationship], indices: [0, 0]) == nil)
        #expect(BoltPath(nodes: nodes, relationships: [relationship], indices: [1, 3]) == nil)
        #expect(BoltPath(nodes: nodes, relationships: [relationship], indices: [1]) == nil)
        #expect(BoltPath(nodes: [], relationships: [], indices: []) == nil)
    }

    @Test(arguments: [
        ("", PackStreamError.Code.truncated, 0), ("c4", .marker, 0), ("df", .marker, 0), ("ef", .marker, 0),
        ("c8", .truncated, 1), ("c900", .truncated, 1), ("c1000000", .truncated, 1), ("8241", .truncated, 0),
        ("d2ffffffff41", .truncated, 0), ("d6ffffffff01", .truncated, 0), ("daffffffff", .truncated, 0),
        ("ceffffffff", .truncated, 0), ("81ff", .text, 0), ("82c080", .text, 0), ("9281", .truncated, 0),
        ("a10101", .shape, 1), ("a28161018161c0", .duplicateKey, 4), ("0101", .trailing, 1), ("c0c0", .trailing, 1),
        ("b14e01", .shape, 0), ("b44e0390a001", .shape, 0), ("b44e039101a08161", .shape, 0),
        ("b3509090900000", .shape, 0),
        ("b1", .truncated, 1), ("b5520b0203a08152", .shape, 0),
    ]) func refusesWithThePlace(hex: String, code: PackStreamError.Code, offset: Int) throws {
        let bytes = try #require(Hex.decode(hex))
        let error = try #require(throws: PackStreamError.self) { try PackStreamReader.value(bytes) }
        #expect(error.code == code, "\(error)")
        #expect(error.offset == offset, "\(error)")
    }

    /// "é" in one scalar and in two are one key for Swift, and two for the server.
    @Test func refusesKeysThatSwiftTakesForOne() throws {
        let error = #expect(throws: PackStreamError.self) {
            try PackStreamReader.value([0xA2, 0x82, 0xC3, 0xA9, 1, 0x83, 0x65, 0xCC, 0x81, 2])
        }
        #expect(error?.code == .duplicateKey)
    }

    @Test func holdsItsCaps() throws {
        func code(_ bytes: [UInt8], _ limits: PackStreamLimits) -> PackStreamError.Code? {
            do throws(PackStreamError) { _ = try PackStreamReader.value(bytes, limits: limits) } catch {
                return error.code
            }
            return nil
        }
        let deep = { (levels: Int) in [UInt8](repeating: 0x91, count: levels) + [0xC0] }
        #expect(code(deep(4), PackStreamLimits(depth: 4)) == nil)
        #expect(code(deep(5), PackStreamLimits(depth: 4)) == .tooLarge)
        #expect(code(deep(100_000), PackStreamLimits()) == .tooLarge)
        #expect(code([0x93, 1, 2, 3], PackStreamLimits(values: 4)) == nil)
        #expect(code([0x94, 1, 2, 3, 4], PackStreamLimits(values: 4)) == .tooLarge)
        #expect(code([0xA2, 0x81, 0x61, 1, 0x81, 0x62, 1], PackStreamLimits(values: 4)) == .tooLarge)
        #expect(code([0x82, 0x61, 0x61], PackStreamLimits(bytes: 3)) == nil)
        #expect(code([0x83, 0x61, 0x61, 0x61], PackStreamLimits(bytes: 3)) == .tooLarge)
    }

    @Test func aStructureHasAtMost15Fields() throws {
        var writer = PackStreamWriter()
        try writer.write(.structure(BoltStructure(tag: 0x7A, fields: Array(repeating: 1, count: 15))))
        let error = #expect(throws: PackStreamError.self) {
            try writer.write(.structure(BoltStructure(tag: 0x7A, fields: Array(repeating: 1, count: 16))))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: 0..<20) func whatIsWrittenReadsTheSame(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<20 {
            let value = Samples.value(&random, depth: 3)
            var writer = PackStreamWriter()
            try writer.write(value)
            #expect(try PackStreamReader.value(writer.bytes) == value)
        }
    }

    @Test func everyBeginningIsTruncated() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            var writer = PackStreamWriter()
            try writer.write(Samples.value(&random, depth: 1))
            guard writer.bytes.count < 500 else { continue }
            for length in writer.bytes.indices {
                let error = try #require(throws: PackStreamError.self) {
                    try PackStreamReader.value(Array(writer.bytes[..<length]))
                }
                #expect(error.code == .truncated)
                #expect(error.offset <= length)
            }
        }
    }
}

/// Values by chance.
enum Samples {
    static func value(_ random: inout SeededGenerator, depth: Int) -> BoltValue {
        switch random.below(depth > 0 ? 13 : 6) {
        case 0: .null
        case 1: .bool(random.oneIn(2))
        case 2: .int(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
        case 3: .float(Double(random.below(1_000_000)) / 1_024 - 300)
        case 4: .bytes((0..<random.below(300)).map { UInt8(truncatingIfNeeded: $0) })
        case 5: .string(text(&random))
        case 6, 7: .list((0..<random.below(20)).map { _ in value(&random, depth: depth - 1) })
        case 8, 9: .map(map(&random, depth: depth))
        case 10: .node(node(&random, depth: depth))
        case 11:
            .relationship(
                BoltRelationship(
                    id: 1, start: Int64(random.below(9)), end: -2, type: text(&random),
                    properties: map(&random, depth: depth), elementID: text(&random)))
        default:
            .structure(
                BoltStructure(
                    tag: [0x44, 0x49, 0x45, 0x58, 0x7A][random.below(5)],
                    fields: (0..<random.below(16)).map { _ in value(&random, depth: depth - 1) }))
        }
    }

    private static func node(_ random: inout SeededGenerator, depth: Int) -> BoltNode {
        BoltNode(
            id: Int64(random.below(1_000)), labels: (0..<random.below(3)).map { _ in text(&random) },
            properties: map(&random, depth: depth), elementID: text(&random))
    }

    private static func map(_ random: inout SeededGenerator, depth: Int) -> [String: BoltValue] {
        var result: [String: BoltValue] = [:]
        for _ in 0..<random.below(20) { result[text(&random)] = value(&random, depth: depth - 1) }
        return result
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        random.text(of: ["a", "b", "\u{E9}", "\u{1F600}", "\0", "\""], upTo: random.oneIn(10) ? 300 : 12)
    }
}
