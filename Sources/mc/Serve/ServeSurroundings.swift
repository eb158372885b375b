import Admission
import Cluster
import Core
import Foundation
import Kubernetes
import KubernetesClient
import Logging
import PrometheusMetrics
import ServiceLifecycle

/// The cluster around the server: its objects and its namespaces' labels.
struct ServeSurroundings {
    let owners: any OwnerDirectory
    let modes: any NamespaceModes
    let services: [any Service]
    /// Whether the watch of namespaces is behind; `nil` when nobody watches.
    let isStale: @Sendable () -> Bool?
    /// The API of the cluster, when one is configured.
    let client: KubernetesClient?

    /// - Throws: ``UsageError`` or ``KubernetesError`` when the configuration cannot be.
    init(_ configuration: ServeConfiguration, metrics: ServerMetrics, logger: Logger) throws {
        guard let access = try Self.access(configuration) else {
            logger.warning(
                """
                no cluster is configured (kubernetes.kubeconfig or kubernetes.inCluster): what controllers make is \
                undecided, since nobody can be asked about owners, and no namespace's label is seen
                """)
            owners = NoOwners("mc serves without a cluster; whoever runs it configures kubernetes")
            modes = UnlabelledNamespaces()
            services = []
            isStale = { nil }
            client = nil
            return
        }
        let client = KubernetesClient(
            access, environment: ProcessInfo.processInfo.environment, wallClock: { .now })
        let start = ContinuousClock.now
        let watch = NamespaceWatch(client, now: { ContinuousClock.now - start })
        owners = CountedOwners(owners: ClusterOwners(client), metrics: metrics)
        modes = watch
        services = [WatchService(watch: watch)]
        isStale = { !watch.isCurrent }
        self.client = client
    }

    private static func access(_ configuration: ServeConfiguration) throws -> ClusterAccess? {
        let environment = ProcessInfo.processInfo.environment
        let isInCluster = try configuration.flag("kubernetes.inCluster")
        guard let path = configuration.text("kubernetes.kubeconfig") else {
            return isInCluster ? try .inCluster(environment: environment) : nil
        }
        guard !isInCluster else {
            throw UsageError("kubernetes: give either a kubeconfig or inCluster, not both")
        }
        return try Kubeconfig(files: [path]).access(context: configuration.text("kubernetes.context"))
    }
}

/// The watch of namespaces as a service.
private struct WatchService: Service {
    let watch: NamespaceWatch

    func run() async throws { await cancelWhenGracefulShutdown { await watch.run() } }
}

/// Counts what is asked about owners.
private struct CountedOwners: OwnerDirectory {
    let owners: any OwnerDirectory
    let metrics: ServerMetrics

    func owner(_ reference: OwnerReference, namespace: String) async -> OwnerAnswer {
        let answer = await owners.owner(reference, namespace: namespace)
        switch answer {
        case .found: metrics.ownerLookups.with("found").increment()
        case .absent: metrics.ownerLookups.with("absent").increment()
        case .unavailable: metrics.ownerLookups.with("unavailable").increment()
        }
        return answer
    }
}
