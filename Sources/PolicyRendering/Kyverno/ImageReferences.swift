internal import Core
internal import Policy

/// Which image references a policy covers, in wildcards over the whole reference with tag and digest.
enum ImageReferences {
    /// At least the references of the images that the policy covers, also under their aliases.
    ///
    /// - Throws: ``RenderError`` when Kyverno would read a glob as a variable.
    static func patterns(_ policy: DeployPolicy, _ plan: RenderPlan) throws(RenderError) -> [String] {
        let field = "policy \(PrintableText.plain(policy.name)): match.images"
        var patterns: [String] = []
        func add(_ pattern: String) {
            let all = pattern.hasSuffix("*") ? [pattern] : ["\(pattern):*", "\(pattern)@*"]
            for pattern in all where !patterns.contains(where: { $0.isSame(as: pattern) }) { patterns.append(pattern) }
        }
        for glob in policy.images {
            let pattern = try KyvernoText.wildcard(glob, field: field)
            add(pattern)
            for alias in plan.aliases {
                if pattern.utf8.starts(with: alias.registry.utf8) {
                    let rest = String(decoding: pattern.utf8.dropFirst(alias.registry.utf8.count), as: UTF8.self)
                    add(try KyvernoText.plain(alias.prefix + rest, field: "registryAliases"))
                } else if let below = try? Glob(Self.escaped(alias.registry) + "*"), glob.overlaps(below) {
                    // Some image of the registry may be meant; all under the alias are looked at.
                    add(try KyvernoText.plain(alias.prefix + "*", field: "registryAliases"))
                }
            }
        }
        return patterns
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { "*?\\".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }
}
