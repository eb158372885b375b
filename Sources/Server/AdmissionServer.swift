package import DecisionLog
internal import Hummingbird
package import Lineage
package import Logging
package import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// The three listeners of admission: the webhook, the API, and health with metrics (admission contract, "Server").
package struct AdmissionServer: Service {
    /// Where one of them listens, and how it proves its name.
    package struct Endpoint: Sendable {
        package let address: ListenAddress
        /// `nil` for plain HTTP.
        package let tls: TLSSource?

        package init(_ address: ListenAddress, tls: TLSSource? = nil) {
            self.address = address
            self.tls = tls
        }
    }

    /// What the API answers from.
    package struct API: Sendable {
        let endpoint: Endpoint
        let archive: any LogArchive
        let large: any LargeDecisions
        let lineage: (any LineageStore)?
        let access: AccessControl

        package init(
            _ endpoint: Endpoint, archive: any LogArchive, large: any LargeDecisions,
            lineage: (any LineageStore)? = nil, access: AccessControl
        ) {
            self.endpoint = endpoint
            self.archive = archive
            self.large = large
            self.lineage = lineage
            self.access = access
        }
    }

    private let webhook: Webhook
    private let webhookEndpoint: Endpoint
    private let limits: WebhookLimits
    private let listenerLimits: ListenerLimits
    private let api: API?
    private let health: Endpoint?
    private let readiness: @Sendable () -> Readiness
    private let metrics: @Sendable (_ isOpenMetrics: Bool) -> String
    private let events: ServerEvents
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (_ name: String, _ port: Int) -> Void

    /// - Parameters:
    ///   - webhook: what answers reviews.
    ///   - endpoint: where it is asked.
    ///   - api: the API, when there is one.
    ///   - health: where health, readiness and metrics are asked for.
    ///   - readiness: how things stand.
    ///   - metrics: writes the metrics.
    ///   - onListening: told the name and port of each listener once it listens.
    package init(
        webhook: Webhook, at endpoint: Endpoint, limits: WebhookLimits = WebhookLimits(),
        listenerLimits: ListenerLimits = ListenerLimits(), api: API? = nil, health: Endpoint? = nil,
        readiness: @escaping @Sendable () -> Readiness, metrics: @escaping @Sendable (_ isOpenMetrics: Bool) -> String,
        events: ServerEvents = .none, group: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (_ name: String, _ port: Int) -> Void = { _, _ in }
    ) {
        self.webhook = webhook
        webhookEndpoint = endpoint
        self.limits = limits
        self.listenerLimits = listenerLimits
        self.api = api
        self.health = health
        self.readiness = readiness
        self.metrics = metrics
        self.events = events
        self.group = group
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens until the surrounding service group shuts down; requests under way are answered first.
    ///
    /// - Throws: ``ServerError`` when an address cannot be listened on.
    package func run() async throws {
        var services: [any Service] = []
        let callers = CallerBook()
        services.append(
            listener(
                "webhook", webhookEndpoint, callers,
                WebhookResponder(webhook: webhook, limits: limits, callers: callers, events: events),
                staysOnLoop: true))
        if let api {
            let routes = APIRoutes(
                policy: webhook.policy, archive: api.archive, large: api.large, shadow: webhook.shadow,
                readiness: readiness, lineage: api.lineage, clock: webhook.clock, access: api.access, events: events)
            services.append(listener("api", api.endpoint, CallerBook(), routes.router().buildResponder()))
        }
        if let health {
            services.append(
                listener("health", health, CallerBook(), HealthResponder(readiness: readiness, metrics: metrics)))
        }
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }

    private func listener<Responder: HTTPResponder>(
        _ name: String, _ endpoint: Endpoint, _ callers: CallerBook, _ responder: Responder, staysOnLoop: Bool = false
    ) -> Listener<Responder> where Responder.Context: ServerContext {
        Listener(
            name: name, address: endpoint.address, tls: endpoint.tls, limits: listenerLimits, staysOnLoop: staysOnLoop,
            responder: responder, callers: callers, group: group, logger: logger, onListening: onListening)
    }
}
