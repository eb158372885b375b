internal import Core

/// SPDX 2.2 and 2.3 as JSON.
extension BillJSONReader {
    mutating func spdx2CreationInfo(_ stream: JSONStream) throws {
        place.begin("creationInfo")
        guard try entersObject(stream, "") else { return }
        while let name = try stream.nextMember() {
            switch name {
            case "created": try timestamp(stream, name)
            case "creators":
                let creators = try value(stream, name)?.array ?? []
                builder.head.tools += creators.prefix(100).compactMap { creator in
                    guard let text = creator.string, text.utf8.starts(with: "Tool: ".utf8) else { return nil }
                    return String(text.dropFirst(6)).excerpt(500)
                }
            default: break
            }
        }
    }

    mutating func spdx2Packages(_ stream: JSONStream) throws {
        place.begin("packages")
        guard try entersArray(stream, "") else { return }
        place.push()
        while try stream.nextElement() {
            place.next()
            try spdx2Package(stream)
        }
    }

    private mutating func spdx2Package(_ stream: JSONStream) throws {
        guard try entersObject(stream, "") else { return }
        let index = try builder.reserve(parent: nil)
        var draft = ElementDraft()
        var declared: String?
        var concluded: String?
        while let name = try stream.nextMember() {
            switch name {
            case "SPDXID": draft.reference = try text(stream, name)
            case "name": draft.name = try text(stream, name)
            case "versionInfo": draft.version = try text(stream, name)
            case "primaryPackagePurpose": draft.type = try text(stream, name)?.lowercased()
            case "licenseDeclared": declared = try text(stream, name)
            case "licenseConcluded": concluded = try text(stream, name)
            case "checksums":
                draft.hashes = try hashes(stream, name, algorithm: "algorithm", content: "checksumValue")
            case "externalRefs": draft.purl = try spdx2Purl(stream) ?? draft.purl
            default: break
            }
        }
        draft.licences = [declared, concluded].compactMap { $0 }.filter(Self.isAsserted).prefix(1).map { $0 }
        let place = place
        try builder.complete(index, draft, isSubject: false) { field in
            place.text(field: field == "bom-ref" ? "SPDXID" : field, line: stream.line)
        }
    }

    private static func isAsserted(_ text: String) -> Bool {
        !text.isEmpty && !text.isSame(as: "NOASSERTION") && !text.isSame(as: "NONE")
    }

    /// The first package URL among a package's external references, of which there may be thousands.
    private mutating func spdx2Purl(_ stream: JSONStream) throws -> String? {
        guard try entersArray(stream, "externalRefs") else { return nil }
        var purl: String?
        while try stream.nextElement() {
            guard try entersObject(stream, "externalRefs") else { continue }
            var type: String?
            var locator: String?
            while let name = try stream.nextMember() {
                switch name {
                case "referenceType": type = try text(stream, name)
                case "referenceLocator": locator = try text(stream, name)
                default: break
                }
            }
            if purl == nil, type?.isSame(as: "purl") == true { purl = locator }
        }
        return purl
    }

    /// Files and snippets are no components, but relationships name them.
    mutating func spdx2Others(_ stream: JSONStream, _ list: String) throws {
        place.begin(list)
        guard try entersArray(stream, "") else { return }
        place.push()
        while try stream.nextElement() {
            place.next()
            guard try entersObject(stream, "") else { continue }
            while let name = try stream.nextMember() {
                if name == "SPDXID", let reference = try text(stream, name) { try builder.note(other: reference) }
            }
        }
    }

    mutating func spdx2Relationships(_ stream: JSONStream) throws {
        place.begin("relationships")
        guard try entersArray(stream, "") else { return }
        place.push()
        while try stream.nextElement() {
            place.next()
            guard try entersObject(stream, "") else { continue }
            var from: String?
            var to: String?
            var type: String?
            while let name = try stream.nextMember() {
                switch name {
                case "spdxElementId": from = try text(stream, name)
                case "relatedSpdxElement": to = try text(stream, name)
                case "relationshipType": type = try text(stream, name)
                default: break
                }
            }
            guard let from, let to, let type else {
                malformed(stream, "", "a relationship needs two elements and a type; it is left out")
                continue
            }
            guard let relation = Relation(spdx2: type), Self.isAsserted(to), Self.isAsserted(from) else { continue }
            try add(relation, from: try builder.text(from), to: try builder.text(to))
        }
    }

    /// Notes a relationship in the direction in which this module reads it.
    mutating func add(_ relation: Relation, from: UInt32, to: UInt32) throws {
        let (from, to) = relation.isReversed ? (to, from) : (from, to)
        switch relation.meaning {
        case .describes: builder.describedReferences.append(to)
        case .dependency(let kind): try builder.add(from: from, to: to, kind)
        }
    }
}
