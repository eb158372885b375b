internal import Core

/// Policies and bindings that nothing can ever fall under.
enum MatchChecks {
    static func check(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        for policy in documents.policies {
            for (index, glob) in policy.value.namespaces.enumerated() {
                if let reason = impossible(namespace: glob) {
                    problems.report(
                        .neverMatches, reason, at: ["spec", "match", "namespaces", .element(index)], in: policy.document
                    )
                }
            }
            for (index, glob) in policy.value.images.enumerated() {
                let steps: [PolicyPlaces.Step] = ["spec", "match", "images", .element(index)]
                if let reason = impossible(image: glob) {
                    problems.report(.neverMatches, reason, at: steps, in: policy.document)
                } else if let (alias, cluster) = alias(of: glob, documents) {
                    problems.report(
                        .neverMatches,
                        "in cluster \(cluster) this is an alias of \(alias.registry), and images are matched by the "
                            + "name behind it; write \(alias.registry)/…",
                        severity: .warning, at: steps, in: policy.document)
                }
            }
            environments(of: policy, documents, &problems)
        }
        for map in documents.maps {
            for (index, entry) in map.value.entries.enumerated() {
                for (place, glob) in entry.namespaces.enumerated() {
                    guard let reason = impossible(namespace: glob) else { continue }
                    problems.report(
                        .neverMatches, reason,
                        at: ["spec", "namespaces", .element(index), "names", .element(place)], in: map.document)
                }
            }
        }
    }

    /// Whether the namespaces of a policy have the environments that its bindings name.
    private static func environments(
        of policy: CheckedDocuments.Located<DeployPolicy>, _ documents: CheckedDocuments,
        _ problems: inout ProblemCollector
    ) {
        var reached: Set<String> = []
        for entry in documents.maps.flatMap(\.value.entries) where !reached.contains(entry.environment) {
            if problems.overlap(policy.value.namespaces, entry.namespaces) { reached.insert(entry.environment) }
        }
        if reached.isEmpty {
            if documents.maps.isEmpty { return }
            problems.report(
                .neverMatches, "no EnvironmentMap knows any of these namespaces, so that nothing can run there",
                severity: .warning, at: ["spec", "match", "namespaces"], in: policy.document)
            return
        }
        let known = Set(documents.environments)
        for (index, binding) in policy.value.bindings.enumerated() {
            for (place, environment) in binding.environments.enumerated()
            where known.contains(environment) && !reached.contains(environment) {
                problems.report(
                    .neverMatches,
                    "none of the policy's namespaces is in the environment \(environment); they are in "
                        + reached.sorted().joined(separator: ", "),
                    severity: .warning, at: ["spec", "bind", .element(index), "environments", .element(place)],
                    in: policy.document)
            }
        }
    }

    private static func isWild(_ text: some StringProtocol) -> Bool { text.utf8.contains { "*?\\".utf8.contains($0) } }

    /// Why no namespace has such a name (a label of RFC 1123).
    private static func impossible(namespace glob: Glob) -> String? {
        let text = glob.pattern
        let isPossible = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "*"), UInt8(ascii: "?"):
                true
            default: false
            }
        }
        guard isPossible else {
            return "no namespace has such a name; expected lowercase letters, digits and '-', with '*' and '?'"
        }
        if text.utf8.filter({ $0 != UInt8(ascii: "*") }).count > 63 {
            return "no namespace has so long a name; 63 characters are the most"
        }
        return text.hasPrefix("-") || text.hasSuffix("-")
            ? "no namespace has such a name; it begins and ends with a letter or digit" : nil
    }

    /// Why no image has such a registry and repository.
    private static func impossible(image glob: Glob) -> String? {
        let text = glob.pattern
        if text.utf8.contains(UInt8(ascii: "@")) {
            return "images are matched by registry and repository; leave the digest out"
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !(0x41...0x5A).contains($0) }) else {
            return "no image has such a name; expected lowercase ASCII letters, digits and \"._-:/\", with '*' and '?'"
        }
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            return isWild(text) ? nil : "no image is called so in full; did you mean docker.io/library/\(text)?"
        }
        let host = text[..<slash]
        let path = text[text.utf8.index(after: slash)...]
        if path.utf8.contains(UInt8(ascii: ":")) {
            return "images are matched by registry and repository; leave the tag out"
        }
        if isWild(host) { return nil }
        if !host.utf8.contains(where: { ".:".utf8.contains($0) }), !host.isSame(as: "localhost") {
            return "images are matched by their names in full; did you mean docker.io/\(text)?"
        }
        if host.isSame(as: "index.docker.io") || host.isSame(as: "registry-1.docker.io") {
            return "the name in full is docker.io/\(path)"
        }
        if host.isSame(as: "docker.io"), !path.utf8.contains(UInt8(ascii: "/")), !isWild(path) {
            return "the name in full is docker.io/library/\(path)"
        }
        return nil
    }

    /// The alias that a pattern begins with.
    private static func alias(
        of glob: Glob, _ documents: CheckedDocuments
    ) -> (alias: ClusterIdentity.RegistryAlias, cluster: String)? {
        for cluster in documents.clusters {
            if let alias = cluster.value.registryAliases.first(where: {
                glob.pattern.utf8.starts(with: "\($0.alias)/".utf8)
            }) {
                return (alias, cluster.value.cluster)
            }
        }
        return nil
    }
}
