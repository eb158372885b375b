internal import Core
internal import Synchronization

/// A directed graph in compressed sparse rows, forward and reverse, with a byte of kind for each node and edge.
///
/// Nodes are numbered from 0 in the order of the identifiers they have outside. It is immutable and can be used from
/// any number of tasks. It lies in memory or in a file that is mapped; each part of a file is checked against its
/// SHA-256 and for its structure when it is first used, and never used when it does not hold.
package final class CompactGraph: Sendable {
    let memory: GraphMemory
    let header: GraphHeader
    /// The file it is mapped from.
    package let path: String?
    private let checked: Mutex<Set<Group>>

    /// What is checked together.
    private enum Group: Hashable, Sendable { case identifiers, forward, reverse }

    /// Maps a graph file.
    ///
    /// A file must never be changed in place: ``GraphBuilder`` replaces it as a whole, and who mapped the old one keeps
    /// it.
    ///
    /// - Throws: ``RiskError`` `missing`, `unreadable`, `malformed`, `version`, or `tooLarge` over the limits.
    package init(mapping path: String, limits: GraphLimits = GraphLimits()) throws(RiskError) {
        memory = try GraphMemory(mapping: path, atMost: limits.fileBytes)
        header = try GraphHeader(memory.bytes, limits: limits, path: path)
        self.path = path
        checked = Mutex([])
    }

    /// Reads a graph from the bytes of a file.
    ///
    /// - Throws: ``RiskError`` `malformed`, `version`, or `tooLarge` over the limits.
    package init(parsing bytes: [UInt8], limits: GraphLimits = GraphLimits()) throws(RiskError) {
        try RiskError.check(bytes.count, "bytes", atMost: limits.fileBytes)
        memory = try GraphMemory(zeros: max(1, bytes.count))
        memory.writableBytes.copyBytes(from: bytes)
        header = try GraphHeader(
            UnsafeRawBufferPointer(rebasing: memory.bytes[..<bytes.count]), limits: limits, path: nil)
        path = nil
        checked = Mutex([])
    }

    /// A graph that was just built.
    init(built memory: GraphMemory, _ header: GraphHeader) {
        self.memory = memory
        self.header = header
        path = nil
        checked = Mutex([.identifiers, .forward, .reverse])
    }

    package var nodeCount: Int { header.nodeCount }
    package var edgeCount: Int { header.edgeCount }
    /// What the builder was given to tell this graph from an older or newer one.
    package var stamp: UInt64 { header.stamp }
    /// How many bytes it takes, in memory or in its file.
    package var byteCount: Int { memory.count }

    /// Checks everything now rather than when it is first used.
    ///
    /// - Throws: ``RiskError`` `malformed`.
    package func check() throws(RiskError) {
        try check(.identifiers)
        try check(.forward)
        try check(.reverse)
    }

    /// The rows of one direction.
    struct Rows {
        let nodeCount: Int
        let offsets: UnsafePointer<UInt32>
        let targets: UnsafePointer<UInt32>
        let kinds: UnsafePointer<UInt8>

        /// Where the row of a node begins and ends.
        @inline(__always)
        func row(_ node: UInt32) -> Range<Int> {
            Range(uncheckedBounds: (Int(offsets[Int(node)]), Int(offsets[Int(node) + 1])))
        }
    }

    /// Lends the checked rows of a direction.
    ///
    /// - Throws: ``RiskError`` `malformed` when that part of the file is damaged, and what the body throws.
    func withRows<Result>(
        _ direction: Direction, _ body: (Rows) throws(RiskError) -> Result
    ) throws(RiskError) -> Result {
        try check(direction == .forward ? .forward : .reverse)
        let isForward = direction == .forward
        guard let offsets = pointer(isForward ? .forwardOffsets : .reverseOffsets, UInt32.self),
            let targets = pointer(isForward ? .forwardTargets : .reverseTargets, UInt32.self),
            let kinds = pointer(isForward ? .forwardKinds : .reverseKinds, UInt8.self)
        else { throw damaged("rows") }
        // The memory must outlive the body, which knows only pointers into it.
        defer { withExtendedLifetime(memory) {} }
        return try body(Rows(nodeCount: nodeCount, offsets: offsets, targets: targets, kinds: kinds))
    }

    /// Lends the kind of each node.
    func withNodeKinds<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(RiskError) -> Result
    ) throws(RiskError) -> Result {
        try check(.identifiers)
        defer { withExtendedLifetime(memory) {} }
        return try body(UnsafeBufferPointer(start: pointer(.nodeKinds, UInt8.self), count: nodeCount))
    }

    /// The number of the node that has an identifier outside; `nil` when there is none.
    package func node(of identifier: Int64) throws(RiskError) -> UInt32? {
        try check(.identifiers)
        guard let identifiers = pointer(.identifiers, Int64.self) else { throw damaged("identifiers") }
        defer { withExtendedLifetime(memory) {} }
        var low = 0
        var high = nodeCount
        while low < high {
            let middle = (low + high) / 2
            if identifiers[middle] < identifier { low = middle + 1 } else { high = middle }
        }
        return low < nodeCount && identifiers[low] == identifier ? UInt32(low) : nil
    }

    /// The identifier outside of a node.
    ///
    /// - Throws: ``RiskError`` `missing` when there is no such node.
    package func identifier(of node: UInt32) throws(RiskError) -> Int64 {
        try check(.identifiers)
        try demand(node)
        guard let identifiers = pointer(.identifiers, Int64.self) else { throw damaged("identifiers") }
        defer { withExtendedLifetime(memory) {} }
        return identifiers[Int(node)]
    }

    /// The kind of a node.
    ///
    /// - Throws: ``RiskError`` `missing` when there is no such node.
    package func kind(of node: UInt32) throws(RiskError) -> UInt8 {
        try demand(node)
        return try withNodeKinds { kinds throws(RiskError) in kinds[Int(node)] }
    }

    /// A neighbour and the kind of the edge to it.
    package struct Neighbour: Hashable, Sendable {
        package let node: UInt32
        package let kind: UInt8
    }

    /// The neighbours of a node in the order of their numbers, then kinds.
    ///
    /// - Parameter limit: how many at most.
    /// - Throws: ``RiskError`` `missing` when there is no such node.
    package func neighbours(
        of node: UInt32, _ direction: Direction, kinds: KindSet = .all, atMost limit: Int = .max
    ) throws(RiskError) -> [Neighbour] {
        try demand(node)
        return try withRows(direction) { rows throws(RiskError) in
            var result: [Neighbour] = []
            for edge in rows.row(node) where kinds.contains(rows.kinds[edge]) {
                if result.count >= limit { break }
                result.append(Neighbour(node: rows.targets[edge], kind: rows.kinds[edge]))
            }
            return result
        }
    }

    /// How many edges a node has in a direction.
    package func degree(of node: UInt32, _ direction: Direction) throws(RiskError) -> Int {
        try demand(node)
        return try withRows(direction) { rows throws(RiskError) in rows.row(node).count }
    }

    /// - Throws: ``RiskError`` `missing` when there is no such node.
    func demand(_ node: UInt32) throws(RiskError) {
        if Int(node) >= nodeCount {
            throw RiskError(.missing, "there is no node \(node) among \(nodeCount)", location: path)
        }
    }

    private func damaged(_ part: some Any) -> RiskError {
        RiskError(.malformed, "its \(part) are damaged; build the graph file again", location: path)
    }

    private func pointer<Value>(_ part: GraphHeader.Part, _: Value.Type) -> UnsafePointer<Value>? {
        memory.bytes.baseAddress.map { ($0 + header[part].offset).assumingMemoryBound(to: Value.self) }
    }

    private func check(_ group: Group) throws(RiskError) {
        // Whoever comes second waits for the first one's check rather than doing it as well.
        let failure = checked.withLock { done -> RiskError? in
            if done.contains(group) { return nil }
            do throws(RiskError) {
                try verify(group)
                done.insert(group)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    private func verify(_ group: Group) throws(RiskError) {
        switch group {
        case .identifiers:
            try verifyDigests([.identifiers, .nodeKinds])
            guard let identifiers = pointer(.identifiers, Int64.self) else { throw damaged("identifiers") }
            for node in 0..<max(0, nodeCount - 1) where identifiers[node] >= identifiers[node + 1] {
                throw damaged("identifiers")
            }
        case .forward:
            try verifyDigests([.forwardOffsets, .forwardTargets, .forwardKinds])
            try verifyRows(.forwardOffsets, .forwardTargets)
        case .reverse:
            try verifyDigests([.reverseOffsets, .reverseTargets, .reverseKinds])
            try verifyRows(.reverseOffsets, .reverseTargets)
        }
    }

    private func verifyDigests(_ parts: [GraphHeader.Part]) throws(RiskError) {
        for part in parts {
            let section = header[part]
            var hasher = DigestHasher()
            hasher.update(
                UnsafeRawBufferPointer(rebasing: memory.bytes[section.offset..<section.offset + section.count]))
            guard hasher.finalize().bytes == section.digest else { throw damaged(part) }
        }
    }

    /// Rows that no use of them can leave: offsets ascend to the number of edges, and each target is a node.
    private func verifyRows(_ offsetsPart: GraphHeader.Part, _ targetsPart: GraphHeader.Part) throws(RiskError) {
        guard let offsets = pointer(offsetsPart, UInt32.self), let targets = pointer(targetsPart, UInt32.self) else {
            throw damaged(offsetsPart)
        }
        guard offsets[0] == 0, Int(offsets[nodeCount]) == edgeCount else { throw damaged(offsetsPart) }
        for node in 0..<nodeCount where offsets[node] > offsets[node + 1] { throw damaged(offsetsPart) }
        var largest: UInt32 = 0
        for edge in 0..<edgeCount { largest = max(largest, targets[edge]) }
        guard edgeCount == 0 || Int(largest) < nodeCount else { throw damaged(targetsPart) }
    }
}
