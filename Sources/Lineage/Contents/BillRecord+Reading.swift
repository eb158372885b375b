package import Core
package import SBOM

extension BillRecord {
    /// Makes a record of a bill of materials that was read.
    ///
    /// The document says which image it describes, by the statement that it came in or by its subject; where it does not,
    /// whoever hands it in must. What it says and what is said must not differ in a statement's subject. A component's digest
    /// may differ for good reasons (an index and its platforms); that is noted among what was set aside.
    ///
    /// - Parameters:
    ///   - bill: the bill.
    ///   - image: the image that it is said to be about.
    ///   - attestation: the verified attestation that carries it; `nil` when nobody signed it.
    ///   - digest: the document's digest, when it is known under another one than that of its bytes.
    ///   - origin: where it was read from, in words.
    /// - Throws: ``LineageError`` `malformed` when it is about no image, or about another one.
    package init(
        _ bill: BillOfMaterials, image: Digest? = nil, attestation: Digest? = nil, digest: Digest? = nil, origin: String
    ) throws(LineageError) {
        var quarantined = bill.quarantined.map { Quarantined(place: $0.place, reason: "\($0.message)") }
        let stated = bill.statement?.subjects.flatMap(\.digests).filter { $0.algorithm == .sha256 } ?? []
        let described = bill.subjects.compactMap { bill[$0].digest }.filter { $0.algorithm == .sha256 }
        let images: [Digest]
        if let image {
            guard stated.isEmpty || stated.contains(image) else {
                throw LineageError(
                    .malformed,
                    "the statement is about \(stated[0]) and not about \(image); name that image, or hand in its own bill"
                )
            }
            if stated.isEmpty, let other = described.first, !described.contains(image) {
                quarantined.append(
                    Quarantined(place: "the document's subject", reason: "describes \(other), handed in for \(image)"))
            }
            images = [image]
        } else {
            images = stated.isEmpty ? described : stated
        }
        var packages: [Package] = []
        packages.reserveCapacity(bill.components.count)
        for component in bill.components {
            let group = component.group.map { $0.isEmpty ? "" : "\($0)/" } ?? ""
            let name = "\(group)\(component.name)"
            packages.append(
                Package(
                    key: component.purl?.description ?? "\(name)@\(component.version ?? "")",
                    name: component.purl?.withoutVersion.description ?? name,
                    // Where the document tells no dependencies of its subject, nothing says that something stands between.
                    isDirect: bill.directness(component.index) != .transitive, scope: Package.Scope(component.scope)))
        }
        var dependencies: [Dependency] = []
        for edge in bill.dependencies where edge.kind != .contains {
            guard packages.indices.contains(edge.from), packages.indices.contains(edge.to) else { continue }
            dependencies.append(Dependency(from: edge.from, to: edge.to))
        }
        try self.init(
            digest: digest ?? bill.digest, format: "\(bill.format.rawValue)", version: bill.specVersion,
            serial: bill.identifier, createdAt: bill.timestamp, images: images, attestation: attestation,
            origin: origin,
            packages: packages, dependencies: dependencies, quarantined: quarantined)
    }
}

extension BillRecord.Package.Scope {
    fileprivate init(_ scope: BillOfMaterials.Component.Scope?) {
        switch scope {
        case .required: self = .required
        case .optional: self = .optional
        case .excluded: self = .excluded
        case nil: self = .unknown
        }
    }
}
