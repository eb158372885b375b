/// A node as a query returned it (Bolt, "Structure Semantics": Node, tag 4E).
package struct BoltNode: Sendable, Hashable {
    /// The server's own number; it may be given to another node after this one is deleted.
    package let id: Int64
    package let labels: [String]
    package let properties: [String: BoltValue]
    /// The server's own name, from 5.0 on; before, the number in decimal.
    package let elementID: String

    package init(id: Int64, labels: [String], properties: [String: BoltValue], elementID: String? = nil) {
        self.id = id
        self.labels = labels
        self.properties = properties
        self.elementID = elementID ?? String(id)
    }
}

/// A relationship with its ends (tag 52).
package struct BoltRelationship: Sendable, Hashable {
    package let id: Int64
    package let start: Int64
    package let end: Int64
    package let type: String
    package let properties: [String: BoltValue]
    package let elementID: String
    package let startElementID: String
    package let endElementID: String

    package init(
        id: Int64, start: Int64, end: Int64, type: String, properties: [String: BoltValue], elementID: String? = nil,
        startElementID: String? = nil, endElementID: String? = nil
    ) {
        self.id = id
        self.start = start
        self.end = end
        self.type = type
        self.properties = properties
        self.elementID = elementID ?? String(id)
        self.startElementID = startElementID ?? String(start)
        self.endElementID = endElementID ?? String(end)
    }
}

/// A relationship within a path, which says where it lies (tag 72).
package struct BoltUnboundRelationship: Sendable, Hashable {
    package let id: Int64
    package let type: String
    package let properties: [String: BoltValue]
    package let elementID: String

    package init(id: Int64, type: String, properties: [String: BoltValue], elementID: String? = nil) {
        self.id = id
        self.type = type
        self.properties = properties
        self.elementID = elementID ?? String(id)
    }
}

/// A walk from node to node (tag 50): each node and relationship once, and the order in which they are met.
package struct BoltPath: Sendable, Hashable {
    package let nodes: [BoltNode]
    package let relationships: [BoltUnboundRelationship]
    /// In pairs: which relationship (from 1; negative against its direction), then which node (from 0) it leads to.
    package let indices: [Int]

    /// - Returns: `nil` when an index points outside.
    package init?(nodes: [BoltNode], relationships: [BoltUnboundRelationship], indices: [Int]) {
        guard !nodes.isEmpty, indices.count.isMultiple(of: 2) else { return nil }
        for (place, index) in indices.enumerated() {
            let holds =
                place.isMultiple(of: 2)
                ? index != 0 && index.magnitude <= UInt(relationships.count) : nodes.indices.contains(index)
            guard holds else { return nil }
        }
        self.nodes = nodes
        self.relationships = relationships
        self.indices = indices
    }

    /// The nodes in the order of the walk.
    package var walk: [BoltNode] {
        [nodes[0]] + stride(from: 1, to: indices.count, by: 2).map { nodes[indices[$0]] }
    }
}
