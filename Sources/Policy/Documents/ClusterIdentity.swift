internal import Core

/// Who is who in a cluster (`kind: ClusterIdentity`): how the API server's users become claims, which controllers may
/// make what, and where images really come from.
package struct ClusterIdentity: Sendable, Hashable {
    /// `spec.users[]`: how a user name becomes an issuer and a subject.
    package struct UserMapping: Sendable, Hashable {
        /// `issuer`: the OIDC issuer, as `deployer.issuer` names it.
        package var issuer: String
        /// `usernamePrefix`: what the API server puts before the subject (`--oidc-username-prefix`); not empty.
        package var usernamePrefix: String
        /// `groups`: groups the user must be in, all of them; may be absent.
        package var groups: [String]
        /// `claims`: claim name → key of the user's `extra`, such as `repository: example.test/repository`.
        package var claims: [String: String]

        package init(issuer: String, usernamePrefix: String, groups: [String] = [], claims: [String: String] = [:]) {
            self.issuer = issuer
            self.usernamePrefix = usernamePrefix
            self.groups = groups
            self.claims = claims
        }
    }

    /// `spec.gitOpsControllers[]`
    package struct GitOpsController: Sendable, Hashable {
        /// `serviceAccount`: the full user name, such as `system:serviceaccount:flux-system:kustomize-controller`.
        package var serviceAccount: String
        /// `repositories`: those it may deploy, as `bind.repository` names them; at least one.
        package var repositories: [String]

        package init(serviceAccount: String, repositories: [String]) {
            self.serviceAccount = serviceAccount
            self.repositories = repositories
        }
    }

    /// `spec.workloadControllers[]`: whose word counts that an object of a kind belongs to an owner.
    package struct WorkloadController: Sendable, Hashable {
        /// `serviceAccount`: the full user name.
        package var serviceAccount: String
        /// `creates`: the kind of the object, such as `Pod`.
        package var creates: String
        /// `owner`: the kind of the owner, such as `ReplicaSet`.
        package var owner: String

        package init(serviceAccount: String, creates: String, owner: String) {
            self.serviceAccount = serviceAccount
            self.creates = creates
            self.owner = owner
        }
    }

    /// `spec.customKinds[]`: further kinds that make pods, with the dotted paths to their pod templates
    /// (`podTemplates`) or bare pod specifications (`podSpecs`).
    package struct CustomKind: Sendable, Hashable {
        package var group: String
        package var kind: String
        package var podTemplates: [String]
        package var podSpecs: [String]

        package init(group: String, kind: String, podTemplates: [String] = [], podSpecs: [String] = []) {
            self.group = group
            self.kind = kind
            self.podTemplates = podTemplates
            self.podSpecs = podSpecs
        }
    }

    /// `spec.registryAliases[]`: `{alias: harbor.example/ghcr, registry: ghcr.io}`; the alias is a prefix of registry
    /// and repository that ends at a `/`.
    package struct RegistryAlias: Sendable, Hashable {
        package var alias: String
        package var registry: String

        package init(alias: String, registry: String) {
            self.alias = alias
            self.registry = registry
        }
    }

    /// `metadata.name`: the cluster's name, as `EnvironmentMap` calls it.
    package var cluster: String
    package var users: [UserMapping]
    package var gitOpsControllers: [GitOpsController]
    /// Beside ``standardControllers``, which always count.
    package var workloadControllers: [WorkloadController]
    package var customKinds: [CustomKind]
    package var registryAliases: [RegistryAlias]

    package init(
        cluster: String, users: [UserMapping] = [], gitOpsControllers: [GitOpsController] = [],
        workloadControllers: [WorkloadController] = [], customKinds: [CustomKind] = [],
        registryAliases: [RegistryAlias] = []
    ) {
        self.cluster = cluster
        self.users = users
        self.gitOpsControllers = gitOpsControllers
        self.workloadControllers = workloadControllers
        self.customKinds = customKinds
        self.registryAliases = registryAliases
    }

    /// Kubernetes' own controllers.
    package static let standardControllers: [WorkloadController] = [
        ("deployment", "ReplicaSet", "Deployment"), ("replicaset", "Pod", "ReplicaSet"),
        ("statefulset", "Pod", "StatefulSet"), ("daemon-set", "Pod", "DaemonSet"), ("job", "Pod", "Job"),
        ("cronjob", "Job", "CronJob"), ("replication", "Pod", "ReplicationController"),
    ].map {
        let prefix = $0.0 == "replication" ? "replication-controller" : "\($0.0)-controller"
        return WorkloadController(
            serviceAccount: "system:serviceaccount:kube-system:\(prefix)", creates: $0.1, owner: $0.2)
    }

    /// Whether a user is the controller that makes such an object for such an owner.
    package func isController(_ username: String, of kind: String, for owner: String) -> Bool {
        (Self.standardControllers + workloadControllers).contains {
            $0.serviceAccount.isSame(as: username) && $0.creates.isSame(as: kind) && $0.owner.isSame(as: owner)
        }
    }

    /// An image's registry and repository as policies name them: the longest alias is replaced.
    package func canonicalName(_ name: String) -> String {
        let fitting = registryAliases.filter {
            let prefix = $0.alias.hasSuffix("/") ? $0.alias : $0.alias + "/"
            return name.utf8.starts(with: prefix.utf8)
        }
        guard let longest = fitting.max(by: { $0.alias.utf8.count < $1.alias.utf8.count }) else { return name }
        let cut = longest.alias.utf8.count + (longest.alias.hasSuffix("/") ? 0 : 1)
        let registry = longest.registry.hasSuffix("/") ? String(longest.registry.dropLast()) : longest.registry
        return registry + "/" + String(decoding: name.utf8.dropFirst(cut), as: UTF8.self)
    }
}
