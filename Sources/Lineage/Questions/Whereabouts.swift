package import Core

/// What somebody looks for: which images hold it, or were made by it, and where do they run.
package enum SearchTerm: Sendable, Hashable {
    /// A package by its canonical package URL, in that version.
    case package(String)
    /// A package in any version, by the package URL without one.
    case packageName(String)
    /// A commit, in hexadecimal, of any repository.
    case commit(String)
    /// A workflow, as `host/org/app/path@revision`, an action's package URL, a runner, a builder, or an input's digest.
    case workflow(String)
    case action(String)
    case runner(String)
    case builder(String)
    case artifact(String)
}

/// Where something is.
package struct Whereabouts: Sendable, Hashable {
    /// An image that holds it or was made by it.
    package struct Image: Sendable, Hashable {
        package let digest: String
        /// What of it is in the image: the packages' keys, or the run that used it.
        package let through: [String]
        /// Whether somebody signed what says so.
        package let isSigned: Bool
        /// Whether a package of it stands directly in the image's bill and not only as something's dependency.
        package let isDirect: Bool
        /// Where the image runs now.
        package let workloads: [RunningWorkload]
    }

    /// Sorted: images that run somewhere first, then by digest.
    package let images: [Image]
    /// Whether there are more than were asked for.
    package let isCut: Bool

    package var workloads: Set<WorkloadName> { Set(images.flatMap(\.workloads).map(\.name)) }
}

/// A workload by its place.
package struct WorkloadName: Sendable, Hashable, CustomStringConvertible {
    package let cluster: String
    package let namespace: String
    package let kind: String
    package let name: String

    package init(cluster: String, namespace: String, kind: String, name: String) {
        self.cluster = cluster
        self.namespace = namespace
        self.kind = kind
        self.name = name
    }

    /// Reads `CLUSTER/NAMESPACE/KIND/NAME`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(cluster: parts[0], namespace: parts[1], kind: parts[2], name: parts[3])
    }

    package var description: String { "\(cluster)/\(namespace)/\(kind)/\(name)" }

    var key: NodeKey { NodeKey(.deployment, [cluster, namespace, kind, name]) }
}

/// A workload, and what it runs or ran.
package struct RunningWorkload: Sendable, Hashable {
    package let name: WorkloadName
    package let environment: String?
    package let tenant: String?
    package let images: [DecisionRecord.Image]
    /// When the decision was taken that let it in.
    package let since: Instant
    package let decision: Digest
    /// Whether its images were judged and allowed, and not only let through in Audit.
    package let isAdmission: Bool
    /// Whether anything runs from then on; not when it was deleted.
    package let runs: Bool
}
