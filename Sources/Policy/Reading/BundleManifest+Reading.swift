internal import Core
internal import YAML

extension BundleManifest {
    private static let maximumApprovers = Cap("approvers", 256)
    private static let maximumFiles = Cap("files", 1_024)

    init(name: String, _ spec: YAMLCursor) throws(YAMLError) {
        try spec.allow(only: ["version", "expires", "defaultMode", "approvers", "waivers", "files"])
        let version = try spec.required("version")
        let text = try Self.versionText(version)
        guard let number = SemanticVersion(text) else {
            throw version.error(
                "expected a version of SemVer 2.0 without build metadata, such as 28.1.0, saw "
                    + PrintableText.quote(text.excerpt(100)))
        }
        self.init(name: name, version: number, expires: try spec.required("expires").instant())
        if let mode = try spec.optional("defaultMode") { defaultMode = try mode.choice(DeployPolicy.Mode.self) }
        if let approvers = try spec.optional("approvers") {
            self.approvers = try approvers.distinct(Self.maximumApprovers, by: \.name) { (cursor) throws(YAMLError) in
                try Approver(cursor)
            }
        }
        if let waivers = try spec.optional("waivers") { self.waivers = try WaiverTerms(waivers) }
        if let list = try spec.optional("files") {
            var files: [String: Digest] = [:]
            for file in try list.distinct(Self.maximumFiles, by: \.path, Self.file) { files[file.path] = file.digest }
            self.files = files
        }
    }

    /// What stands there, also where YAML takes it for a number: `28.1` needs a third part, not quotes.
    private static func versionText(_ cursor: YAMLCursor) throws(YAMLError) -> String {
        switch cursor.node.value {
        case .integer(let number): "\(number)"
        case .number(let text): text
        default: try cursor.text()
        }
    }

    private static func file(_ cursor: YAMLCursor) throws(YAMLError) -> (path: String, digest: Digest) {
        try cursor.allow(only: ["path", "sha256"])
        let hash = try cursor.required("sha256")
        guard let digest = Digest("sha256:\(try hash.text())") else {
            throw hash.error("expected 64 lowercase hexadecimal digits")
        }
        return (try cursor.required("path").word(), digest)
    }
}

extension BundleManifest.Approver {
    private static let maximumKeys = Cap("keys of an approver", 16)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["name", "keys"])
        self.init(
            name: try cursor.required("name").name(),
            keys: try cursor.required("keys").distinct(Self.maximumKeys, by: { $0.fingerprint.description }) {
                (cursor) throws(YAMLError) in try cursor.publicKey()
            })
    }
}

extension WaiverTerms {
    private static let maximumClasses = Cap("waiver classes", 32)
    private static let maximumRules = Cap("rules", 64)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["classes", "waivable", "revocationsMaxAge", "renewals"])
        if let classes = try cursor.optional("classes") {
            self.classes = [:]
            for (name, life) in try classes.someMembers(Self.maximumClasses) {
                self.classes[name] = try life.duration()
            }
        }
        if let rules = try cursor.optional("waivable") {
            waivable = try rules.distinct(Self.maximumRules) { (cursor) throws(YAMLError) in try cursor.name() }
                .map { RuleID(rawValue: $0) }
        }
        if let age = try cursor.optional("revocationsMaxAge") { revocationsMaxAge = try age.duration() }
        if let renewals = try cursor.optional("renewals") { self.renewals = try renewals.integer(in: 0...2) }
    }
}
