internal import YAML

/// Names that are given twice, and names that nothing has.
enum NameChecks {
    static func check(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        duplicates(documents.policies, \.name, "DeployPolicy", &problems)
        duplicates(documents.maps, \.name, "EnvironmentMap", &problems)
        duplicates(documents.clusters, \.cluster, "ClusterIdentity", &problems)
        duplicates(documents.trustRoots, \.name, "TrustRoot", &problems)
        if let first = documents.manifests.first {
            for other in documents.manifests.dropFirst() {
                problems.report(
                    .duplicateName, "a bundle has one manifest; another one stands in \(first.document.place)",
                    at: ["kind"], in: other.document)
            }
        }
        gates(documents, &problems)
        trustRoots(documents, &problems)
    }

    private static func duplicates<Value>(
        _ values: [CheckedDocuments.Located<Value>], _ name: (Value) -> String, _ kind: String,
        _ problems: inout ProblemCollector
    ) {
        var first: [String: PolicyDocument] = [:]
        for value in values {
            let name = name(value.value)
            if let other = first[name] {
                problems.report(
                    .duplicateName, "another \(kind) in \(other.place) is called \(name)", at: ["metadata", "name"],
                    in: value.document)
            } else {
                first[name] = value.document
            }
        }
    }

    private static func gates(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        for policy in documents.policies {
            let defined = policy.value.gates.map(\.name)
            let demanded = policy.value.requirements.gates
            for (index, gate) in demanded.enumerated() where !defined.contains(gate) {
                let meant = Suggestion.nearest(to: gate, in: defined).map { "; did you mean \($0)?" } ?? ""
                problems.report(
                    .gateUndefined,
                    "no gate \(gate) in spec.gates says whose results count, so none would\(meant)",
                    at: ["spec", "require", "gates", .element(index)], in: policy.document)
            }
            for (index, gate) in defined.enumerated() where !demanded.contains(gate) {
                problems.report(
                    .gateUnused, "the gate \(gate) is not demanded by spec.require.gates",
                    at: ["spec", "gates", .element(index)], in: policy.document)
            }
        }
    }

    private static func trustRoots(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        let set = Set(documents.trustRoots.map(\.value.name))
        let known = set.sorted()
        for policy in documents.policies {
            for (index, name) in policy.value.trustRoots.enumerated() where !set.contains(name) {
                problems.report(
                    .trustRootUnknown, "there is no TrustRoot \(name)\(known.listed(near: name))",
                    at: ["spec", "trustRoots", .element(index)], in: policy.document)
            }
        }
    }
}

extension PolicyDocument {
    /// Where it is, in words.
    var place: String { "\(file):\(line)" }
}

extension [String] {
    /// What a message says of the words that are known.
    func listed(near word: String) -> String {
        if isEmpty { return "; there is none at all" }
        if let nearest = Suggestion.nearest(to: word, in: self) { return "; did you mean \(nearest)?" }
        return "; known are \(prefix(20).joined(separator: ", "))\(count > 20 ? " and \(count - 20) more" : "")"
    }
}
