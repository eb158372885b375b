import Core
import TestSupport
import Testing

@testable import Risk

/// A file that is not exactly what was written is never used, and a build that does not end leaves nothing.
@Suite struct GraphFileTests {
    let folder: TemporaryFolder
    let path: String
    let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/graph"
        var random = SeededGenerator(seed: 5)
        _ = try PlainGraph.random(&random, nodes: 9, edges: 20).build(path: path)
        bytes = try Self.read(path)
    }

    static func read(_ path: String) throws -> [UInt8] {
        let memory = try GraphMemory(mapping: path, atMost: 1 << 20)
        return Array(memory.bytes)
    }

    /// What checking all of a file says.
    static func code(_ bytes: [UInt8]) -> RiskError.Code? {
        CompactGraphTests.code { try CompactGraph(parsing: bytes).check() }
    }

    @Test func theFileAsWrittenHolds() {
        #expect(Self.code(bytes) == nil)
    }

    @Test func eachChangedByteIsSeen() throws {
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x10
            let code = Self.code(changed)
            #expect(code == .malformed || code == .version, "byte \(index): \(String(describing: code))")
        }
    }

    @Test func eachMissingEndIsSeen() throws {
        for count in 0..<bytes.count { #expect(Self.code(Array(bytes[..<count])) == .malformed) }
        #expect(Self.code(bytes + [0]) == .malformed)
    }

    @Test func damageIsSeenWhenThatPartIsUsed() throws {
        let header = try bytes.withUnsafeBytes { all throws(RiskError) in
            try GraphHeader(all, limits: GraphLimits(), path: nil)
        }
        var changed = bytes
        changed[header[.reverseTargets].offset] ^= 1
        let graph = try CompactGraph(parsing: changed)
        #expect(CompactGraphTests.code { _ = try graph.neighbours(of: 0, .forward) } == nil)
        #expect(CompactGraphTests.code { _ = try graph.neighbours(of: 0, .reverse) } == .malformed)
        #expect(CompactGraphTests.code { _ = try graph.neighbours(of: 0, .reverse) } == .malformed)
    }

    /// Puts bytes into a part and makes all digests right again, as one would who wants a crash.
    func forged(_ part: GraphHeader.Part, at offset: Int, _ value: UInt32) throws -> [UInt8] {
        var header = try bytes.withUnsafeBytes { all throws(RiskError) in
            try GraphHeader(all, limits: GraphLimits(), path: nil)
        }
        var changed = bytes
        let place = header[part].offset + offset
        withUnsafeBytes(of: value.littleEndian) { changed.replaceSubrange(place..<place + 4, with: $0) }
        let section = header[part]
        header.sections[part.rawValue].digest =
            Digest.of(changed[section.offset..<section.offset + section.count]).bytes
        changed.replaceSubrange(0..<GraphHeader.byteCount, with: header.bytes)
        return changed
    }

    @Test func rowsThatLeaveTheFileAreRefused() throws {
        #expect(try Self.code(forged(.forwardTargets, at: 0, 8)) == nil)
        #expect(try Self.code(forged(.forwardTargets, at: 0, 9)) == .malformed)
        #expect(try Self.code(forged(.reverseTargets, at: 4, .max)) == .malformed)
        #expect(try Self.code(forged(.forwardOffsets, at: 0, 1)) == .malformed)
        #expect(try Self.code(forged(.forwardOffsets, at: 8, .max)) == .malformed)
        #expect(try Self.code(forged(.reverseOffsets, at: 36, 0)) == .malformed)
        #expect(try Self.code(forged(.identifiers, at: 4, 0x7FFF_FFFF)) == .malformed)
    }

    @Test(arguments: ["", "no graph", "mcGRAPH\n", String(repeating: "x", count: 2_000)])
    func aForeignFileIsRefused(text: String) throws {
        let other = try folder.write("other", text)
        #expect(CompactGraphTests.code { _ = try CompactGraph(mapping: other) } == .malformed)
    }

    @Test func anotherVersionIsSaid() throws {
        var changed = bytes
        changed[8] = 2
        let error = #expect(throws: RiskError.self) { try CompactGraph(parsing: changed) }
        #expect(error?.message == "format version 2, 1 was expected; build it again")
    }

    @Test func aMissingFileAndAFolderAreSaid() throws {
        let folder = folder.path
        #expect(CompactGraphTests.code { _ = try CompactGraph(mapping: folder + "/none") } == .missing)
        #expect(CompactGraphTests.code { _ = try CompactGraph(mapping: folder) } == .unreadable)
        #expect(CompactGraphTests.code { _ = try GraphBuilder(path: folder + "/none/graph") } == .missing)
    }

    @Test func whoMappedTheOldFileKeepsIt() throws {
        let old = try CompactGraph(mapping: path)
        _ = try PlainGraph(nodes: [(1, 0)], edges: []).build(path: path)
        #expect(old.nodeCount == 9)
        try old.check()
        #expect(try CompactGraph(mapping: path).nodeCount == 1)
    }

    @Test func aBuildThatIsGivenUpLeavesTheOldFileAndNothingElse() throws {
        do {
            let builder = try GraphBuilder(path: path)
            try builder.addNode(1)
            let path = path
            #expect(CompactGraphTests.code { _ = try GraphBuilder(path: path) } == .busy)
        }
        #expect(try Self.read(path) == bytes)
        let path = path
        for name in [".draft", ".spool"] {
            #expect(CompactGraphTests.code { _ = try CompactGraph(mapping: path + name) } == .missing)
        }
        #expect(CompactGraphTests.code { _ = try GraphBuilder(path: path) } == nil)
    }

    @Test func theSameGraphIsTheSameBytes() throws {
        var random = SeededGenerator(seed: 5)
        var plain = PlainGraph.random(&random, nodes: 9, edges: 20)
        plain.edges.shuffle(using: &random)
        let other = folder.path + "/other"
        _ = try plain.build(path: other)
        #expect(try Self.read(other) == bytes)
    }
}
