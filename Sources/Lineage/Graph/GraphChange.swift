internal import Core

/// What an event means to a graph: one source, and the nodes and edges that rest on it.
///
/// Stores write changes; they do not know events. A node's attributes follow from its key or, where the key is a
/// digest, from the content: two sources never disagree about them. What somebody claims stands in the source's
/// document.
struct GraphChange: Sendable, Hashable {
    /// What edges cite.
    struct Source: Sendable, Hashable {
        enum Kind: String, Sendable, Hashable, CaseIterable {
            case evidence, decision
            case pullRequest = "pull-request"
            case bill, run
        }

        let kind: Kind
        /// The evidence's, the decision document's or the report's digest.
        let digest: Digest
        /// What the evidence was verified to be about; one piece may be about several things.
        let about: NodeKey?
        /// Whether somebody's verified signature stands behind it.
        let isSigned: Bool
        /// JSON.
        let document: String
        /// The trust root it was verified against.
        let trustRoot: Digest?
    }

    struct Node: Sendable, Hashable {
        let key: NodeKey
        let attributes: JSONObject
    }

    struct Edge: Sendable, Hashable {
        let from: NodeKey
        let kind: EdgeKind
        let to: NodeKey
    }

    let source: Source
    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []
    /// The decision, which is also found by time, environment and template.
    var decision: DecisionRecord?
    /// The bill of materials, whose contents are kept apart.
    var bill: BillRecord?

    init(_ source: Source) { self.source = source }

    /// Adds a node and returns its key.
    mutating func node(_ key: NodeKey, _ attributes: [(String, JSONValue?)] = []) -> NodeKey {
        var object = JSONObject()
        for (name, value) in attributes {
            if let value { object[name] = value }
        }
        nodes.append(Node(key: key, attributes: object))
        return key
    }

    mutating func edge(_ from: NodeKey, _ kind: EdgeKind, _ to: NodeKey) {
        edges.append(Edge(from: from, kind: kind, to: to))
    }
}
