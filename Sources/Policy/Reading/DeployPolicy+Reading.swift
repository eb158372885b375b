internal import Core
internal import YAML

extension DeployPolicy {
    private static let maximumPatterns = Cap("patterns", 256)
    private static let maximumBindings = Cap("bindings", 256)
    private static let maximumGates = Cap("gates", 128)
    private static let maximumNames = Cap("names", 64)

    init(name: String, _ spec: YAMLCursor) throws(YAMLError) {
        try spec.allow(only: [
            "mode", "match", "bind", "require", "gates", "trustRoots", "evidenceRepositories", "interactive",
            "rescheduleGrace",
        ])
        let match = try spec.required("match")
        try match.allow(only: ["namespaces", "images"])
        self.init(
            name: name,
            namespaces: try match.required("namespaces").globs(Self.maximumPatterns),
            images: try match.required("images").globs(Self.maximumPatterns),
            bindings: try spec.required("bind").distinct(Self.maximumBindings, by: \.key) {
                (cursor) throws(YAMLError) in try Binding(cursor)
            })
        if let mode = try spec.optional("mode") { self.mode = try mode.choice(Mode.self) }
        if let require = try spec.optional("require") { requirements = try Requirements(require) }
        if let gates = try spec.optional("gates") {
            self.gates = try gates.distinct(Self.maximumGates, by: \.name) {
                (cursor) throws(YAMLError) in try Gate(cursor)
            }
        }
        if let roots = try spec.optional("trustRoots") {
            trustRoots = try roots.distinct(Self.maximumNames) { (cursor) throws(YAMLError) in try cursor.name() }
        }
        if let repositories = try spec.optional("evidenceRepositories") {
            evidenceRepositories = try repositories.distinct(Self.maximumNames) { (cursor) throws(YAMLError) in
                try cursor.imageRepository()
            }
        }
        if let interactive = try spec.optional("interactive") {
            self.interactive = try interactive.choice(Interactive.self)
        }
        if let grace = try spec.optional("rescheduleGrace") { rescheduleGrace = try grace.duration(zero: true) }
    }
}

extension Binding {
    private static let maximumEnvironments = Cap("environments", 64)
    private static let maximumRules = Cap("identities", 64)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["repository", "repositoryId", "environments", "signer", "deployer"])
        self.init(
            repository: try cursor.required("repository").sourceRepository(),
            repositoryID: try cursor.optional("repositoryId")?.decimalDigits(),
            environments: try cursor.required("environments").distinct(Self.maximumEnvironments) {
                (cursor) throws(YAMLError) in try cursor.name()
            },
            signers: try cursor.required("signer").signers())
        if let deployer = try cursor.optional("deployer") {
            deployers = try deployer.oneOrMore(Self.maximumRules) { (cursor) throws(YAMLError) in
                try RequesterRule(cursor)
            }
        }
    }

    /// Two bindings of one repository are fine while they differ in anything.
    fileprivate var key: String {
        ([repository, repositoryID ?? ""] + environments.sorted() + signers.map(\.description).sorted()
            + deployers.map(\.description).sorted()).map { "\($0.utf8.count):\($0)" }.joined()
    }
}

extension Gate {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["name", "signer", "maxAge"])
        self.init(
            name: try cursor.required("name").name(), signers: try cursor.required("signer").signers(),
            maxAge: try cursor.optional("maxAge")?.duration())
    }
}

extension YAMLCursor {
    /// A repository of images with its registry, such as `ghcr.io/org/attestations`.
    func imageRepository() throws(YAMLError) -> String {
        let text = try word()
        guard let reference = try? ImageReference(text), reference.tag == nil, reference.digest == nil,
            reference.name.isSame(as: text)
        else {
            throw error(
                "expected a registry and repository such as ghcr.io/org/attestations, without tag and digest, saw "
                    + PrintableText.quote(text.excerpt(100)))
        }
        return text
    }

    /// A source repository: owner and name on GitHub, or a URL.
    func sourceRepository() throws(YAMLError) -> String {
        let text = try word()
        let isURL = text.utf8.starts(with: "https://".utf8)
        let parts = (isURL ? text.dropFirst(8) : text[...]).split(separator: "/", omittingEmptySubsequences: false)
        let arePlain = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.first != UInt8(ascii: ".")
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                        UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: ":"):
                        true
                    default: false
                    }
                }
        }
        guard arePlain, isURL ? parts.count >= 2 : parts.count == 2 && !text.utf8.contains(UInt8(ascii: ":")),
            !text.hasSuffix(".git")
        else {
            throw error(
                "expected owner and name such as org/app, or a URL such as https://git.example/org/app without .git, "
                    + "saw \(PrintableText.quote(text.excerpt(100)))")
        }
        return text
    }

    /// An immutable id, in decimal digits.
    fileprivate func decimalDigits() throws(YAMLError) -> String {
        let text = try text()
        guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.first != 0x30
        else {
            throw error("expected decimal digits such as \"123456789\", saw \(PrintableText.quote(text.excerpt(100)))")
        }
        return text
    }
}
