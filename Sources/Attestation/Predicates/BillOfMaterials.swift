public import Core

/// What an artifact is made of, as far as evidence goes: which format, how much, and whether it is about the subject.
///
/// The statement's subject is what binds a bill of materials to an artifact. Where the document itself names a
/// digest of what it describes, that must not contradict the subject; see ``contradictions``. The components are
/// not read here.
public struct BillOfMaterials: Sendable, Hashable {
    /// A format and where it is defined.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// CycloneDX in JSON (ECMA-424).
        case cycloneDX = "CycloneDX"
        /// SPDX 2 in JSON (ISO/IEC 5962).
        case spdx = "SPDX"
    }

    /// A place where the document does not fit the statement that carries it.
    public enum Contradiction: Sendable, Hashable, CustomStringConvertible {
        /// The document describes something whose SHA-256 is not a subject's.
        case otherArtifact(described: Digest, subjects: [Digest])
        /// The predicate type names another version of the format than the document.
        case otherVersion(predicateType: String, document: String)

        public var description: String {
            switch self {
            case .otherArtifact(let described, let subjects):
                "the document describes \(described), the statement is about "
                    + subjects.prefix(3).map(\.description).joined(separator: ", ")
                    + (subjects.count > 3 ? " and others" : "")
            case .otherVersion(let type, let document):
                "the predicate type is \(type), the document's version is \(document)"
            }
        }
    }

    public let format: Format
    /// The format's version, such as `1.5` or `2.3`.
    public let specVersion: String
    /// The document's own name: CycloneDX `serialNumber`, SPDX `documentNamespace`.
    public let serial: String?
    /// How many components (with nested ones) or packages it lists.
    public let componentCount: Int
    /// The SHA-256 digests the document gives of what it describes as a whole; most tools give none.
    public let described: [Digest]
    /// What it is bound to.
    public let subjects: [SubjectDigest]
    /// Where document and statement contradict each other; empty is good.
    public let contradictions: [Contradiction]

    static let maximumComponents = Cap("components", 500_000)
    static let maximumHashes = Cap("hashes of one component", 64)
    /// Each is held against each subject; tools describe one thing, or as many as an image has platforms.
    static let maximumDescribed = Cap("digests of what a document describes", 4096)

    /// The format and version a predicate type stands for; the version is `nil` where the type names none.
    static let predicateTypes: [(type: String, format: Format, version: String?)] =
        [("https://cyclonedx.org/bom", .cycloneDX, nil), ("https://spdx.dev/Document", .spdx, nil)]
        + (0...7).map { ("https://cyclonedx.org/bom/v1.\($0)", .cycloneDX, "1.\($0)") }
        + (2...3).map { ("https://spdx.dev/Document/v2.\($0)", .spdx, "2.\($0)") }

    /// Reads the document that a statement carries.
    ///
    /// - Throws: ``JSONError`` when the statement's type is no bill of materials, or with the field that is missing,
    ///   malformed or too large.
    public init(_ statement: Statement) throws(JSONError) {
        guard let known = Self.predicateTypes.first(where: { $0.type.isSame(as: statement.predicateType) }) else {
            throw JSONError(
                .shape,
                "expected a predicate type of CycloneDX or SPDX, saw \"\(statement.predicateType.prefix(100))\"",
                at: .field("predicateType"))
        }
        let cursor = try JSONCursor(predicate: statement.predicate)
        format = known.format
        switch known.format {
        case .cycloneDX: (specVersion, serial, componentCount, described) = try Self.cycloneDX(cursor)
        case .spdx: (specVersion, serial, componentCount, described) = try Self.spdx(cursor)
        }
        subjects = statement.subjects.flatMap(\.digests)
        let hashes = subjects.compactMap(\.digest).filter { $0.algorithm == .sha256 }
        var contradictions: [Contradiction] = []
        if let version = known.version, !version.isSame(as: specVersion) {
            contradictions.append(.otherVersion(predicateType: known.type, document: specVersion))
        }
        // A subject without a SHA-256 cannot be contradicted by one.
        for digest in described where !hashes.isEmpty && !hashes.contains(digest) {
            contradictions.append(.otherArtifact(described: digest, subjects: hashes))
        }
        self.contradictions = contradictions
    }

    private typealias Facts = (version: String, serial: String?, count: Int, described: [Digest])

    // CycloneDX 1.x JSON reference, "bom-1.5.schema.json": bomFormat and specVersion are required.
    private static func cycloneDX(_ cursor: JSONCursor) throws(JSONError) -> Facts {
        let format = try cursor.required("bomFormat")
        guard try format.string().isSame(as: "CycloneDX") else { throw format.error("expected CycloneDX") }
        let count = try count(cursor, soFar: 0)
        var described: [Digest] = []
        if let component = try cursor.optional("metadata")?.optional("component") {
            for hash in try component.optional("hashes")?.elements(maximumHashes) ?? [] {
                guard try hash.required("alg").string().isSame(as: "SHA-256") else { continue }
                described.append(try hash.required("content").sha256())
            }
        }
        return (
            try cursor.required("specVersion").text(), try cursor.optionalText("serialNumber"), count, described
        )
    }

    // Components nest; the depth is bounded by the JSON parser's.
    private static func count(_ cursor: JSONCursor, soFar: Int) throws(JSONError) -> Int {
        guard let components = try cursor.optional("components") else { return soFar }
        var count = soFar
        for component in try components.elements(maximumComponents) {
            count = try Self.count(component, soFar: count + 1)
            if count > maximumComponents.limit {
                throw components.error("\(CapExceeded(cap: maximumComponents, seen: count))", .tooLarge)
            }
        }
        return count
    }

    // SPDX 2.3 §6 (document creation) and §7 (packages); what is described is named by `documentDescribes` or by a
    // DESCRIBES relationship of the document (§11).
    private static func spdx(_ cursor: JSONCursor) throws(JSONError) -> Facts {
        let field = try cursor.required("spdxVersion")
        let text = try field.string()
        guard text.utf8.starts(with: "SPDX-2.".utf8), text.utf8.count > 7 else {
            throw field.error("expected SPDX-2.2 or SPDX-2.3, saw \"\(text.prefix(40))\"")
        }
        var roots = Set(try cursor.strings("documentDescribes", maximumComponents))
        for relationship in try cursor.optional("relationships")?.elements(Cap("relationships", 1_000_000)) ?? []
        where relationship.value["relationshipType"]?.string == "DESCRIBES"
            && relationship.value["spdxElementId"]?.string == "SPDXRef-DOCUMENT"
        {
            roots.insert(try relationship.required("relatedSpdxElement").string())
        }
        var described: [Digest] = []
        let packages = try cursor.optional("packages")?.elements(maximumComponents) ?? []
        for package in packages where roots.contains(package.value["SPDXID"]?.string ?? "") {
            for checksum in try package.optional("checksums")?.elements(maximumHashes) ?? [] {
                guard try checksum.required("algorithm").string().isSame(as: "SHA256") else { continue }
                described.append(try checksum.required("checksumValue").sha256())
                guard described.count <= maximumDescribed.limit else {
                    throw checksum.error(
                        "\(CapExceeded(cap: maximumDescribed, seen: described.count))", .tooLarge)
                }
            }
        }
        return (String(text.dropFirst(5)), try cursor.optionalText("documentNamespace"), packages.count, described)
    }
}

extension JSONCursor {
    /// A SHA-256 in hexadecimal; CycloneDX and SPDX allow uppercase.
    fileprivate func sha256() throws(JSONError) -> Digest {
        guard let bytes = Hex.decode(try string().lowercased()), let digest = Digest(.sha256, bytes: bytes) else {
            throw error("expected a SHA-256 of 64 hexadecimal digits")
        }
        return digest
    }
}
