package import Core

/// Which environment and tenant a namespace of a cluster belongs to (`kind: EnvironmentMap`).
///
/// Nothing in the cluster can change it: it is part of the signed bundle.
package struct EnvironmentMap: Sendable, Hashable {
    /// `spec.namespaces[]`
    package struct Entry: Sendable, Hashable {
        /// `clusters`: names; at least one.
        package var clusters: [String]
        /// `names`: namespace names or globs; at least one.
        package var namespaces: [Glob]
        /// `environment`
        package var environment: String
        /// `tenant`; may be absent.
        package var tenant: String?

        package init(clusters: [String], namespaces: [Glob], environment: String, tenant: String? = nil) {
            self.clusters = clusters
            self.namespaces = namespaces
            self.environment = environment
            self.tenant = tenant
        }
    }

    /// What the maps say of a namespace.
    package enum Resolution: Sendable, Hashable {
        case found(environment: String, tenant: String?)
        case unknown
        /// Entries disagree; sorted.
        case ambiguous([String])
    }

    /// `metadata.name`
    package var name: String
    package var entries: [Entry]
    /// `spec.lenient`: environments in which unknown fields of delivery claims only warn; production never is.
    package var lenient: [String]?

    package init(name: String, entries: [Entry], lenient: [String]? = nil) {
        self.name = name
        self.entries = entries
        self.lenient = lenient
    }

    /// What several maps together say: entries that agree are one, entries that disagree are no answer.
    package static func resolve(_ maps: [EnvironmentMap], cluster: String, namespace: String) -> Resolution {
        var found: Set<[String]> = []
        for entry in maps.flatMap(\.entries)
        where entry.clusters.contains(where: { $0.isSame(as: cluster) })
            && entry.namespaces.contains(where: { $0.matches(namespace) })
        {
            found.insert([entry.environment, entry.tenant ?? ""])
        }
        guard let first = found.first else { return .unknown }
        guard found.count == 1 else {
            return .ambiguous(found.map { $0[1].isEmpty ? $0[0] : "\($0[0]) (tenant \($0[1]))" }.sorted())
        }
        return .found(environment: first[0], tenant: first[1].isEmpty ? nil : first[1])
    }
}
