internal import Core
internal import YAML

extension EnvironmentMap {
    private static let maximumEntries = Cap("entries of an environment map", 10_000)
    private static let maximumNames = Cap("names", 256)

    init(name: String, _ spec: YAMLCursor) throws(YAMLError) {
        try spec.allow(only: ["namespaces", "lenient"])
        self.init(
            name: name,
            entries: try spec.required("namespaces").someElements(Self.maximumEntries).map {
                (cursor) throws(YAMLError) in try Entry(cursor)
            },
            lenient: try spec.optional("lenient")?.distinct(Self.maximumNames) { (cursor) throws(YAMLError) in
                try cursor.name()
            })
    }
}

extension EnvironmentMap.Entry {
    private static let maximumNames = Cap("names", 256)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["clusters", "names", "environment", "tenant"])
        self.init(
            clusters: try cursor.required("clusters").distinct(Self.maximumNames) { (cursor) throws(YAMLError) in
                try cursor.name()
            },
            namespaces: try cursor.required("names").globs(Self.maximumNames),
            environment: try cursor.required("environment").name(),
            tenant: try cursor.optional("tenant")?.name())
    }
}
