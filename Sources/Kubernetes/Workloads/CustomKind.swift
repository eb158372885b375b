internal import Core

/// A configured kind that runs pods, such as Argo Rollouts' or Knative's, with where its images stand.
package struct CustomKind: Sendable, Hashable {
    package let group: String
    package let kind: String
    /// The versions it is meant for; all when empty.
    package let versions: [String]
    /// Places of pod templates: objects with `metadata` and `spec`, such as `spec.template`.
    package let podTemplates: [FieldPath]
    /// Places of pod specifications: objects with `containers`, such as a Knative Revision's `spec`.
    package let podSpecs: [FieldPath]
    /// Places of single containers outside of a pod specification, such as Argo's `spec.templates[].script`.
    package let containers: [FieldPath]

    /// Checks a configured kind.
    ///
    /// - Throws: ``ReviewError`` with code `configuration` when a name or path is malformed, when no path is given, or
    ///   when the kind is one of Kubernetes itself, whose places are known.
    package init(
        group: String, kind: String, versions: [String] = [], podTemplates: [String] = [], podSpecs: [String] = [],
        containers: [String] = []
    ) throws(ReviewError) {
        func name(_ text: String, _ field: String) throws(ReviewError) {
            let isName = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
            guard isName, (1...253).contains(text.utf8.count) else {
                throw ReviewError(
                    .configuration, "expected a name, saw \(PrintableText.quote(text.excerpt(100)))", field: field)
            }
        }
        func paths(_ texts: [String], _ field: String) throws(ReviewError) -> [FieldPath] {
            var paths: [FieldPath] = []
            for text in texts {
                guard let path = FieldPath(text) else {
                    throw ReviewError(
                        .configuration,
                        "expected a path such as spec.templates[].spec, saw \(PrintableText.quote(text.excerpt(100)))",
                        field: field)
                }
                paths.append(path)
            }
            return paths
        }
        try name(group, "group")
        try name(kind, "kind")
        for version in versions { try name(version, "versions") }
        self.group = group
        self.kind = kind
        self.versions = versions
        self.podTemplates = try paths(podTemplates, "podTemplates")
        self.podSpecs = try paths(podSpecs, "podSpecs")
        self.containers = try paths(containers, "containers")
        guard !(podTemplates.isEmpty && podSpecs.isEmpty && containers.isEmpty) else {
            throw ReviewError(
                .configuration, "the kind has no path; name one of podTemplates, podSpecs and containers", field: "kind"
            )
        }
        guard BuiltInKind(GroupVersionKind(group: group, version: "v1", kind: kind)) == nil else {
            throw ReviewError(
                .configuration, "\(kind) of \(group) is Kubernetes' own, and its template's place is known",
                field: "kind")
        }
    }

    /// Whether it describes objects of that type.
    package func describes(_ type: GroupVersionKind) -> Bool {
        type.isKind(kind, group: group)
            && (versions.isEmpty || versions.contains { $0.isSame(as: type.version) })
    }
}
