import Admission
import Core
import DecisionLog
import Logging
import PrometheusMetrics
import Server

/// The policy that decides, and what reads it again when its files change.
struct ServePolicy {
    let inForce = PolicyInForce()
    let reloader: PolicyReloader

    /// - Parameter history: what the log says, when it was read already.
    /// - Throws: ``UsageError`` or ``InputError`` when the configuration cannot be.
    init(
        _ configuration: ServeConfiguration, files: ServeFiles, log: ServeLog, history: LogHistory?,
        surroundings: ServeSurroundings, metrics: ServerMetrics, events: ServerEvents
    ) throws {
        let cluster = try configuration.required("cluster", flag: "cluster")
        let evidence = try ServeEvidence(configuration, secret: Array(log.secret.utf8), metrics: metrics)
        let sources = try files.sources { bundle, waivers in
            try Admitter(
                bundle: bundle, cluster: cluster, places: evidence.places, owners: surroundings.owners,
                records: log.admissions, waivers: waivers, cache: evidence.cache, fetching: evidence.fetching)
        }
        reloader = PolicyReloader(
            sources: sources, policy: inForce, keeper: log.keeper, history: history, events: events)
    }
}
