internal import Core
internal import YAML

/// A kubeconfig, merged of one or several files as kubectl merges them: of two entries of one name the first counts.
///
/// Unknown fields, duplicate names and YAML that hides what it says are refused with file, line and field. What cannot
/// be used (basic authentication, a proxy, impersonation) is refused only when the chosen context uses it.
package struct Kubeconfig: Sendable {
    private struct Entry: Sendable {
        let name: String
        let body: YAMLCursor
        /// The folder that relative paths are in.
        let folder: String
    }

    private static let maximumEntries = Cap("clusters, users or contexts of a kubeconfig", 2_000)
    private static let maximumFiles = Cap("kubeconfig files", 32)
    private static let limits = YAMLLimits(bytes: 8 << 20, depth: 24, nodes: 100_000, documents: 1)

    private var clusters: [Entry] = []
    private var users: [Entry] = []
    private var contexts: [Entry] = []
    private var currentContext: String?

    /// Reads and merges files.
    ///
    /// - Parameter paths: the files, the most important first.
    /// - Throws: ``KubernetesError`` with file, line and field.
    package init(files paths: [String]) throws(KubernetesError) {
        do throws(CapExceeded) {
            try Self.maximumFiles.check(paths.count)
        } catch {
            throw KubernetesError(.tooLarge, "\(error)", at: "KUBECONFIG")
        }
        for path in paths {
            let bytes = try BoundedFile.read(path, Self.limits.bytes)
            try add(bytes, file: path, folder: Self.folder(of: path))
        }
    }

    /// Reads one text.
    ///
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - folder: what relative paths in it are relative to.
    /// - Throws: ``KubernetesError`` with line and field.
    package init(parsing bytes: [UInt8], file: String, folder: String) throws(KubernetesError) {
        try add(bytes, file: file, folder: folder)
    }

    /// The files that kubectl would read: those of `KUBECONFIG` that exist, else `~/.kube/config`.
    package static func files(environment: [String: String]) throws(KubernetesError) -> [String] {
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        let candidates = listed.isEmpty ? environment["HOME"].map { ["\($0)/.kube/config"] } ?? [] : listed
        let files = candidates.filter { BoundedFile.exists($0) }
        guard !files.isEmpty else {
            throw KubernetesError(
                .configuration, "there is no kubeconfig; give --kubeconfig FILE, or set KUBECONFIG",
                at: candidates.joined(separator: ":"))
        }
        return files
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private mutating func add(_ bytes: [UInt8], file: String, folder: String) throws(KubernetesError) {
        do throws(YAMLError) {
            let documents = try YAMLReader.documents(bytes, file: file, limits: Self.limits)
            // kubectl takes an empty file for an empty configuration.
            guard let root = documents.first else { return }
            try root.allow(only: [
                "apiVersion", "kind", "clusters", "users", "contexts", "current-context", "preferences", "extensions",
            ])
            for (name, expected) in [("apiVersion", "v1"), ("kind", "Config")] {
                guard let field = try root.optional(name) else { continue }
                guard try field.string().isSame(as: expected) else { throw field.error("expected \(expected)") }
            }
            try Self.merge(&clusters, root, "clusters", "cluster", folder)
            try Self.merge(&users, root, "users", "user", folder)
            try Self.merge(&contexts, root, "contexts", "context", folder)
            if currentContext == nil, let name = try root.optional("current-context")?.string(), !name.isEmpty {
                currentContext = name
            }
        } catch {
            throw KubernetesError(error)
        }
    }

    private static func merge(
        _ entries: inout [Entry], _ root: YAMLCursor, _ list: String, _ body: String, _ folder: String
    ) throws(YAMLError) {
        var seen: [String] = []
        for item in try root.optional(list)?.elements(maximumEntries) ?? [] {
            try item.allow(only: ["name", body])
            let field = try item.required("name")
            let name = try field.text()
            guard !seen.contains(where: { $0.isSame(as: name) }) else {
                throw field.error("\(PrintableText.quote(name.excerpt(100))) is there twice in this file")
            }
            seen.append(name)
            guard !entries.contains(where: { $0.name.isSame(as: name) }) else { continue }
            // kubectl writes `user: {}` or nothing for a user without credentials.
            entries.append(Entry(name: name, body: try item.optional(body) ?? item.empty(body), folder: folder))
        }
    }

    /// How a context reaches its cluster.
    ///
    /// - Parameters:
    ///   - name: the context; the current one when `nil`.
    ///   - allowsUnverified: whether `insecure-skip-tls-verify` may be obeyed.
    /// - Throws: ``KubernetesError`` with file, line and field.
    package func access(
        context name: String? = nil, allowsUnverified: Bool = false
    ) throws(KubernetesError) -> ClusterAccess {
        guard let wanted = name ?? currentContext else {
            throw KubernetesError(
                .configuration, "no current-context is set; name one of \(Self.names(contexts))", at: "kubeconfig")
        }
        let context = try Self.find(wanted, in: contexts, "context")
        let names = try Self.reading { () throws(YAMLError) in
            try KubeconfigReading(folder: context.folder).context(context.body)
        }
        let cluster = try Self.find(names.cluster, in: clusters, "cluster")
        var user: Entry?
        if let name = names.user { user = try Self.find(name, in: users, "user") }
        return try Self.reading { () throws(YAMLError) in
            let target = try KubeconfigReading(folder: cluster.folder).cluster(
                cluster.body, allowsUnverified: allowsUnverified)
            if !target.server.isSecure, !target.server.isLoopback {
                throw cluster.body.error("the server is asked over plain HTTP; expected https://")
            }
            var credential = ClusterAccess.Credential()
            if let user { credential = try KubeconfigReading(folder: user.folder).user(user.body, target) }
            return ClusterAccess(
                server: target.server, authorities: target.authorities, serverName: target.serverName,
                skipsVerification: target.skipsVerification, credential: credential, namespace: names.namespace)
        }
    }

    private static func reading<Value>(
        _ body: () throws(YAMLError) -> Value
    ) throws(KubernetesError) -> Value {
        do throws(YAMLError) {
            return try body()
        } catch {
            throw KubernetesError(error)
        }
    }

    private static func find(_ name: String, in entries: [Entry], _ what: String) throws(KubernetesError) -> Entry {
        guard let entry = entries.first(where: { $0.name.isSame(as: name) }) else {
            throw KubernetesError(
                .configuration,
                "there is no \(what) \(PrintableText.quote(name.excerpt(100))); there are \(names(entries))",
                at: "kubeconfig")
        }
        return entry
    }

    private static func names(_ entries: [Entry]) -> String {
        entries.isEmpty ? "none" : entries.prefix(20).map { $0.name.excerpt(100) }.joined(separator: ", ")
    }
}

extension KubernetesError {
    init(_ error: YAMLError) {
        self.init(error.code == .tooLarge ? .tooLarge : .configuration, "\(error)", at: "")
    }
}

extension YAMLCursor {
    /// An empty mapping in the place of a member that is not there.
    fileprivate func empty(_ name: String) -> YAMLCursor {
        YAMLCursor(YAMLNode(mark: node.mark, value: .mapping([])), file: file)
    }
}
