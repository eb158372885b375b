internal import Core

/// What a document says about itself, while it is read.
struct BillHead {
    var format: BillFormat?
    var specVersion: String?
    var identifier: String?
    var revision: Int64?
    var name: String?
    var timestamp: Instant?
    var tools: [String] = []
    var predicateType: String?
    var statementSubjects: [BillOfMaterials.Statement.Subject] = []

    /// - Throws: ``BillError`` when the document does not say that it is a bill, of a version that is read.
    func checked() throws(BillError) -> (format: BillFormat, version: String) {
        guard let format else {
            if let predicateType {
                throw BillError(
                    .notABill, "the statement's predicate is of type \"\(predicateType)\" and no bill of materials",
                    at: "predicate")
            }
            throw BillError(
                .notABill, "expected a CycloneDX or SPDX document, saw neither bomFormat, spdxVersion nor @graph",
                at: "the document")
        }
        let field = format == .cycloneDX ? "specVersion" : "spdxVersion"
        guard let specVersion else {
            throw BillError(.unsupportedVersion, "the version of the format is missing", at: field)
        }
        guard format.versions.contains(where: { $0.isSame(as: specVersion) }) else {
            throw BillError(
                .unsupportedVersion,
                "\(format.rawValue) \"\(specVersion)\" is not read; expected one of \(format.versions.joined(separator: ", "))",
                at: field)
        }
        return (format, specVersion)
    }
}
