/// Builds a ``CompactGraph`` from a stream of nodes and then edges, in any order, with bounded memory.
///
/// An edge is spooled as eight bytes, beside the file to be, and rows are filled for one direction at a time: a graph
/// of 10 M nodes and 50 M edges takes 17 bytes a node and 5 an edge of memory. Edges that come twice count once. The
/// file appears under its name when it is whole; a builder that is given up leaves nothing.
package final class GraphBuilder {
    private let path: String?
    private let stamp: UInt64
    private let limits: GraphLimits

    private var identifiers: [Int64] = []
    private var nodeKinds: [UInt8] = []
    private var intake: EdgeIntake?
    private var output: GraphOutput?
    private let spool: EdgeSpool
    private var edgeCount = 0

    /// - Parameters:
    ///   - path: the file to write; `nil` for a graph in memory.
    ///   - stamp: anything that tells this graph from an older one, such as the store's count of changes.
    /// - Throws: ``RiskError`` `busy` while somebody else builds the same file, `unwritable`, or `full`.
    package init(path: String?, stamp: UInt64 = 0, limits: GraphLimits = GraphLimits()) throws(RiskError) {
        self.path = path
        self.stamp = stamp
        self.limits = limits
        if let path { output = try GraphOutput(path: path) }
        spool = try EdgeSpool(beside: path)
    }

    /// Adds a node; all nodes come before the first edge.
    ///
    /// - Parameters:
    ///   - identifier: what it is called outside, unlike any other's.
    ///   - kind: what it is, for counting by class.
    /// - Throws: ``RiskError`` `invalid` after the first edge, `tooLarge` over the limits.
    package func addNode(_ identifier: Int64, kind: UInt8 = 0) throws(RiskError) {
        guard intake == nil else {
            throw RiskError(.invalid, "node \(identifier) comes after an edge; add all nodes first")
        }
        guard identifiers.count < limits.nodes else {
            throw RiskError(.tooLarge, "more than \(limits.nodes) nodes, which is the most that is accepted")
        }
        identifiers.append(identifier)
        nodeKinds.append(kind)
    }

    /// Adds an edge.
    ///
    /// - Throws: ``RiskError`` `invalid` when an end was not added as a node, `tooLarge` over the limits, or what the
    ///   disk refuses.
    package func addEdge(_ source: Int64, kind: UInt8, _ target: Int64) throws(RiskError) {
        if intake == nil { try sealNodes() }
        guard edgeCount < limits.edges else {
            throw RiskError(.tooLarge, "more than \(limits.edges) edges, which is the most that is accepted")
        }
        guard intake?.add(source, kind, target) == true else {
            throw RiskError(.invalid, "an edge from \(source) to \(target), and one of them is no node")
        }
        edgeCount += 1
        if intake?.isFull == true, let piece = intake?.take() { try spool.append(piece) }
    }

    private func sealNodes() throws(RiskError) {
        if zip(identifiers, identifiers.dropFirst()).contains(where: { $0 >= $1 }) {
            let order = identifiers.indices.sorted { identifiers[$0] < identifiers[$1] }
            identifiers = order.map { identifiers[$0] }
            nodeKinds = order.map { nodeKinds[$0] }
            for (one, next) in zip(identifiers, identifiers.dropFirst()) where one == next {
                throw RiskError(.invalid, "node \(one) was added twice")
            }
        }
        intake = EdgeIntake(identifiers)
    }

    /// Makes the graph, and its file.
    ///
    /// - Throws: ``RiskError`` `invalid` when a node was added twice, `cancelled`, or what the disk refuses.
    package func finish() throws(RiskError) -> CompactGraph {
        if intake == nil { try sealNodes() }
        if let piece = intake?.take() { try spool.append(piece) }
        var outgoing = intake?.outgoing ?? []
        var incoming = intake?.incoming ?? []
        intake = nil
        let output: GraphOutput
        if let draft = self.output {
            output = draft
        } else {
            let most = GraphLimits(nodes: identifiers.count, edges: edgeCount).fileBytes
            output = try GraphOutput(memory: most)
        }
        self.output = nil
        var header = GraphHeader(nodeCount: identifiers.count, edgeCount: edgeCount, stamp: stamp)
        header.sections.append(try Self.append(identifiers, to: output))
        header.sections.append(try Self.append(nodeKinds, to: output))
        let nodeCount = identifiers.count
        identifiers = []
        nodeKinds = []
        for direction in [Direction.forward, .reverse] {
            try RiskError.checkCancellation()
            let rows = try RowFiller(nodeCount: nodeCount, edgeCount: edgeCount)
            try rows.fill(direction == .forward ? outgoing : incoming, direction, from: spool)
            if direction == .forward { outgoing = [] } else { incoming = [] }
            let kept = rows.sortRows()
            header.edgeCount = kept
            header.sections.append(try output.append(rows.offsetBytes))
            header.sections.append(try output.append(rows.targetBytes(kept)))
            header.sections.append(try output.append(rows.kindBytes(kept)))
        }
        return try output.publish(header, limits: limits)
    }

    private static func append<Value>(
        _ values: [Value], to output: GraphOutput
    ) throws(RiskError) -> GraphHeader.Section {
        let result = values.withUnsafeBytes { bytes -> Result<GraphHeader.Section, RiskError> in
            do throws(RiskError) { return .success(try output.append(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
