internal import Core
internal import YAML

/// What every document begins with: `apiVersion`, `kind`, `metadata.name` and `spec`.
struct DocumentHeader {
    let name: String
    let spec: YAMLCursor
    let nameCursor: YAMLCursor

    /// - Throws: ``YAMLError`` when it is a document of another kind or version, or has other fields.
    init(_ cursor: YAMLCursor, kind: String) throws(YAMLError) {
        try cursor.allow(only: ["apiVersion", "kind", "metadata", "spec"])
        try DocumentReader.refuseNothing(cursor)
        try Self.demand(DocumentReader.apiVersion, cursor.required("apiVersion"))
        try Self.demand(kind, cursor.required("kind"))
        let metadata = try cursor.required("metadata")
        try metadata.allow(only: ["name"])
        nameCursor = try metadata.required("name")
        name = try nameCursor.text()
        spec = try cursor.required("spec")
    }

    private static func demand(_ text: String, _ cursor: YAMLCursor) throws(YAMLError) {
        let seen = try cursor.text()
        guard seen.isSame(as: text) else {
            throw cursor.error("expected \(text), saw \(PrintableText.quote(seen.excerpt(60)))")
        }
    }
}
