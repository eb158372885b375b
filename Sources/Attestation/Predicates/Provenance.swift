public import Core

/// How an artifact was built: SLSA provenance v0.2 and v1 as one model.
///
/// The fields are the builder's claims. They are worth what the signer's identity is worth, which is why
/// ``builderID`` must be compared with the identity the evidence was verified for.
public struct Provenance: Sendable, Hashable {
    /// The predicate type it was read from.
    public enum Version: String, Sendable, Hashable, CaseIterable {
        case v0_2 = "https://slsa.dev/provenance/v0.2"
        case v1 = "https://slsa.dev/provenance/v1"
    }

    public let version: Version
    /// Who built; empty where the builder names nobody, as BuildKit does by default.
    public let builderID: String
    /// How to read the parameters.
    public let buildType: String
    /// The repository that was built, without `git+`, such as `https://github.com/org/app`.
    public let sourceRepository: String?
    /// The ref that was built, such as `refs/heads/main`.
    public let sourceRef: String?
    /// The commit that was built, as `gitCommit` or, in v0.2, `sha1`; 40 or 64 lowercase hexadecimal digits.
    public let sourceDigest: SubjectDigest?
    /// The file in the repository that says how to build, such as `.github/workflows/release.yml`.
    public let workflowPath: String?
    /// v1 `resolvedDependencies`, v0.2 `materials`.
    public let inputs: [ResourceDescriptor]
    /// The run, such as a URL or the builder's own number.
    public let invocationID: String?
    public let startedOn: Instant?
    public let finishedOn: Instant?
    /// v1 `externalParameters`, v0.2 `invocation.parameters`: what the tenant controls.
    public let externalParameters: JSONValue
    /// v1 `internalParameters`, v0.2 `invocation.environment`: what the builder set.
    public let internalParameters: JSONValue
    /// v1 `runDetails.metadata.mc_hermetic`: whether the build had no network; `nil` when nothing is claimed.
    public let hermetic: Bool?
    /// GitHub's immutable id of the repository, in decimal digits.
    public let repositoryID: String?
    /// GitHub's immutable id of the repository's owner, in decimal digits.
    public let repositoryOwnerID: String?

    static let maximumInputs = Cap("build inputs", 8192)

    /// Reads a predicate of the given type.
    ///
    /// - Throws: ``JSONError`` with the field that is missing, malformed, too large or contradicts another.
    public init(_ predicate: JSONValue, version: Version) throws(JSONError) {
        let cursor = try JSONCursor(predicate: predicate)
        switch version {
        case .v0_2: try self.init(v0_2: cursor)
        case .v1: try self.init(v1: cursor)
        }
    }

    // https://slsa.dev/spec/v1.0/provenance#schema
    private init(v1 cursor: JSONCursor) throws(JSONError) {
        version = .v1
        let definition = try cursor.required("buildDefinition")
        buildType = try definition.required("buildType").text()
        let external = try definition.required("externalParameters")
        _ = try external.object()
        externalParameters = external.value
        let internals = try definition.optional("internalParameters")
        internalParameters = internals?.value ?? .null
        inputs = try definition.descriptors("resolvedDependencies", Self.maximumInputs)

        let source = try BuildSource(externalParameters: external)
        sourceRepository = source.location?.repository
        sourceRef = source.location?.ref
        workflowPath = source.path
        sourceDigest = try source.commit(confirmedBy: inputs, at: definition)

        let details = try cursor.required("runDetails")
        builderID = try details.required("builder").required("id").string()
        let metadata = try details.optional("metadata")
        invocationID = try metadata?.optionalText("invocationId")
        startedOn = try metadata?.optional("startedOn")?.instant()
        finishedOn = try metadata?.optional("finishedOn")?.instant()
        hermetic = try metadata?.optional("mc_hermetic")?.bool()

        let github = try internals?.optional("github")
        // slsa-github-generator writes the names of the runner's variables.
        let claims = github ?? internals
        repositoryID = try claims?.identifier(["repository_id", "GITHUB_REPOSITORY_ID"])
        repositoryOwnerID = try claims?.identifier(["repository_owner_id", "GITHUB_REPOSITORY_OWNER_ID"])
    }

    // https://slsa.dev/spec/v0.2/provenance#schema
    private init(v0_2 cursor: JSONCursor) throws(JSONError) {
        version = .v0_2
        buildType = try cursor.required("buildType").text()
        builderID = try cursor.required("builder").required("id").string()
        inputs = try cursor.descriptors("materials", Self.maximumInputs)

        let invocation = try cursor.optional("invocation")
        let source = try BuildSource(configSource: invocation?.optional("configSource"), path: "entryPoint")
        sourceRepository = source.location?.repository
        sourceRef = source.location?.ref
        workflowPath = source.path
        sourceDigest = try source.commit(confirmedBy: inputs, at: cursor)
        externalParameters = try invocation?.optional("parameters")?.value ?? .null
        let environment = try invocation?.optional("environment")
        internalParameters = environment?.value ?? .null

        let metadata = try cursor.optional("metadata")
        // The specification writes "Id", in-toto's Go types and all builders that use them "ID".
        let spelling = try metadata?.optionalText("buildInvocationId")
        invocationID = if let spelling { spelling } else { try metadata?.optionalText("buildInvocationID") }
        startedOn = try metadata?.optional("buildStartedOn")?.instant()
        finishedOn = try metadata?.optional("buildFinishedOn")?.instant()
        hermetic = nil

        // slsa-github-generator writes lowercase names, npm those of the runner's variables.
        repositoryID = try environment?.identifier(["github_repository_id", "GITHUB_REPOSITORY_ID"])
        repositoryOwnerID = try environment?.identifier(["github_repository_owner_id", "GITHUB_REPOSITORY_OWNER_ID"])
    }
}

extension JSONCursor {
    /// The first of these members that is present: an identifier in decimal digits, which some write as a number.
    fileprivate func identifier(_ names: [String]) throws(JSONError) -> String? {
        for name in names {
            guard let field = try optional(name) else { continue }
            switch field.value {
            case .integer(let number) where number >= 0: return String(number)
            case .string(let text) where GitHubSubject.isIdentifier(text): return text
            default: throw field.error("expected an identifier in decimal digits")
            }
        }
        return nil
    }
}
