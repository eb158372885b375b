import Admission
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

    init(_ configuration: ServeConfiguration, metrics: ServerMetrics, logger: Logger) async throws {
        owners = NoOwners()
        modes = UnlabelledNamespaces()
        services = []
        isStale = { nil }
    }
}
