package import Core
internal import YAML

/// A rendered bundle: the files for the cluster, and what they cover.
package struct Rendering: Sendable, Hashable {
    /// A file of Kubernetes objects.
    package struct File: Sendable, Hashable {
        package let name: String
        package let documents: [JSONValue]
        /// Whether it says the same as another file in other words, to be applied in its place.
        package var isAlternative = false

        package var text: String { YAMLWriter.text(documents: documents) }
    }

    /// The file that every target has.
    package static let main = "abac-verify.yaml"

    package let files: [File]
    package let coverage: Coverage

    /// All files with their contents, the report among them.
    package var contents: [String: String] {
        var contents = Dictionary(files.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 })
        let applied = files.filter { !$0.isAlternative }.map(\.name)
        contents["kustomization.yaml"] = YAMLWriter.text([
            "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
            "resources": .array(applied.map { .string($0) }),
        ])
        contents["COVERAGE.md"] = coverage.markdown
        contents["coverage.json"] = coverage.json.pretty + "\n"
        return contents
    }
}
