package import Core

/// Who an object says it was made for (meta/v1 OwnerReference): a claim, until the owner has been fetched.
package struct OwnerReference: Sendable, Hashable {
    package let apiVersion: String
    package let kind: String
    package let name: String
    package let uid: String
    /// Whether the owner is the managing controller; an object has at most one.
    package let isController: Bool

    package init(apiVersion: String, kind: String, name: String, uid: String, isController: Bool) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
    }

    /// The owner's type; `nil` when the `apiVersion` has no such form.
    package var groupVersionKind: GroupVersionKind? { GroupVersionKind(apiVersion: apiVersion, kind: kind) }

    init(_ reference: JSONCursor) throws(ReviewError) {
        func text(_ name: String) throws(ReviewError) -> String {
            let text = try reading { () throws(JSONError) in try reference.required(name).string() }
            guard !text.isEmpty, text.utf8.count <= 320 else {
                throw ReviewError(.shape, "expected 1 to 320 bytes", field: "\(reference.field).\(name)")
            }
            return text
        }
        apiVersion = try text("apiVersion")
        kind = try text("kind")
        name = try text("name")
        uid = try text("uid")
        isController = try reading { () throws(JSONError) in try reference.optional("controller")?.bool() ?? false }
    }
}

/// What is read of an object's `metadata` (meta/v1 ObjectMeta).
package struct ObjectMetadata: Sendable, Hashable {
    /// The name; `nil` when the API server is yet to make one of ``generateName``.
    package var name: String?
    package var generateName: String?
    package var namespace: String?
    package var uid: String?
    package var labels: TextMap = [:]
    package var annotations: TextMap = [:]
    package var ownerReferences: [OwnerReference] = []
    package var finalizers: [String] = []

    package init() {}

    /// The managing controller that the object claims.
    package var controller: OwnerReference? { ownerReferences.first(where: \.isController) }

    /// Reads the `metadata` of an object; what the API server never lets through is refused.
    ///
    /// - Throws: ``ReviewError`` with the field.
    package init(object: JSONValue, limits: ReviewLimits = .standard) throws(ReviewError) {
        try self.init(of: JSONCursor(object), limits: limits)
    }

    init(of object: JSONCursor, limits: ReviewLimits) throws(ReviewError) {
        try object.refuseLookalikes(of: ["metadata"])
        guard let metadata = try reading({ () throws(JSONError) in try object.optional("metadata") }) else { return }
        try metadata.refuseLookalikes(of: ["name", "namespace", "labels", "annotations", "ownerReferences"])
        func text(
            _ key: String, _ expected: String, _ isValid: (String) -> Bool
        ) throws(ReviewError) -> String? {
            guard let text = try reading({ () throws(JSONError) in try metadata.optional(key)?.string() }),
                !text.isEmpty
            else { return nil }
            guard isValid(text) else {
                throw ReviewError(
                    .shape, "expected \(expected), saw \(PrintableText.quote(text.excerpt(100)))",
                    field: "\(metadata.field).\(key)")
            }
            return text
        }
        name = try text("name", "a name of at most 253 bytes without / and %", NameSyntax.isName)
        generateName = try text("generateName", "the beginning of a name", NameSyntax.isName)
        namespace = try text("namespace", "a namespace's name (RFC 1123 label)", NameSyntax.isNamespace)
        uid = try text("uid", "a UID of at most 128 bytes", NameSyntax.isUID)
        labels = try Self.labels(metadata, limits)
        annotations = try Self.annotations(metadata, limits)
        for reference in try Self.elements("ownerReferences", of: metadata, limits) {
            ownerReferences.append(try OwnerReference(reference))
        }
        guard ownerReferences.count(where: \.isController) <= 1 else {
            throw ReviewError(
                .conflict, "expected one reference with controller: true, saw several",
                field: "\(metadata.field).ownerReferences")
        }
        for finalizer in try Self.elements("finalizers", of: metadata, limits) {
            finalizers.append(try reading { () throws(JSONError) in try finalizer.string() })
        }
    }

    /// The labels of a `metadata`; their names and values are of Kubernetes' grammar.
    static func labels(_ metadata: JSONCursor, _ limits: ReviewLimits) throws(ReviewError) -> TextMap {
        try map("labels", of: metadata, limits) { key, value in
            guard NameSyntax.isQualifiedName(key) else { return "the label's name is malformed" }
            return NameSyntax.isLabelValue(value)
                ? nil : "expected at most 63 letters, digits, '-', '_' and '.', saw \(PrintableText.quote(value))"
        }
    }

    /// The annotations of a `metadata`; their names are of Kubernetes' grammar.
    static func annotations(_ metadata: JSONCursor, _ limits: ReviewLimits) throws(ReviewError) -> TextMap {
        try map("annotations", of: metadata, limits) { key, _ in
            NameSyntax.isQualifiedName(key) ? nil : "the annotation's name is malformed"
        }
    }

    private static func map(
        _ name: String, of metadata: JSONCursor, _ limits: ReviewLimits, problem: (String, String) -> String?
    ) throws(ReviewError) -> TextMap {
        guard let cursor = try reading({ () throws(JSONError) in try metadata.optional(name) }) else { return [:] }
        let members = try reading { () throws(JSONError) in try cursor.members() }
        guard members.count <= limits.entries.limit else {
            let cap = CapExceeded(cap: limits.entries, seen: members.count)
            throw ReviewError(.tooLarge, "\(cap)", field: cursor.field)
        }
        var entries: [TextMap.Entry] = []
        for member in members {
            let value = try reading { () throws(JSONError) in try member.cursor.string() }
            if let problem = problem(member.name, value) {
                throw ReviewError(.shape, problem, field: member.cursor.field)
            }
            entries.append(TextMap.Entry(key: member.name, value: value))
        }
        return TextMap(unique: entries)
    }

    private static func elements(
        _ name: String, of metadata: JSONCursor, _ limits: ReviewLimits
    ) throws(ReviewError) -> [JSONCursor] {
        try reading { () throws(JSONError) in try metadata.optional(name)?.elements(limits.entries) ?? [] }
    }
}
