extension BoltValue {
    /// Reads what a structure means (Bolt, "Structure Semantics"), in the forms of 4.x and of 5.x.
    ///
    /// - Returns: `nil` when its fields are not those that its tag promises; other tags are kept as they are.
    init?(_ structure: BoltStructure) {
        let fields = structure.fields
        switch structure.tag {
        case 0x4E:
            guard let node = BoltNode(fields) else { return nil }
            self = .node(node)
        case 0x52:
            guard fields.count == 5 || fields.count == 8, let id = fields[0].int, let start = fields[1].int,
                let end = fields[2].int, let type = fields[3].string, let properties = fields[4].map
            else { return nil }
            let names = fields[5...].compactMap(\.string)
            guard names.count == fields.count - 5 else { return nil }
            self = .relationship(
                BoltRelationship(
                    id: id, start: start, end: end, type: type, properties: properties, elementID: names.first,
                    startElementID: names.dropFirst().first, endElementID: names.last))
        case 0x72:
            guard let relationship = BoltUnboundRelationship(fields) else { return nil }
            self = .unboundRelationship(relationship)
        case 0x50:
            guard fields.count == 3, let nodes = fields[0].list?.compactMap(\.node),
                let relationships = fields[1].list?.compactMap(\.unboundRelationship),
                let indices = fields[2].list?.compactMap({ $0.int.flatMap { Int(exactly: $0) } }),
                nodes.count == fields[0].list?.count, relationships.count == fields[1].list?.count,
                indices.count == fields[2].list?.count,
                let path = BoltPath(nodes: nodes, relationships: relationships, indices: indices)
            else { return nil }
            self = .path(path)
        default: self = .structure(structure)
        }
    }

    var unboundRelationship: BoltUnboundRelationship? {
        guard case .unboundRelationship(let value) = self else { return nil }
        return value
    }
}

extension BoltNode {
    fileprivate init?(_ fields: [BoltValue]) {
        guard fields.count == 3 || fields.count == 4, let id = fields[0].int, let list = fields[1].list,
            let properties = fields[2].map
        else { return nil }
        let labels = list.compactMap(\.string)
        let name = fields.count == 4 ? fields[3].string : String(id)
        guard labels.count == list.count, let name else { return nil }
        self.init(id: id, labels: labels, properties: properties, elementID: name)
    }
}

extension BoltUnboundRelationship {
    fileprivate init?(_ fields: [BoltValue]) {
        guard fields.count == 3 || fields.count == 4, let id = fields[0].int, let type = fields[1].string,
            let properties = fields[2].map
        else { return nil }
        let name = fields.count == 4 ? fields[3].string : String(id)
        guard let name else { return nil }
        self.init(id: id, type: type, properties: properties, elementID: name)
    }
}
