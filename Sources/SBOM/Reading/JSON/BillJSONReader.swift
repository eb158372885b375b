internal import Compression
internal import Core

/// Reads a bill of materials in JSON, member by member, whatever order they come in.
struct BillJSONReader {
    /// The families of formats by the members that only they have.
    private enum Family: String { case cycloneDX = "CycloneDX", spdx2 = "SPDX 2", spdx3 = "SPDX 3" }

    var builder: BillBuilder
    var place = BillPlace()
    private var families: Set<Family> = []

    init(limits: BillLimits) { builder = BillBuilder(limits: limits) }

    var limits: BillLimits { builder.limits }

    /// Reads the whole document, to its last byte.
    mutating func read(_ source: any ByteSource) throws {
        let limits = JSONStreamLimits(
            bytes: builder.limits.decompression.output.limit, depth: builder.limits.depth.limit)
        let stream = JSONStream(source, limits: limits)
        guard try stream.kind() == .object else {
            // The rest may be no JSON at all, which is the better thing to say.
            try stream.finish()
            throw BillError(.notABill, "expected a JSON object", at: "the document")
        }
        try document(stream, nesting: 0)
        try stream.finish()
        if families.count > 1 {
            let names = families.map(\.rawValue).sorted().joined(separator: " and ")
            throw BillError(
                .notABill, "the document has members of \(names); readers disagree what it says", at: "the document")
        }
    }

    // The names below hold no character that another one is canonically equivalent to, so `switch` compares bytes.
    private mutating func document(_ stream: JSONStream, nesting: Int) throws {
        try stream.beginObject()
        while let name = try stream.nextMember() {
            switch name {
            case "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies",
                "compositions", "services":
                try cycloneDX(stream, name)
            case "spdxVersion", "documentNamespace", "creationInfo", "packages", "files", "snippets", "relationships",
                "documentDescribes", "SPDXID":
                try spdx2(stream, name)
            case "@graph":
                families.insert(.spdx3)
                try spdx3Graph(stream)
            case "name": builder.head.name = try text(stream, name)
            case "predicateType" where nesting == 0: builder.head.predicateType = try text(stream, name)
            case "subject" where nesting == 0: try statementSubjects(stream)
            // A statement's predicate, cosign's wrapper within it, GitHub's wrapper of an export.
            case "predicate" where nesting == 0, "sbom" where nesting == 0, "Data" where nesting == 1:
                if try stream.kind() == .object { try document(stream, nesting: nesting + 1) }
            default: break
            }
        }
    }

    private mutating func cycloneDX(_ stream: JSONStream, _ name: String) throws {
        if name != "version" { families.insert(.cycloneDX) }
        switch name {
        case "bomFormat":
            let format = try text(stream, name)
            guard format?.isSame(as: "CycloneDX") == true else {
                throw BillError(.notABill, "expected \"CycloneDX\", saw \"\(format ?? "")\"", at: name)
            }
            builder.head.format = .cycloneDX
        case "specVersion": builder.head.specVersion = try text(stream, name)
        case "serialNumber": builder.head.identifier = try text(stream, name)
        case "version": builder.head.revision = try value(stream, name)?.integer
        case "metadata": try metadata(stream)
        case "components":
            place.begin(name)
            try components(stream, parent: nil)
        case "dependencies": try dependencies(stream)
        case "compositions": try compositions(stream)
        default: try services(stream)
        }
    }

    private mutating func spdx2(_ stream: JSONStream, _ name: String) throws {
        families.insert(.spdx2)
        switch name {
        case "spdxVersion":
            builder.head.format = .spdx
            builder.head.specVersion = try text(stream, name)
        case "documentNamespace": builder.head.identifier = try text(stream, name)
        case "creationInfo": try spdx2CreationInfo(stream)
        case "packages": try spdx2Packages(stream)
        case "files", "snippets": try spdx2Others(stream, name)
        case "relationships": try spdx2Relationships(stream)
        case "documentDescribes":
            builder.describedReferences += try references(stream, name)
        default:
            if let reference = try text(stream, name) { try builder.note(other: reference) }
        }
    }

    /// The artifacts that an in-toto statement is about; the statement's own reader has judged it before.
    private mutating func statementSubjects(_ stream: JSONStream) throws {
        guard let subjects = try value(stream, "subject")?.array else { return }
        builder.head.statementSubjects = subjects.prefix(1_024).map { subject in
            let digests = subject["digest"]?.object?.members.compactMap { member in
                member.value.string.flatMap { Digest("\(member.key):\($0)") }
            }
            return BillOfMaterials.Statement.Subject(name: subject["name"]?.string ?? "", digests: digests ?? [])
        }
    }
}
