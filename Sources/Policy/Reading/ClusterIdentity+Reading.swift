internal import Core
internal import YAML

extension ClusterIdentity {
    private static let maximumUsers = Cap("user mappings", 256)
    private static let maximumControllers = Cap("controllers", 1_024)
    private static let maximumKinds = Cap("custom kinds", 256)
    private static let maximumAliases = Cap("registry aliases", 1_024)

    init(name: String, _ spec: YAMLCursor) throws(YAMLError) {
        self.init(cluster: name)
        try spec.allow(only: ["users", "gitOpsControllers", "workloadControllers", "customKinds", "registryAliases"])
        if let users = try spec.optional("users") {
            // Of two mappings with one prefix, which would count for a user that fits both?
            self.users = try users.distinct(Self.maximumUsers, by: \.usernamePrefix) { (cursor) throws(YAMLError) in
                try UserMapping(cursor)
            }
        }
        if let controllers = try spec.optional("gitOpsControllers") {
            gitOpsControllers = try controllers.distinct(Self.maximumControllers, by: \.serviceAccount) {
                (cursor) throws(YAMLError) in try GitOpsController(cursor)
            }
        }
        if let controllers = try spec.optional("workloadControllers") {
            workloadControllers = try controllers.distinct(
                Self.maximumControllers, by: { "\($0.serviceAccount) \($0.creates) \($0.owner)" }
            ) { (cursor) throws(YAMLError) in try WorkloadController(cursor) }
        }
        if let kinds = try spec.optional("customKinds") {
            customKinds = try kinds.distinct(Self.maximumKinds, by: { "\($0.group)/\($0.kind)" }) {
                (cursor) throws(YAMLError) in try CustomKind(cursor)
            }
        }
        if let aliases = try spec.optional("registryAliases") {
            registryAliases = try aliases.distinct(Self.maximumAliases, by: \.alias) {
                (cursor) throws(YAMLError) in try RegistryAlias(cursor)
            }
        }
    }
}

extension ClusterIdentity.UserMapping {
    private static let maximumGroups = Cap("groups", 32)
    private static let maximumClaims = Cap("claims", 32)
    /// What the API server gives its own components and service accounts, and nobody else.
    private static let reserved = "system:"

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["issuer", "usernamePrefix", "groups", "claims"])
        let prefix = try cursor.required("usernamePrefix")
        let text = try prefix.word()
        if text.utf8.starts(with: Self.reserved.utf8) || Self.reserved.utf8.starts(with: text.utf8) {
            throw prefix.error(
                "users that begin with \(Self.reserved) are the cluster's own and speak for no issuer; set another "
                    + "prefix by the API server's --oidc-username-prefix")
        }
        self.init(issuer: try cursor.required("issuer").word(), usernamePrefix: text)
        if let groups = try cursor.optional("groups") {
            self.groups = try groups.distinct(Self.maximumGroups) { (cursor) throws(YAMLError) in try cursor.text() }
        }
        if let claims = try cursor.optional("claims") {
            for (name, key) in try claims.someMembers(Self.maximumClaims) { self.claims[name] = try key.word() }
        }
    }
}

extension ClusterIdentity.GitOpsController {
    private static let maximumRepositories = Cap("repositories", 4_096)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["serviceAccount", "repositories"])
        self.init(
            serviceAccount: try cursor.required("serviceAccount").serviceAccount(),
            repositories: try cursor.required("repositories").distinct(Self.maximumRepositories) {
                (cursor) throws(YAMLError) in try cursor.sourceRepository()
            })
    }
}

extension ClusterIdentity.WorkloadController {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["serviceAccount", "creates", "owner"])
        self.init(
            serviceAccount: try cursor.required("serviceAccount").serviceAccount(),
            creates: try cursor.required("creates").kindName(), owner: try cursor.required("owner").kindName())
    }
}

extension ClusterIdentity.CustomKind {
    private static let maximumPaths = Cap("paths", 32)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["group", "kind", "podTemplates", "podSpecs"])
        let group = try cursor.required("group")
        let text = try group.name()
        guard text.utf8.contains(UInt8(ascii: ".")) else {
            throw group.error("expected the group of a custom resource such as argoproj.io; Kubernetes' own are known")
        }
        func paths(_ name: String) throws(YAMLError) -> [String] {
            try cursor.optional(name)?.distinct(Self.maximumPaths) { (cursor) throws(YAMLError) in
                try cursor.objectPath()
            } ?? []
        }
        self.init(
            group: text, kind: try cursor.required("kind").kindName(), podTemplates: try paths("podTemplates"),
            podSpecs: try paths("podSpecs"))
        if podTemplates.isEmpty, podSpecs.isEmpty {
            throw cursor.error("expected podTemplates or podSpecs; without a path no image of this kind would be seen")
        }
    }
}

extension ClusterIdentity.RegistryAlias {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["alias", "registry"])
        let registry = try cursor.required("registry")
        self.init(alias: try cursor.required("alias").registryPrefix(), registry: try registry.registryPrefix())
        if alias.isSame(as: self.registry) { throw registry.error("expected another registry than the alias itself") }
    }
}

extension YAMLCursor {
    /// The user name of a service account.
    fileprivate func serviceAccount() throws(YAMLError) -> String {
        let text = try word()
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount", !parts[2].isEmpty,
            !parts[3].isEmpty
        else {
            throw error(
                "expected a user such as system:serviceaccount:flux-system:kustomize-controller, saw "
                    + PrintableText.quote(text.excerpt(100)))
        }
        return text
    }

    /// A kind such as `ReplicaSet`.
    fileprivate func kindName() throws(YAMLError) -> String {
        let text = try name()
        guard let first = text.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else {
            throw error("expected a kind such as ReplicaSet, with a capital first, saw \(PrintableText.quote(text))")
        }
        return text
    }

    /// A path through an object such as `spec.templates[].spec`: `[]` steps through a list, `*` through all members.
    fileprivate func objectPath() throws(YAMLError) -> String {
        let text = try word()
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let arePlain = parts.allSatisfy { part in
            var name = part
            while name.hasSuffix("[]") { name = name.dropLast(2) }
            return name == "*"
                || !name.isEmpty
                    && name.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                            true
                        default: false
                        }
                    }
        }
        guard arePlain, parts.count <= 16, text.utf8.count <= 500 else {
            throw error(
                "expected a path such as spec.template or spec.templates[].spec, saw "
                    + PrintableText.quote(text.excerpt(100)))
        }
        return text
    }

    /// A registry, or a registry and the beginning of its repositories.
    fileprivate func registryPrefix() throws(YAMLError) -> String {
        let text = try word()
        let host = text.prefix { $0 != "/" }
        guard host.utf8.contains(where: { ".:".utf8.contains($0) }) || host == "localhost",
            let reference = try? ImageReference(text + "/x"), reference.name.isSame(as: text + "/x")
        else {
            throw error(
                "expected a registry such as ghcr.io, or a registry and path such as harbor.example/ghcr, saw "
                    + PrintableText.quote(text.excerpt(100)))
        }
        return text
    }
}
