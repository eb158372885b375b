internal import Core

/// Reads CycloneDX 1.2 to 1.7 in XML, element by element.
final class CycloneDXXMLReader: XMLHandler {
    private struct OpenComponent {
        let index: UInt32
        var draft = ElementDraft()
    }

    private var builder: BillBuilder
    private var place = BillPlace()
    private var nodes: [CycloneDXNode] = [.document]
    /// How many elements are open within one that is passed over.
    private var passedOver = 0
    private var namespace = ""
    private var components: [OpenComponent] = []
    private var dependencies: [UInt32?] = []
    private var composition: BillBuilder.PendingComposition?
    private var tool: [String] = []
    private var hashAlgorithm = ""
    private var buffer: [UInt8] = []
    private var isTooLong = false

    private init(limits: BillLimits) { builder = BillBuilder(limits: limits) }

    /// Reads the whole document, to its last byte.
    static func read(_ source: any ByteSource, limits: BillLimits) throws -> BillBuilder {
        let reader = CycloneDXXMLReader(limits: limits)
        try XMLEvents(reader, limits: limits).read(source)
        return reader.builder
    }

    func begin(_ name: String, _ attributes: [(name: String, value: String)], line: Int) throws {
        guard passedOver == 0, let node = nodes.last else {
            passedOver += 1
            return
        }
        let (space, local) = Self.split(name)
        if case .document = node { try beginBill(space, local, attributes) }
        // Extensions have namespaces of their own.
        let child = space.isSame(as: namespace) ? node.child(local) : .other
        if case .other = child {
            passedOver = 1
            return
        }
        nodes.append(child)
        buffer.removeAll(keepingCapacity: true)
        isTooLong = false
        func attribute(_ name: String) throws -> String? {
            guard let value = attributes.first(where: { $0.name.isSame(as: name) })?.value else { return nil }
            guard value.utf8.count <= builder.limits.text.limit else {
                let cap = CapExceeded(cap: builder.limits.text, seen: value.utf8.count)
                builder.quarantine(.tooLong, "\(cap)", at: place.text(field: name, line: line))
                return nil
            }
            return value
        }
        switch child {
        case .metadata: place.begin("metadata")
        case .components: beginComponents()
        case .subject, .component:
            if case .subject = child { place.begin("metadata.component") } else { place.next() }
            let parent = components.last?.index
            components.append(OpenComponent(index: try builder.reserve(parent: parent)))
            components[components.count - 1].draft.reference = try attribute("bom-ref")
            components[components.count - 1].draft.type = try attribute("type")
        case .hash: hashAlgorithm = try attribute("alg") ?? ""
        case .tool: tool = []
        case .dependencies, .compositions, .services: place.begin(local)
        case .dependency: try beginDependency(try attribute("ref"), line: line)
        case .composition: composition = BillBuilder.PendingComposition()
        case .assembly:
            if let reference = try attribute("ref") { composition?.assemblies.append(try builder.text(reference)) }
        case .composedDependency:
            if let reference = try attribute("ref") { composition?.dependencies.append(try builder.text(reference)) }
        case .service: if let reference = try attribute("bom-ref") { try builder.note(other: reference) }
        default: break
        }
    }

    private func beginBill(_ space: String, _ local: String, _ attributes: [(name: String, value: String)]) throws {
        let prefix = "http://cyclonedx.org/schema/bom/"
        guard local == "bom", space.utf8.starts(with: prefix.utf8) else {
            throw BillError(
                .notABill, "expected the element \"bom\" of CycloneDX, saw \"\(local)\"", at: "the document")
        }
        namespace = space
        builder.head.format = .cycloneDX
        builder.head.specVersion = String(space.dropFirst(prefix.count))
        for attribute in attributes {
            switch attribute.name {
            case "serialNumber": builder.head.identifier = attribute.value.excerpt(builder.limits.text.limit)
            case "version": builder.head.revision = Int64(attribute.value)
            default: break
            }
        }
        // What is not read is refused before anything is read of it.
        _ = try builder.head.checked()
    }

    private func beginComponents() {
        if components.isEmpty { place.begin("components") }
        place.push()
    }

    private func beginDependency(_ reference: String?, line: Int) throws {
        guard let reference else {
            builder.quarantine(
                .malformed, "a dependency without \"ref\" is left out", at: place.text(field: "ref", line: line))
            dependencies.append(nil)
            return
        }
        let to = try builder.text(reference)
        if let last = dependencies.last, let from = last { try builder.add(from: from, to: to, .dependsOn) }
        dependencies.append(to)
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard passedOver == 0, nodes.last?.wantsText == true, !isTooLong else { return }
        guard buffer.count + bytes.count <= builder.limits.text.limit else {
            isTooLong = true
            return
        }
        buffer.append(contentsOf: bytes)
    }

    func end(line: Int) throws {
        if passedOver > 0 {
            passedOver -= 1
            return
        }
        guard nodes.count > 1, let node = nodes.popLast() else { return }
        if node.wantsText, let text = content(node, line: line) { keep(text, node, line: line) }
        switch node {
        case .subject, .component: try endComponent(node, line: line)
        case .components: place.pop()
        case .tool where !tool.isEmpty && builder.head.tools.count < 100:
            builder.head.tools.append(tool.joined(separator: " ").excerpt(500))
        case .dependency: dependencies.removeLast()
        case .composition:
            if let composition { try builder.add(composition) }
            composition = nil
        default: break
        }
    }

    private func endComponent(_ node: CycloneDXNode, line: Int) throws {
        guard let component = components.popLast() else { return }
        let isSubject = if case .subject = node { true } else { false }
        let place = place
        try builder.complete(component.index, component.draft, isSubject: isSubject) {
            place.text(field: $0, line: line)
        }
        guard isSubject else { return }
        builder.checkSubject(component.draft, at: place.text(field: "version", line: line))
        self.place.begin("metadata")
    }

    /// The text of an element without the white space around it, which writers add for the eye.
    private func content(_ node: CycloneDXNode, line: Int) -> String? {
        if isTooLong {
            let cap = CapExceeded(cap: builder.limits.text, seen: builder.limits.text.limit + 1)
            builder.quarantine(.tooLong, "\(cap)", at: place.text(field: "\(node)", line: line))
            return nil
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        let trimmed = buffer.drop(while: isSpace)
        let end = trimmed.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? trimmed.startIndex
        return String(decoding: trimmed[trimmed.startIndex..<end], as: UTF8.self)
    }

    private func keep(_ text: String, _ node: CycloneDXNode, line: Int) {
        switch node {
        case .timestamp:
            builder.head.timestamp = Instant(rfc3339: text)
            if builder.head.timestamp == nil {
                builder.quarantine(
                    .malformed, "expected a time such as 2026-01-20T10:00:00Z, saw \"\(text.excerpt(60))\"",
                    at: place.text(field: "timestamp", line: line))
            }
        case .toolPart: if !text.isEmpty { tool.append(text) }
        case .aggregate: composition?.aggregate = text
        default: if !components.isEmpty { keep(text, ofComponent: node, line: line) }
        }
    }

    private func keep(_ text: String, ofComponent node: CycloneDXNode, line: Int) {
        let last = components.count - 1
        switch node {
        case .name: components[last].draft.name = text
        case .version: components[last].draft.version = text
        case .group: components[last].draft.group = text
        case .purl: components[last].draft.purl = text
        case .scope: components[last].draft.scope = BillOfMaterials.Component.Scope(name: text)
        case .licenceText: components[last].draft.licences.append(text)
        case .hash:
            guard let algorithm = ComponentHash.Algorithm(name: hashAlgorithm) else { return }
            guard let bytes = Hex.decode(text.lowercased()), bytes.count == algorithm.byteCount else {
                builder.quarantine(
                    .malformed,
                    "expected \(algorithm.byteCount) bytes in hexadecimal, saw \"\(text.excerpt(80))\"",
                    at: place.text(field: "hashes", line: line))
                return
            }
            components[last].draft.hashes.append(ComponentHash(algorithm: algorithm, bytes: bytes))
        default: break
        }
    }

    private static func split(_ name: String) -> (space: String, local: String) {
        guard let mark = name.utf8.firstIndex(of: 0x0A) else { return ("", name) }
        return (String(name[..<mark]), String(name[name.utf8.index(after: mark)...]))
    }
}
