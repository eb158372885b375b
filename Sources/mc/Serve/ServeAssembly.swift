import Admission
import Core
import DecisionLog
import Foundation
import Lineage
import Logging
import NIOCore
import NIOPosix
import OCI
import Policy
import PrometheusMetrics
import Recording
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

    /// How many entries are read before it listens.
    private static let shortLog: UInt64 = 10_000

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Throws: ``UsageError``, ``InputError``, ``ServerError`` or ``LogError`` when it cannot start.
    func run() async throws {
        let clock = SteadyClock(wall: { .now }, elapsed: Self.elapsed())
        let registry = PrometheusRegistry()
        let metrics = ServerMetrics(in: registry)
        ProcessMetrics.register(in: registry, start: Date().timeIntervalSince1970)
        let events = self.events(metrics)
        let secret = try logKey()
        let writer = try await openLog(secret)
        let admissions = AdmissionIndex(trustsEverybody: try configuration.flag("webhook.trustNetwork"))
        let folder = try configuration.required("log.folder", flag: "log")
        let maximumBytes = try configuration.integer("log.maximumBytes", in: 256 << 20...1 << 50)
        let large = LargeDecisionFolder(
            "\(folder)/decisions", maximumBytes: maximumBytes.map { $0 / 10 } ?? LargeDecisionFolder.defaultMaximum)
        let acceptsClock = try configuration.flag("log.acceptClock")
        if acceptsClock { logger.warning("log.acceptClock: the clock is believed, whatever the log's entries say") }
        // Reading a long log takes minutes; meanwhile it listens, and says that it is not ready.
        let reading: @Sendable () async throws -> LogHistory = {
            let history = try await LogHistory.read(WriterArchive(writer), large: large, into: admissions)
            if !acceptsClock, let last = history.last { clock.notBefore(last) }
            return history
        }
        let history = writer.size <= Self.shortLog ? try await reading() : nil
        if writer.recovery.truncatedBytes > 0 {
            logger.warning(
                "the log's end was torn: \(writer.recovery.truncatedBytes) bytes that nobody relied on are gone")
        }
        var observer = DecisionKeeper.Observer()
        observer.coalesced = { metrics.logCoalesced.increment() }
        let keeper = DecisionKeeper(
            log: MeasuredLog(writer, append: metrics.logAppend), large: large, admissions: admissions,
            quota: try configuration.integer("log.quota", in: 1...1_000_000) ?? DecisionKeeper.defaultQuota,
            observer: observer)
        let cluster = try configuration.required("cluster", flag: "cluster")
        let surroundings = try ServeSurroundings(configuration, metrics: metrics, logger: logger)
        let evidence = try ServeEvidence(configuration, secret: Array(secret.utf8), metrics: metrics)
        let policy = PolicyInForce()
        let reloader = PolicyReloader(
            sources: try files.sources { bundle, waivers in
                try Admitter(
                    bundle: bundle, cluster: cluster, places: evidence.places, owners: surroundings.owners,
                    records: admissions, waivers: waivers, cache: evidence.cache, fetching: evidence.fetching)
            }, policy: policy, keeper: keeper, history: history, events: events)
        await reloader.look(at: clock.read().now)
        if history != nil, let problem = reloader.status.policyProblem {
            logger.error("no policy is in force, so nothing is allowed until it is mended: \(problem)")
        }
        let webhookTLS = try TLSSource(files.tls("webhook"))
        var reloads: [(name: String, read: @Sendable () throws -> Void)] = [
            (
                "tls-webhook",
                { [files] in if try webhookTLS.reload(files.tls("webhook")) { events.reloaded("tls-webhook", nil) } }
            )
        ]
        let shadow = ShadowVerifier(events: events)
        var limits = WebhookLimits()
        if let deadline = try configuration.duration("webhook.deadline") { limits.deadline = deadline }
        let webhook = Webhook(
            policy: policy, keeper: keeper, clock: clock, modes: surroundings.modes, shadow: shadow, events: events,
            limits: limits)
        let lineage = try configuration.text("lineage.store").map { try SQLiteStore(path: $0, access: .readWrite) }
        var api: AdmissionServer.API?
        if let address = configuration.text("api.listen") {
            let tls = try TLSSource(files.apiTLS())
            let access = AccessControl(
                tokens: try files.tokens(), provider: try ServeIdentity.provider(configuration), clock: clock)
            reloads.append(
                (
                    "tls-api",
                    { [files] in if try tls.reload(files.apiTLS()) { events.reloaded("tls-api", nil) } }
                ))
            reloads.append(("tokens", { [files] in access.replace(try files.tokens()) }))
            api = AdmissionServer.API(
                AdmissionServer.Endpoint(try ListenAddress(address), tls: tls), archive: WriterArchive(writer),
                large: large, lineage: lineage, access: access)
            ServeGauges.register(certificate: "api", tls, in: registry)
        }
        let readiness = ReadinessCheck(
            policy: policy, reloader: reloader, clock: clock, log: { writer.status.trouble.map { "\($0)" } },
            warnings: {
                surroundings.isStale() == true
                    ? ["the namespaces of the cluster are not known at present; all count as Enforce"] : []
            })
        ServeGauges.register(certificate: "webhook", webhookTLS, in: registry)
        ServeGauges.register(
            log: writer, policy: policy, reloader: reloader, clock: clock, modes: surroundings.isStale,
            maximumBytes: maximumBytes, in: registry)
        let server = AdmissionServer(
            webhook: webhook,
            at: AdmissionServer.Endpoint(
                try ListenAddress(configuration.required("webhook.listen", flag: "listen")), tls: webhookTLS),
            limits: limits, api: api,
            health: try configuration.text("health.listen").map { AdmissionServer.Endpoint(try ListenAddress($0)) },
            readiness: { readiness.check() }, metrics: { registry.render($0 ? .openMetrics : .text) }, events: events,
            group: MultiThreadedEventLoopGroup.singleton, logger: logger, onListening: announcement)
        let upkeep = ServeUpkeep(
            reading: history == nil ? reading : nil, reloader: reloader, keeper: keeper, writer: writer, clock: clock,
            reloads: reloads, events: events,
            interval: try configuration.duration("policy.poll") ?? .seconds(2))
        let peers = try ServePeers(configuration, admissions: admissions, logger: logger)
        let recorder = try ServeRecorder(
            configuration, client: surroundings.client, writer: writer, large: large, peers: peers.peers,
            lineage: lineage, registry: registry, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                // What is started first is stopped last: the log outlives the listeners.
                services: [upkeep, peers, recorder] + surroundings.services + [server],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private func logKey() throws -> String {
        let path = try configuration.required("log.key", flag: "log-key")
        let text = String(
            decoding: try InputFile.read(path, cap: Cap("bytes of a log key", 64 << 10)), as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func openLog(_ key: String) async throws -> LogWriter {
        let folder = try configuration.required("log.folder", flag: "log")
        let signer: NoteSigner
        do {
            signer = try NoteSigner(key)
        } catch {
            throw InputError(try configuration.required("log.key", flag: "log-key"), "\(error)")
        }
        // Two replicas under one name would be a fork to every witness.
        if let origin = configuration.text("log.origin"), !origin.isSame(as: signer.verifierKey.name) {
            throw UsageError(
                "log.origin is \(origin.printable), but the key is of \(signer.verifierKey.name.printable); give each replica "
                    + "the key that was made for it (mc log key new --name ORIGIN)")
        }
        var options = LogOptions()
        if let bytes = try configuration.integer("log.maximumBytes", in: 256 << 20...1 << 50) {
            // A tenth of it is for decisions that are too large for an entry.
            options.maximumBytes = UInt64(bytes / 10 * 9)
        }
        options.cosigners = try ServeWitnesses.cosigners(configuration)
        return try await LogWriter.open(folder: folder, signer: signer, options: options)
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
