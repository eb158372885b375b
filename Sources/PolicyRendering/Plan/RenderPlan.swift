internal import Core
internal import Policy

/// A bundle as it concerns one cluster, in the order in which it is written.
struct RenderPlan {
    /// Namespaces of one environment and tenant; a namespace that fits two of them has no environment.
    struct Place {
        let environment: String
        let tenant: String?
        let namespaces: [Glob]
    }

    let bundle: PolicyBundle
    let cluster: ClusterIdentity
    let places: [Place]
    let options: RenderOptions
    /// Distinct user mappings; deployers name them by index.
    let users: [ClusterIdentity.UserMapping]
    let controllers: [ClusterIdentity.WorkloadController]
    /// Registry aliases, the longest first.
    let aliases: [(prefix: String, registry: String)]

    /// - Throws: ``RenderError`` with code `cluster` or `name`.
    init(_ bundle: PolicyBundle, _ options: RenderOptions) throws(RenderError) {
        self.bundle = bundle
        self.options = options
        cluster = try Self.cluster(of: bundle, options.cluster)
        for namespace in options.exempt where !Self.isNamespace(namespace) {
            throw RenderError(
                .name, "expected a namespace's name, saw \(PrintableText.quote(namespace.excerpt(100)))",
                field: "exempt")
        }
        var places: [Place] = []
        for entry in bundle.environments.flatMap(\.entries)
        where entry.clusters.contains(where: { [name = cluster.cluster] in $0.isSame(as: name) }) {
            let index = places.firstIndex {
                $0.environment.isSame(as: entry.environment) && ($0.tenant ?? "").isSame(as: entry.tenant ?? "")
            }
            let known = index.map { places.remove(at: $0).namespaces } ?? []
            places.append(
                Place(environment: entry.environment, tenant: entry.tenant, namespaces: known + entry.namespaces))
        }
        self.places = places
        var users: [ClusterIdentity.UserMapping] = []
        for user in cluster.users where !users.contains(user) { users.append(user) }
        self.users = users
        controllers = ClusterIdentity.standardControllers + cluster.workloadControllers
        aliases = cluster.registryAliases.map { alias in
            (
                prefix: alias.alias.hasSuffix("/") ? alias.alias : alias.alias + "/",
                registry: alias.registry.hasSuffix("/") ? alias.registry : alias.registry + "/"
            )
        }.sorted { left, right in
            let (first, second) = (left.prefix.utf8.count, right.prefix.utf8.count)
            return first == second
                ? left.prefix.utf8.lexicographicallyPrecedes(right.prefix.utf8) : first > second
        }
    }

    var policies: [DeployPolicy] { bundle.policies }

    /// The mode a policy is rendered in.
    func mode(of policy: DeployPolicy) -> DeployPolicy.Mode { options.mode ?? policy.mode }

    /// The mode for what no policy covers.
    var defaultMode: DeployPolicy.Mode { options.mode ?? bundle.manifest.defaultMode }

    /// The environments of the cluster, each once.
    var environments: [String] {
        var names: [String] = []
        for place in places where !names.contains(where: { $0.isSame(as: place.environment) }) {
            names.append(place.environment)
        }
        return names
    }

    /// The users of GitOps controllers that may deploy a repository.
    func gitOps(for repository: String) -> [String] {
        var names: [String] = []
        for controller in cluster.gitOpsControllers
        where controller.repositories.contains(where: { $0.isSame(as: repository) })
            && !names.contains(where: { $0.isSame(as: controller.serviceAccount) })
        {
            names.append(controller.serviceAccount)
        }
        return names
    }

    private static func cluster(of bundle: PolicyBundle, _ name: String?) throws(RenderError) -> ClusterIdentity {
        let known = bundle.clusters.map { PrintableText.plain($0.cluster) }.joined(separator: ", ")
        if let name {
            guard let cluster = bundle.cluster(name) else {
                throw RenderError(
                    .cluster, "the bundle holds no ClusterIdentity \(PrintableText.quote(name)); it has \(known)")
            }
            return cluster
        }
        guard bundle.clusters.count == 1, let cluster = bundle.clusters.first else {
            throw RenderError(
                .cluster,
                bundle.clusters.isEmpty
                    ? "the bundle holds no ClusterIdentity; add one, without it nobody can tell who asks"
                    : "the bundle knows several clusters (\(known)); name one with --cluster")
        }
        return cluster
    }

    private static func isNamespace(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.last != UInt8(ascii: "-")
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
