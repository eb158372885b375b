import Core
import Foundation
import Lineage
import Logging
import NIOPosix
import PrometheusMetrics
import Server
import ServiceLifecycle
import TransparencyLog
import UnixSignals

/// Puts the server together from its configuration, and runs it.
struct ServeAssembly {
    private let configuration: ServeConfiguration
    private let files: ServeFiles
    private let logger: Logger
    private let announces: Bool

    init(_ configuration: ServeConfiguration, announces: Bool) {
        self.configuration = configuration
        self.announces = announces
        files = ServeFiles(configuration: configuration)
        var logger = Logger(label: "mc") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Throws: ``UsageError``, ``InputError``, ``ServerError`` or ``LogError`` when it cannot start.
    func run() async throws {
        let clock = SteadyClock(wall: { .now }, elapsed: Self.elapsed())
        let registry = PrometheusRegistry()
        let metrics = ServerMetrics(in: registry)
        ProcessMetrics.register(in: registry, start: Date().timeIntervalSince1970)
        let events = self.events(metrics)

        let log = try await ServeLog(configuration, clock: clock, metrics: metrics, logger: logger)
        let history = log.isShort ? try await log.history() : nil
        let surroundings = try ServeSurroundings(configuration, metrics: metrics, logger: logger)
        let policy = try ServePolicy(
            configuration, files: files, log: log, history: history, surroundings: surroundings, metrics: metrics,
            events: events)
        await policy.reloader.look(at: clock.read().now)
        if history != nil, let problem = policy.reloader.status.policyProblem {
            logger.error("no policy is in force, so nothing is allowed until it is mended: \(problem)")
        }

        let lineage = try configuration.text("lineage.store").map { try SQLiteStore(path: $0, access: .readWrite) }
        let listeners = try ServeListeners(
            configuration, files: files, log: log, lineage: lineage, clock: clock, events: events, registry: registry)
        ServeGauges.register(
            log: log.writer, policy: policy.inForce, reloader: policy.reloader, clock: clock,
            modes: surroundings.isStale, maximumBytes: log.maximumBytes, in: registry)
        let server = try server(
            listeners, log: log, policy: policy, surroundings: surroundings, clock: clock, events: events,
            registry: registry)

        let upkeep = ServeUpkeep(
            reading: history == nil ? log.history : nil, reloader: policy.reloader, keeper: log.keeper,
            writer: log.writer, clock: clock, reloads: listeners.reloads, events: events,
            interval: try configuration.duration("policy.poll") ?? .seconds(2))
        let peers = try ServePeers(configuration, admissions: log.admissions, logger: logger)
        let recorder = try ServeRecorder(
            configuration, client: surroundings.client, writer: log.writer, large: log.large, peers: peers.peers,
            lineage: lineage, registry: registry, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                // What is started first is stopped last: the log outlives the listeners.
                services: [upkeep, peers, recorder] + surroundings.services + [server],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    /// The webhook behind its listener, the API and health beside it.
    private func server(
        _ listeners: ServeListeners, log: ServeLog, policy: ServePolicy, surroundings: ServeSurroundings,
        clock: SteadyClock, events: ServerEvents, registry: PrometheusRegistry
    ) throws -> AdmissionServer {
        var limits = WebhookLimits()
        if let deadline = try configuration.duration("webhook.deadline") { limits.deadline = deadline }
        let webhook = Webhook(
            policy: policy.inForce, keeper: log.keeper, clock: clock, modes: surroundings.modes,
            shadow: ShadowVerifier(events: events), events: events, limits: limits)
        let readiness = ReadinessCheck(
            policy: policy.inForce, reloader: policy.reloader, clock: clock,
            log: { [writer = log.writer] in writer.status.trouble.map { "\($0)" } },
            warnings: {
                surroundings.isStale() == true
                    ? ["the namespaces of the cluster are not known at present; all count as Enforce"] : []
            })
        return AdmissionServer(
            webhook: webhook, at: listeners.webhook, limits: limits, api: listeners.api, health: listeners.health,
            readiness: { readiness.check() }, metrics: { registry.render($0 ? .openMetrics : .text) }, events: events,
            group: MultiThreadedEventLoopGroup.singleton, logger: logger, onListening: announcement)
    }

    /// Counts what happens, and says what people should look at.
    private func events(_ metrics: ServerMetrics) -> ServerEvents {
        var events = metrics.events
        let counted = events
        let logger = logger
        events.unlogged = { reason in
            counted.unlogged(reason)
            logger.error("an entry could not be logged: \(reason.printable)")
        }
        events.reloaded = { source, problem in
            counted.reloaded(source, problem)
            if let problem {
                logger.error("\(source): kept what was good: \(problem.printable)")
            } else {
                logger.notice("\(source): taken over")
            }
        }
        return events
    }

    private var announcement: @Sendable (String, Int) -> Void {
        let (announces, logger) = (announces, logger)
        return { name, port in
            logger.notice("\(name) listens on port \(port)")
            if announces {
                Console.standard.print(
                    String(
                        decoding: (["listener": .string(name), "port": .integer(Int64(port))] as JSONValue).canonical,
                        as: UTF8.self))
            }
        }
    }

    private static func elapsed() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }
}
