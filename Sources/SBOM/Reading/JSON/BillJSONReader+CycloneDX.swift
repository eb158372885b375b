internal import Core

/// CycloneDX 1.2 to 1.7 as JSON (ECMA-424).
extension BillJSONReader {
    mutating func metadata(_ stream: JSONStream) throws {
        place.begin("metadata")
        guard try entersObject(stream, "") else { return }
        while let name = try stream.nextMember() {
            switch name {
            case "timestamp": try timestamp(stream, name)
            case "tools":
                if let tools = try value(stream, name) { builder.head.tools += Self.tools(tools) }
            case "component":
                place.begin("metadata.component")
                try component(stream, parent: nil, isSubject: true)
                place.begin("metadata")
            default: break
            }
        }
    }

    /// Tools are a list, from 1.5 on also components and services.
    private static func tools(_ value: JSONValue) -> [String] {
        let lists = [value.array, value["components"]?.array, value["services"]?.array].compactMap { $0 }
        return lists.joined().prefix(100).compactMap { tool in
            let parts = ["vendor", "group", "name", "version"].compactMap { tool[$0]?.string }.filter { !$0.isEmpty }
            return parts.isEmpty ? nil : parts.joined(separator: " ").excerpt(500)
        }
    }

    mutating func components(_ stream: JSONStream, parent: UInt32?) throws {
        guard try entersArray(stream, "") else { return }
        place.push()
        defer { place.pop() }
        while try stream.nextElement() {
            place.next()
            try component(stream, parent: parent, isSubject: false)
        }
    }

    private mutating func component(_ stream: JSONStream, parent: UInt32?, isSubject: Bool) throws {
        guard try entersObject(stream, "") else { return }
        let index = try builder.reserve(parent: parent)
        var draft = ElementDraft()
        while let name = try stream.nextMember() {
            switch name {
            case "bom-ref": draft.reference = try text(stream, name)
            case "type": draft.type = try text(stream, name)
            case "group": draft.group = try text(stream, name)
            case "name": draft.name = try text(stream, name)
            case "version": draft.version = try text(stream, name)
            case "purl": draft.purl = try text(stream, name)
            case "scope": draft.scope = try text(stream, name).flatMap(BillOfMaterials.Component.Scope.init(name:))
            case "hashes": draft.hashes = try hashes(stream, name, algorithm: "alg", content: "content")
            case "licenses": draft.licences = try licences(stream)
            case "components": try components(stream, parent: index)
            default: break
            }
        }
        let place = place
        try builder.complete(index, draft, isSubject: isSubject) { place.text(field: $0, line: stream.line) }
        if isSubject { checkSubject(draft, stream) }
    }

    /// A container image is known by its digest only; a tag can be moved.
    private mutating func checkSubject(_ draft: ElementDraft, _ stream: JSONStream) {
        builder.checkSubject(draft, at: place.text(field: "version", line: stream.line))
    }

    mutating func hashes(
        _ stream: JSONStream, _ field: String, algorithm: String, content: String
    ) throws -> [ComponentHash] {
        guard let list = try value(stream, field), list != .null else { return [] }
        guard let hashes = list.array else {
            malformed(stream, field, "expected an array")
            return []
        }
        return hashes.compactMap { hash($0[algorithm]?.string, $0[content]?.string, stream, field) }
    }

    private mutating func licences(_ stream: JSONStream) throws -> [String] {
        guard let list = try value(stream, "licenses"), list != .null else { return [] }
        guard let licences = list.array else {
            malformed(stream, "licenses", "expected an array")
            return []
        }
        return licences.compactMap { item in
            item["expression"]?.string ?? item["license"]?["id"]?.string ?? item["license"]?["name"]?.string
        }
    }

    mutating func dependencies(_ stream: JSONStream) throws {
        place.begin("dependencies")
        guard try entersArray(stream, "") else { return }
        place.push()
        while try stream.nextElement() {
            place.next()
            guard try entersObject(stream, "") else { continue }
            var from: UInt32?
            var to: [UInt32] = []
            while let name = try stream.nextMember() {
                switch name {
                case "ref": from = try text(stream, name).map { try builder.text($0) }
                case "dependsOn": to += try references(stream, name)
                default: break
                }
            }
            guard let from else {
                malformed(stream, "ref", "a dependency without \"ref\" is left out")
                continue
            }
            for to in to { try builder.add(from: from, to: to, .dependsOn) }
        }
    }

    mutating func compositions(_ stream: JSONStream) throws {
        place.begin("compositions")
        guard try entersArray(stream, "") else { return }
        place.push()
        while try stream.nextElement() {
            place.next()
            guard try entersObject(stream, "") else { continue }
            var composition = BillBuilder.PendingComposition()
            while let name = try stream.nextMember() {
                switch name {
                case "aggregate": composition.aggregate = try text(stream, name) ?? composition.aggregate
                case "assemblies": composition.assemblies = try references(stream, name)
                case "dependencies": composition.dependencies = try references(stream, name)
                default: break
                }
            }
            try builder.add(composition)
        }
    }

    /// Services are no components, but dependencies may name them.
    mutating func services(_ stream: JSONStream) throws {
        place.begin("services")
        guard try entersArray(stream, "") else { return }
        while try stream.nextElement() {
            guard try entersObject(stream, "") else { continue }
            while let name = try stream.nextMember() {
                switch name {
                case "bom-ref": if let reference = try text(stream, name) { try builder.note(other: reference) }
                case "services": try services(stream)
                default: break
                }
            }
        }
    }
}
