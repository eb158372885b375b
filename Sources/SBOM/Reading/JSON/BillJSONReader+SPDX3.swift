internal import Core

/// The core of SPDX 3 as JSON-LD in its canonical shape: one `@graph` of flat elements.
extension BillJSONReader {
    /// What an element may say that is of interest; its type may come last.
    private struct GraphElement {
        var type = ""
        var identifier: String?
        var draft = ElementDraft()
        var purls: [String] = []
        var roots: [UInt32] = []
        var from: UInt32?
        var to: [UInt32] = []
        var relationship: String?
        var scope: String?
        var completeness: String?
    }

    mutating func spdx3Graph(_ stream: JSONStream) throws {
        builder.head.format = .spdx
        place.begin("@graph")
        guard try entersArray(stream, "") else { return }
        place.push()
        while try stream.nextElement() {
            place.next()
            guard try entersObject(stream, "") else { continue }
            try spdx3Element(stream)
        }
    }

    private mutating func spdx3Element(_ stream: JSONStream) throws {
        var element = GraphElement()
        while let name = try stream.nextMember() {
            switch name {
            case "type", "@type": element.type = try text(stream, name) ?? ""
            case "spdxId", "@id": element.identifier = try text(stream, name)
            case "name": element.draft.name = try text(stream, name)
            case "software_packageVersion": element.draft.version = try text(stream, name)
            case "software_packageUrl": element.draft.purl = try text(stream, name)
            case "software_primaryPurpose": element.draft.type = try text(stream, name)?.lowercased()
            case "verifiedUsing":
                element.draft.hashes = try hashes(stream, name, algorithm: "algorithm", content: "hashValue")
            case "externalIdentifier": element.purls = try spdx3Purls(stream)
            case "specVersion": builder.head.specVersion = try text(stream, name)
            case "created": try timestamp(stream, name)
            case "creationInfo": try spdx3CreationInfo(stream)
            case "rootElement": element.roots = try references(stream, name)
            case "from": element.from = try text(stream, name).map { try builder.text($0) }
            case "to": element.to = try references(stream, name)
            case "relationshipType": element.relationship = try text(stream, name)
            case "scope": element.scope = try text(stream, name)
            case "completeness": element.completeness = try text(stream, name)
            default: break
            }
        }
        try spdx3Note(element, stream)
    }

    /// Creation information is an element of its own, or stands within one; elsewhere it is only its identifier.
    private mutating func spdx3CreationInfo(_ stream: JSONStream) throws {
        guard try stream.kind() == .object else { return }
        try stream.beginObject()
        while let name = try stream.nextMember() {
            switch name {
            case "specVersion": builder.head.specVersion = try text(stream, name)
            case "created": try timestamp(stream, name)
            default: break
            }
        }
    }

    private mutating func spdx3Purls(_ stream: JSONStream) throws -> [String] {
        let list = try value(stream, "externalIdentifier")?.array ?? []
        return list.compactMap { item in
            guard item["externalIdentifierType"]?.string?.isSame(as: "packageUrl") == true else { return nil }
            return item["identifier"]?.string
        }
    }

    private mutating func spdx3Note(_ element: GraphElement, _ stream: JSONStream) throws {
        switch element.type {
        case "software_Package":
            var draft = element.draft
            draft.reference = element.identifier
            draft.purl = draft.purl ?? element.purls.first
            let index = try builder.reserve(parent: nil)
            let place = place
            try builder.complete(index, draft, isSubject: false) { field in
                place.text(field: Self.spdx3Names[field] ?? field, line: stream.line)
            }
        case "Relationship", "LifecycleScopedRelationship", "software_DependencyRelationship":
            try spdx3Relationship(element, stream)
        case "SpdxDocument", "software_Sbom", "Bom", "Bundle":
            if element.type == "SpdxDocument" {
                builder.head.identifier = element.identifier
                builder.head.name = element.draft.name
            }
            builder.describedReferences += element.roots
            if let identifier = element.identifier { try builder.note(other: identifier) }
        case "Tool":
            if let name = element.draft.name, builder.head.tools.count < 100 { builder.head.tools.append(name) }
            if let identifier = element.identifier { try builder.note(other: identifier) }
        default:
            if let identifier = element.identifier { try builder.note(other: identifier) }
        }
    }

    private static let spdx3Names = [
        "bom-ref": "spdxId", "version": "software_packageVersion", "purl": "software_packageUrl",
        "type": "software_primaryPurpose",
    ]

    private mutating func spdx3Relationship(_ element: GraphElement, _ stream: JSONStream) throws {
        guard let from = element.from, let type = element.relationship else {
            malformed(stream, "", "a relationship needs \"from\" and \"relationshipType\"; it is left out")
            return
        }
        guard let relation = Relation(spdx3: type, scope: element.scope) else { return }
        for to in element.to { try add(relation, from: from, to: to) }
        if let completeness = element.completeness, case .dependency(let kind) = relation.meaning {
            var composition = BillBuilder.PendingComposition(aggregate: completeness)
            if kind == .contains { composition.assemblies = [from] } else { composition.dependencies = [from] }
            try builder.add(composition)
        }
    }
}
