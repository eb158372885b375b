internal import Core

/// Where a build's source came from, in the shapes that builders write it.
struct BuildSource {
    /// The repository and ref, when the provenance names one.
    private(set) var location: GitLocation?
    /// The file that says how to build.
    private(set) var path: String?
    /// The commit as the source's own descriptor gives it.
    private var commit: SubjectDigest?

    /// Reads v1 external parameters.
    ///
    /// - `workflow {repository, ref, path}`: GitHub artifact attestations and npm.
    /// - `buildConfigSource {repository, ref, path}`, `sourceToBuild` when the source is another: Google Cloud Build,
    ///   Tekton.
    /// - `configSource {uri, digest, path}`: BuildKit.
    /// - `source {uri, digest}`, `configPath`: slsa-github-generator.
    init(externalParameters cursor: JSONCursor) throws(JSONError) {
        if let workflow = try cursor.optional("workflow") {
            location = try Self.split(workflow)
            path = try workflow.optionalText("path")
        } else if let config = try cursor.optional("buildConfigSource") {
            location = try Self.split(cursor.optional("sourceToBuild") ?? config)
            path = try config.optionalText("path")
        } else if let build = try cursor.optional("sourceToBuild") {
            location = try Self.split(build)
        } else if let config = try cursor.optional("configSource") {
            try read(config, path: "path")
        } else if let source = try cursor.optional("source"), case .object = source.value {
            try read(source, path: "path")
            path = try cursor.optionalText("configPath")
        }
    }

    /// Reads a source that is one descriptor: v0.2 `invocation.configSource`, BuildKit's `configSource`.
    init(configSource cursor: JSONCursor?, path field: String) throws(JSONError) {
        if let cursor { try read(cursor, path: field) }
    }

    private mutating func read(_ cursor: JSONCursor, path field: String) throws(JSONError) {
        path = try cursor.optionalText(field)
        guard let uri = try cursor.optionalText("uri") else { return }
        location = GitLocation(uri: uri) ?? GitLocation(repository: uri)
        commit = try Self.commit(in: cursor.optional("digest")?.digestSet() ?? [], at: cursor)
    }

    private static func split(_ cursor: JSONCursor) throws(JSONError) -> GitLocation? {
        guard let text = try cursor.optionalText("repository") else { return nil }
        let location = GitLocation(uri: text) ?? GitLocation(repository: text)
        let ref = try cursor.optionalText("ref")
        if let ref, let embedded = location.ref, !ref.isSame(as: embedded) {
            throw cursor.error("the repository says ref \"\(embedded.prefix(100))\", ref says \"\(ref.prefix(100))\"")
        }
        return GitLocation(repository: location.repository, ref: ref ?? location.ref)
    }

    /// The commit that was built: the one its descriptor gives, or that of the input with the same repository and ref.
    ///
    /// An input of the same repository without a ref counts when none has the ref.
    ///
    /// - Throws: ``JSONError`` when two of them contradict each other; no policy could say which one was built.
    func commit(confirmedBy inputs: [ResourceDescriptor], at cursor: JSONCursor) throws(JSONError) -> SubjectDigest? {
        guard let location else { return commit }
        var exact: [SubjectDigest] = []
        var loose: [SubjectDigest] = []
        for input in inputs {
            guard let uri = input.uri, let other = GitLocation(uri: uri),
                other.repository.isSame(as: location.repository),
                let digest = try Self.commit(in: input.digests, at: cursor)
            else { continue }
            if other == location {
                exact.append(digest)
            } else if other.ref == nil || location.ref == nil {
                loose.append(digest)
            }
        }
        if let commit { exact.insert(commit, at: 0) }
        let candidates = exact.isEmpty ? loose : exact
        guard let first = candidates.first else { return nil }
        if let other = candidates.first(where: { !$0.value.isSame(as: first.value) }) {
            throw cursor.error("the source is said to be commit \(first.value) and commit \(other.value)")
        }
        return first
    }

    private static func commit(in digests: [SubjectDigest], at cursor: JSONCursor) throws(JSONError) -> SubjectDigest? {
        guard
            let digest = digests.first(where: { $0.algorithm.isSame(as: "gitCommit") })
                ?? digests.first(where: { $0.algorithm.isSame(as: "sha1") })
        else { return nil }
        guard let bytes = Hex.decode(digest.value), bytes.count == 20 || bytes.count == 32 else {
            throw cursor.error(
                "expected a commit of 40 or 64 lowercase hexadecimal digits, saw \"\(digest.value.prefix(80))\"")
        }
        return digest
    }
}
