internal import Core
internal import YAML

/// Reads a document by its kind.
struct DocumentReader {
    static let apiVersion = "mc.internal/v1"

    /// Kinds that bundles may hold.
    private enum Kind: String, CaseIterable {
        case deployPolicy = "DeployPolicy"
        case environmentMap = "EnvironmentMap"
        case clusterIdentity = "ClusterIdentity"
        case trustRoot = "TrustRoot"
        case manifest = "BundleManifest"
    }

    /// Files that documents name, by path.
    let files: [String: [UInt8]]

    func read(_ root: YAMLCursor) throws(YAMLError) -> PolicyDocument.Kind {
        // Another program's document is recognised before its fields are complained about.
        let version = try root.required("apiVersion")
        let text = try version.text()
        guard text.isSame(as: Self.apiVersion) else {
            throw version.error("expected \(Self.apiVersion), saw \(PrintableText.quote(text.excerpt(100)))")
        }
        let kind = try self.kind(root.required("kind"))
        try root.allow(only: ["apiVersion", "kind", "metadata", "spec"])
        try Self.refuseNothing(root)
        let metadata = try root.required("metadata")
        try metadata.allow(only: ["name"])
        let name = try metadata.required("name").name()
        let spec = try root.required("spec")
        switch kind {
        case .deployPolicy: return .deployPolicy(try DeployPolicy(name: name, spec))
        case .environmentMap: return .environmentMap(try EnvironmentMap(name: name, spec))
        case .clusterIdentity: return .clusterIdentity(try ClusterIdentity(name: name, spec))
        case .trustRoot: return .trustRoot(try TrustRootDocument(name: name, spec, files: files))
        case .manifest: return .manifest(try BundleManifest(name: name, spec))
        }
    }

    private func kind(_ cursor: YAMLCursor) throws(YAMLError) -> Kind {
        if try cursor.text().isSame(as: "Waiver") {
            throw cursor.error("a waiver lives beside the bundle, signed for itself; it is no part of one")
        }
        return try cursor.choice(Kind.self)
    }

    /// Refuses fields without a value: `images:` and nothing behind it could mean all or none.
    static func refuseNothing(_ cursor: YAMLCursor) throws(YAMLError) {
        switch cursor.node.value {
        case .null:
            throw YAMLError(
                .shape, "there is no value; write one, or leave the field out", file: cursor.file,
                mark: cursor.keyMark ?? cursor.mark, field: cursor.field)
        case .mapping: for member in try cursor.members() { try refuseNothing(member.cursor) }
        case .sequence(let nodes):
            for element in try cursor.elements(Cap("elements", nodes.count)) { try refuseNothing(element) }
        default: break
        }
    }
}
