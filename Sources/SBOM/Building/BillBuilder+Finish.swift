internal import Core

extension BillBuilder {
    /// Resolves what refers to what and gives the bill.
    ///
    /// - Throws: ``BillError`` when the document does not say that it is a bill, of a version that is read.
    mutating func finish(isXML: Bool, digest: Digest, byteCount: Int) throws(BillError) -> BillOfMaterials {
        let (format, version) = try head.checked()
        let places = arrange()
        resolveEdges(places)
        let subjects = resolveSubjects(places)
        let resolved = compositions.enumerated().map { index, pending in
            BillOfMaterials.Composition(
                aggregate: pending.aggregate,
                assemblies: resolve(pending.assemblies, places, "compositions[\(index)].assemblies"),
                dependencies: resolve(pending.dependencies, places, "compositions[\(index)].dependencies"))
        }
        let directs = directs(of: subjects)
        let componentCount = elements.count - (outerSubject == nil ? 0 : 1)
        texts.freeze()
        let bill = BillOfMaterials(
            format: format, specVersion: version, isXML: isXML, identifier: head.identifier, revision: head.revision,
            name: head.name, timestamp: head.timestamp, tools: head.tools, digest: digest, byteCount: byteCount,
            statement: head.predicateType.map {
                BillOfMaterials.Statement(predicateType: $0, subjects: head.statementSubjects)
            },
            subjects: subjects, compositions: resolved, quarantined: quarantined, quarantinedCount: quarantinedCount,
            componentCount: componentCount, elements: elements, texts: texts, hashes: hashes, edges: edges,
            directs: directs)
        return bill
    }

    /// Takes out what was set aside and puts the outer subject last.
    ///
    /// - Returns: where each element is now.
    private mutating func arrange() -> [UInt32] {
        var places = [UInt32](repeating: TextTable.none, count: elements.count)
        var next = 0
        for index in elements.indices where elements[index].isKept && outerSubject.map({ Int($0) == index }) != true {
            places[index] = UInt32(next)
            next += 1
        }
        let last = outerSubject.map { elements[Int($0)] }
        if let outerSubject { places[Int(outerSubject)] = UInt32(next) }
        // A nested component whose own component was set aside belongs to the next one that stayed.
        for index in elements.indices {
            var parent = elements[index].parent
            while parent != TextTable.none, places[Int(parent)] == TextTable.none {
                parent = elements[Int(parent)].parent
            }
            elements[index].parent = parent
        }
        for index in elements.indices where places[index] != TextTable.none {
            let place = Int(places[index])
            if place == next { continue }
            var element = elements[index]
            if element.parent != TextTable.none { element.parent = places[Int(element.parent)] }
            elements[place] = element
        }
        elements.removeSubrange(next...)
        if let last { elements.append(last) }
        return places
    }

    private func place(of reference: UInt32, _ places: [UInt32]) -> UInt32 {
        let owner = owner(of: reference)
        return owner == TextTable.none || owner == Self.other ? owner : places[Int(owner)]
    }

    private mutating func resolveEdges(_ places: [UInt32]) {
        var kept = 0
        for index in 0..<edges.count {
            let edge = edges[index]
            let from = place(of: edge.from, places)
            let to = place(of: edge.to, places)
            if from == TextTable.none || to == TextTable.none {
                if isQuarantineFull {
                    countQuarantined()
                    continue
                }
                let missing = from == TextTable.none ? edge.from : edge.to
                let other = from == TextTable.none ? edge.to : edge.from
                let beside = texts[other].excerpt(100)
                dangling(missing, at: "dependencies, beside \"\(beside)\"")
            } else if from != Self.other, to != Self.other {
                edges[kept] = EdgeList.Edge(from: from, to: to, kind: edge.kind)
                kept += 1
            }
        }
        edges.truncate(to: kept)
    }

    private mutating func resolve(_ references: [UInt32], _ places: [UInt32], _ field: String) -> [Int] {
        var found: [Int] = []
        for reference in references {
            let place = place(of: reference, places)
            if place == TextTable.none {
                dangling(reference, at: field)
            } else if place != Self.other {
                found.append(Int(place))
            }
        }
        return found
    }

    private mutating func resolveSubjects(_ places: [UInt32]) -> [Int] {
        var subjects = resolve(describedReferences, places, "what the document describes")
        if let outerSubject { subjects.append(Int(places[Int(outerSubject)])) }
        var seen: Set<Int> = []
        return subjects.filter { seen.insert($0).inserted }
    }

    private mutating func dangling(_ reference: UInt32, at place: @autoclosure () -> String) {
        let text = texts[reference].excerpt(200)
        quarantine(.danglingReference, "\"\(text)\" is nowhere in the document", at: place())
    }

    /// What the subjects themselves depend on; `nil` when the document does not tell.
    private func directs(of subjects: [Int]) -> [Bool]? {
        let subjects = Set(subjects)
        var directs: [Bool]?
        for index in 0..<edges.count {
            let edge = edges[index]
            guard edge.kind != BillOfMaterials.Dependency.Kind.contains.rawValue, subjects.contains(Int(edge.from))
            else { continue }
            if directs == nil { directs = [Bool](repeating: false, count: elements.count) }
            directs?[Int(edge.to)] = true
        }
        return directs
    }
}
