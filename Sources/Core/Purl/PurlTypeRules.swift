/// What the definition of each registered type adds: which parts have no case, and what is required.
///
/// A rule is kept only where the definition changes the spelling or where the specification's tests refuse the text.
/// What producers of bills of materials get wrong harmlessly, such as a Go module without a namespace, stays readable.
enum PurlTypeRules {
    static func apply(to raw: PurlParts) throws(PurlError) -> PurlParts {
        var parts = raw
        switch raw.type {
        case "alpm", "apk", "bitbucket", "composer", "deb", "github", "golang", "hex", "npm", "vscode-extension":
            lowerNamespace(&parts)
            parts.name = lower(parts.name)
        case "luarocks":
            lowerNamespace(&parts)
            parts.name = lower(parts.name)
            parts.version = parts.version.map(lower)
        case "rpm", "qpkg":
            lowerNamespace(&parts)
        case "bitnami", "oci", "otp":
            parts.name = lower(parts.name)
        case "githubactions":
            lowerNamespace(&parts)
            // The repository has no case; the path to the action within it has.
            let end = parts.name.utf8.firstIndex(of: 0x2F) ?? parts.name.endIndex
            parts.name = lower(String(parts.name[..<end])) + parts.name[end...]
        case "pypi":
            parts.name = pypi(parts.name)
        case "pub":
            parts.name = String(decoding: lower(parts.name).utf8.map { $0 == 0x2D ? 0x5F : $0 }, as: UTF8.self)
        case "huggingface":
            parts.version = parts.version.map(lower)
        case "mlflow":
            if isDatabricks(parts.qualifiers) { parts.name = lower(parts.name) }
        case "cpan":
            parts.namespace = parts.namespace.map { $0.uppercased() }
            try cpan(parts)
        case "swift":
            guard !parts.namespace.isEmpty else {
                throw PurlError(.typeRule, .namespace, "a Swift package has a namespace: its host and owner")
            }
        case "julia":
            guard parts.qualifiers.contains(where: { $0.key.isSame(as: "uuid") }) else {
                throw PurlError(.typeRule, .qualifiers, "a Julia package has a \"uuid\"")
            }
        default: break
        }
        return parts
    }

    private static func lower(_ text: String) -> String {
        // Most names are in lowercase already.
        text.utf8.contains { $0 >= 0x80 || (0x41...0x5A).contains($0) } ? text.lowercased() : text
    }

    private static func lowerNamespace(_ parts: inout PurlParts) {
        for index in parts.namespace.indices { parts.namespace[index] = lower(parts.namespace[index]) }
    }

    /// Lowercase, and each run of `.`, `-` and `_` as one `-` (PyPA, "Names and normalization").
    private static func pypi(_ name: String) -> String {
        var result: [UInt8] = []
        for byte in lower(name).utf8 {
            let isMark = byte == 0x2D || byte == 0x2E || byte == 0x5F
            if isMark, result.last == 0x2D { continue }
            result.append(isMark ? 0x2D : byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Model names have case in Azure ML, and none in Databricks.
    private static func isDatabricks(_ qualifiers: [Purl.Qualifier]) -> Bool {
        guard let url = qualifiers.first(where: { $0.key.isSame(as: "repository_url") })?.value else { return false }
        let host =
            url.utf8.split(separator: 0x2F).first { !$0.elementsEqual("https:".utf8) }
            .map { String(decoding: $0, as: UTF8.self).lowercased() } ?? ""
        return host.hasSuffix(".databricks.com") || host.hasSuffix(".azuredatabricks.net")
    }

    /// A distribution has an author and no `::`; a module has no author and no `-`.
    private static func cpan(_ parts: PurlParts) throws(PurlError) {
        if parts.namespace.isEmpty, parts.name.utf8.contains(0x2D) {
            throw PurlError(.typeRule, .name, "a CPAN module's name has no '-'; a distribution needs its author")
        }
        if !parts.namespace.isEmpty,
            zip(parts.name.utf8, parts.name.utf8.dropFirst()).contains(where: { $0 == (0x3A, 0x3A) })
        {
            throw PurlError(.typeRule, .name, "a CPAN distribution's name has no \"::\"")
        }
    }
}
