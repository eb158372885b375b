internal import Core

/// Collects components and edges in the order of the document, and resolves references at its end.
struct BillBuilder {
    /// What owns a reference that is no component: a file, a service, the document itself.
    static let other = UInt32.max - 1

    struct PendingComposition {
        var aggregate = "unspecified"
        var assemblies: [UInt32] = []
        var dependencies: [UInt32] = []
    }

    let limits: BillLimits
    var head = BillHead()
    var texts = TextTable()
    var hashes = HashStore()
    var elements: [BillElement] = []
    /// Edges between references; at the end between components.
    var edges = EdgeList()
    /// The element that has a reference, by the reference's number.
    private(set) var owners: [UInt32] = []
    /// CycloneDX' `metadata.component`, which is no component of its list.
    var outerSubject: UInt32?
    /// What else the document says it describes.
    var describedReferences: [UInt32] = []
    var compositions: [PendingComposition] = []
    private var compositionReferences = 0
    private(set) var quarantined: [Quarantine] = []
    private(set) var quarantinedCount = 0

    init(limits: BillLimits) { self.limits = limits }

    mutating func quarantine(_ reason: Quarantine.Reason, _ message: String, at place: @autoclosure () -> String) {
        quarantinedCount += 1
        if quarantined.count < limits.quarantined.limit { quarantined.append(Quarantine(reason, message, at: place())) }
    }

    /// Whether what is set aside now would only be counted.
    var isQuarantineFull: Bool { quarantined.count >= limits.quarantined.limit }

    /// Counts a part that is set aside and no longer listed.
    mutating func countQuarantined() { quarantinedCount += 1 }

    /// Keeps a text.
    ///
    /// - Throws: ``BillError`` when all of them together pass their cap.
    mutating func text(_ text: String) throws -> UInt32 {
        let id = texts.intern(text)
        if texts.byteCount + hashes.byteCount > limits.texts.limit || texts.count >= 1 << 28 {
            throw tooLarge(limits.texts, texts.byteCount + hashes.byteCount)
        }
        return id
    }

    /// Keeps a field's text, unless there is none or it is too long.
    private mutating func text(_ text: String?, at place: @autoclosure () -> String) throws -> UInt32 {
        guard let text, !text.isEmpty else { return TextTable.none }
        guard text.utf8.count <= limits.text.limit else {
            quarantine(.tooLong, "\(CapExceeded(cap: limits.text, seen: text.utf8.count))", at: place())
            return TextTable.none
        }
        return try self.text(text)
    }

    func owner(of reference: UInt32) -> UInt32 {
        Int(reference) < owners.count ? owners[Int(reference)] : TextTable.none
    }

    private mutating func setOwner(of reference: UInt32, _ element: UInt32) {
        if Int(reference) >= owners.count {
            owners.append(contentsOf: repeatElement(TextTable.none, count: texts.count - owners.count))
        }
        owners[Int(reference)] = element
    }

    /// Notes a reference to something that is no component, so that edges to it are not taken for dangling.
    mutating func note(other reference: String) throws {
        let id = try text(reference)
        if owner(of: id) == TextTable.none { setOwner(of: id, Self.other) }
    }

    /// Makes room for a component whose fields and nested components follow.
    mutating func reserve(parent: UInt32?) throws -> UInt32 {
        if elements.count > limits.components.limit { throw tooLarge(limits.components, elements.count) }
        var element = BillElement()
        element.parent = parent ?? TextTable.none
        elements.append(element)
        return UInt32(elements.count - 1)
    }

    /// Completes a component; one that cannot stay is set aside.
    ///
    /// - Parameter place: a field of the component, or the component itself, in the document.
    mutating func complete(_ index: UInt32, _ draft: ElementDraft, isSubject: Bool, place: (String) -> String) throws {
        guard let name = draft.name, !name.isEmpty else {
            quarantine(.missingName, "a component without a name is left out", at: place("name"))
            return
        }
        var element = elements[Int(index)]
        element.reference = try text(draft.reference, at: place("bom-ref"))
        if try !claims(element.reference, index, isSubject: isSubject, place: place) { return }
        element.type = try text(draft.type, at: place("type"))
        element.group = try text(draft.group, at: place("group"))
        element.name = try text(name, at: place("name"))
        element.version = try text(draft.version, at: place("version"))
        element.licences = try text(draft.licences.joined(separator: ", "), at: place("licenses"))
        if let text = draft.purl, !text.isEmpty {
            do throws(PurlError) {
                let purl = try Purl(text).description
                element.purl = texts.intern(purl)
            } catch {
                quarantine(.badPurl, "\"\(text.excerpt(200))\": \(error)", at: place("purl"))
            }
        }
        element.scope = draft.scope?.rawValue ?? 0
        element.hashStart = UInt32(clamping: hashes.byteCount)
        element.hashCount = UInt8(clamping: draft.hashes.count)
        for hash in draft.hashes.prefix(255) { hashes.append(hash) }
        element.isKept = true
        elements[Int(index)] = element
        if isSubject { outerSubject = index }
    }

    /// Whether the component may stay: nobody has its reference.
    ///
    /// What the document describes may stand among the components as well; then it is that component.
    private mutating func claims(
        _ reference: UInt32, _ index: UInt32, isSubject: Bool, place: (String) -> String
    ) throws -> Bool {
        guard reference != TextTable.none else { return true }
        let first = owner(of: reference)
        if first == TextTable.none {
            setOwner(of: reference, index)
            return true
        }
        if isSubject, first != Self.other {
            describedReferences.append(reference)
            return false
        }
        if let outer = outerSubject, outer == first {
            describedReferences.append(reference)
            elements[Int(outer)].isKept = false
            outerSubject = nil
            setOwner(of: reference, index)
            return true
        }
        quarantine(
            .duplicateReference, "\"\(texts[reference].excerpt(200))\" stands there before; this one is left out",
            at: place("bom-ref"))
        return false
    }

    /// Notes a dependency between references.
    mutating func add(from: UInt32, to: UInt32, _ kind: BillOfMaterials.Dependency.Kind) throws {
        if edges.count >= limits.dependencies.limit { throw tooLarge(limits.dependencies, edges.count + 1) }
        edges.append(EdgeList.Edge(from: from, to: to, kind: kind.rawValue))
    }

    func tooLarge(_ cap: Cap, _ seen: Int) -> BillError {
        BillError(.tooLarge, "\(CapExceeded(cap: cap, seen: seen))", at: "the document")
    }
}

extension BillBuilder {
    mutating func add(_ composition: PendingComposition) throws {
        if compositions.count >= limits.components.limit {
            throw tooLarge(limits.components, compositions.count + 1)
        }
        // Each reference is kept, so all of them together have a cap, however they are spread.
        compositionReferences += composition.assemblies.count + composition.dependencies.count
        if compositionReferences > limits.dependencies.limit {
            throw tooLarge(limits.dependencies, compositionReferences)
        }
        compositions.append(composition)
    }

    /// A container image is known by its digest only; a tag can be moved.
    mutating func checkSubject(_ draft: ElementDraft, at place: @autoclosure () -> String) {
        guard draft.type?.isSame(as: "container") == true, let name = draft.name else { return }
        let isDigest = draft.version.flatMap { Digest($0) } != nil
        let inPurl = draft.purl.flatMap { try? Purl($0) }?.version.flatMap { Digest($0) } != nil
        if isDigest || inPurl || draft.hashes.contains(where: { $0.digest != nil }) { return }
        quarantine(
            .subjectWithoutDigest,
            "expected the image's digest, saw \"\(draft.version?.excerpt(100) ?? "")\"; which \(name.excerpt(100)) is meant is unknown",
            at: place())
    }
}
