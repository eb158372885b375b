import Core
import Lineage
import PrometheusMetrics
import Server

/// Where the server listens, with which certificates, and what is read again for that.
struct ServeListeners {
    let webhook: AdmissionServer.Endpoint
    let api: AdmissionServer.API?
    let health: AdmissionServer.Endpoint?
    /// The certificates and tokens, to be read again.
    let reloads: [ServeUpkeep.Reload]

    /// - Throws: ``UsageError``, ``InputError`` or ``ServerError`` when the configuration cannot be.
    init(
        _ configuration: ServeConfiguration, files: ServeFiles, log: ServeLog, lineage: SQLiteStore?,
        clock: SteadyClock, events: ServerEvents, registry: PrometheusRegistry
    ) throws {
        let tls = try TLSSource(files.tls("webhook"))
        webhook = AdmissionServer.Endpoint(
            try ListenAddress(configuration.required("webhook.listen", flag: "listen")), tls: tls)
        ServeGauges.register(certificate: "webhook", tls, in: registry)
        var reloads = [
            ServeUpkeep.Reload(name: "tls-webhook") {
                if try tls.reload(files.tls("webhook")) { events.reloaded("tls-webhook", nil) }
            }
        ]
        if let address = configuration.text("api.listen") {
            let tls = try TLSSource(files.apiTLS())
            let access = AccessControl(
                tokens: try files.tokens(), provider: try ServeIdentity.provider(configuration), clock: clock)
            api = AdmissionServer.API(
                AdmissionServer.Endpoint(try ListenAddress(address), tls: tls), archive: log.archive,
                large: log.large, lineage: lineage, access: access)
            ServeGauges.register(certificate: "api", tls, in: registry)
            reloads += [
                ServeUpkeep.Reload(name: "tls-api") {
                    if try tls.reload(files.apiTLS()) { events.reloaded("tls-api", nil) }
                },
                ServeUpkeep.Reload(name: "tokens") { access.replace(try files.tokens()) },
            ]
        } else {
            api = nil
        }
        health = try configuration.text("health.listen").map { AdmissionServer.Endpoint(try ListenAddress($0)) }
        self.reloads = reloads
    }
}
