internal import Core

/// The first 512 bytes of a graph: what is where. `docs/reference/graph-file.md` has the format.
struct GraphHeader: Hashable, Sendable {
    /// A stretch of the file with its SHA-256.
    struct Section: Hashable, Sendable {
        var offset: Int
        var count: Int
        var digest: [UInt8]
    }

    /// The sections in the order in which they stand in the file.
    enum Part: Int, CaseIterable, Sendable {
        case identifiers, nodeKinds
        case forwardOffsets, forwardTargets, forwardKinds
        case reverseOffsets, reverseTargets, reverseKinds
    }

    static let magic: [UInt8] = Array("mcGRAPH\n".utf8)
    static let version: UInt32 = 1
    static let byteCount = 512
    /// Each section begins at a multiple of this.
    static let alignment = 64
    private static let digestAt = 40 + Part.allCases.count * 48

    var nodeCount: Int
    var edgeCount: Int
    var stamp: UInt64
    var sections: [Section]

    subscript(part: Part) -> Section { sections[part.rawValue] }

    /// How many bytes each section has, by the numbers of nodes and edges.
    static func size(of part: Part, nodes: Int, edges: Int) -> Int {
        switch part {
        case .identifiers: nodes * 8
        case .nodeKinds: nodes
        case .forwardOffsets, .reverseOffsets: (nodes + 1) * 4
        case .forwardTargets, .reverseTargets: edges * 4
        case .forwardKinds, .reverseKinds: edges
        }
    }

    static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }

    /// The header's bytes.
    var bytes: [UInt8] {
        var result = Self.magic
        func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { result += $0 } }
        append(Self.version)
        append(UInt32(Self.byteCount))
        append(UInt64(nodeCount))
        append(UInt64(edgeCount))
        append(stamp)
        for section in sections {
            append(UInt64(section.offset))
            append(UInt64(section.count))
            result += section.digest
        }
        result += Digest.of(result).bytes
        result += [UInt8](repeating: 0, count: Self.byteCount - result.count)
        return result
    }

    /// Reads a header and checks that its sections are exactly the rest of the file.
    ///
    /// - Throws: ``RiskError`` `malformed`, `version`, or `tooLarge` over the limits.
    init(_ all: UnsafeRawBufferPointer, limits: GraphLimits, path: String?) throws(RiskError) {
        func bad(_ what: String) -> RiskError {
            RiskError(.malformed, "\(what): the graph file is damaged or another's; build it again", location: path)
        }
        guard all.count >= Self.byteCount else {
            throw bad("\(all.count) bytes, at least \(Self.byteCount) were expected")
        }
        guard all[..<8].elementsEqual(Self.magic) else { throw bad("it does not begin as a graph file") }
        func number<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
            Value(littleEndian: all.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        let version = number(8, UInt32.self)
        guard version == Self.version else {
            throw RiskError(
                .version, "format version \(version), \(Self.version) was expected; build it again", location: path)
        }
        guard number(12, UInt32.self) == UInt32(Self.byteCount) else { throw bad("its header has another length") }
        let digest = Digest.of(UnsafeRawBufferPointer(rebasing: all[..<Self.digestAt])).bytes
        guard all[Self.digestAt..<Self.digestAt + 32].elementsEqual(digest) else { throw bad("its header is changed") }
        guard all[Self.digestAt + 32..<Self.byteCount].allSatisfy({ $0 == 0 }) else {
            throw bad("its header has something behind its end")
        }
        guard let nodes = Int(exactly: number(16, UInt64.self)), let edges = Int(exactly: number(24, UInt64.self))
        else { throw bad("its counts are impossible") }
        try RiskError.check(nodes, "nodes", atMost: limits.nodes)
        try RiskError.check(edges, "edges", atMost: limits.edges)
        nodeCount = nodes
        edgeCount = edges
        stamp = number(32, UInt64.self)
        sections = []
        var end = Self.byteCount
        for part in Part.allCases {
            let entry = 40 + part.rawValue * 48
            let size = Self.size(of: part, nodes: nodes, edges: edges)
            let offset = Self.aligned(end)
            guard number(entry, UInt64.self) == UInt64(offset), number(entry + 8, UInt64.self) == UInt64(size) else {
                throw bad("its section \(part) is not where it should be")
            }
            guard offset <= all.count, all[end..<offset].allSatisfy({ $0 == 0 }) else {
                throw bad("there is something between its sections")
            }
            sections.append(Section(offset: offset, count: size, digest: Array(all[entry + 16..<entry + 48])))
            end = offset + size
            guard end <= all.count else { throw bad("\(all.count) bytes, at least \(end) were expected") }
        }
        guard end == all.count else { throw bad("\(all.count) bytes, \(end) were expected") }
    }

    init(nodeCount: Int, edgeCount: Int, stamp: UInt64) {
        self.nodeCount = nodeCount
        self.edgeCount = edgeCount
        self.stamp = stamp
        sections = []
    }
}
