import Admission
import Core
import DecisionLog
import Logging
import NIOPosix
import Policy
import Server
import ServiceLifecycle
import Synchronization
import TestDecisionLog
import Testing

/// Everything behind a server: files that tests replace, a clock they set, a log that fails when told to.
final class Yard: Sendable {
    struct Files: Sendable {
        var bundle: BundleSource
        var next: BundleSource?
        var waivers: [(path: String, bytes: [UInt8])] = []
        var memory = VersionMemory()
        /// Why nothing can be read.
        var failure: String?
    }

    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// The files as they lie there now.
    final class Table: Sendable {
        private let files: Mutex<Files>

        init(_ files: Files) { self.files = Mutex(files) }

        /// As they are, readable or not.
        var present: Files { files.withLock { $0 } }

        func read() throws -> Files {
            let files = files.withLock { $0 }
            if let failure = files.failure { throw Unreadable(description: failure) }
            return files
        }

        func change(_ change: (inout Files) throws -> Void) rethrows { try files.withLock { try change(&$0) } }
    }

    let clock = TestClock()
    let log = MemoryLog()
    let large = MemoryDecisions()
    let admissions = AdmissionIndex()
    let files: Table
    let steady: SteadyClock
    let policy = PolicyInForce()
    let keeper: DecisionKeeper
    let reloader: PolicyReloader
    let shadow: ShadowVerifier
    let webhook: Webhook
    let limits: WebhookLimits
    let heard = Heard()

    /// - Parameters:
    ///   - images: the registries; those of the shop when `nil`.
    ///   - cache: remembers evidence.
    ///   - log: where entries go; ``log`` when `nil`.
    init(
        images: (any EvidencePlaces)? = nil, limits: WebhookLimits = WebhookLimits(),
        modes: any NamespaceModes = UnlabelledNamespaces(), owners: any OwnerDirectory = NoOwners(),
        log other: (any EntryLog)? = nil, history: LogHistory = LogHistory(), bundle: BundleSource? = nil
    ) async throws {
        let box = Table(Files(bundle: try bundle ?? Shop.bundle()))
        let places: any EvidencePlaces = try images ?? Shop.images()
        files = box
        steady = clock.steady
        shadow = ShadowVerifier(events: heard.events)
        self.limits = limits
        keeper = DecisionKeeper(log: other ?? log, large: large, admissions: admissions)
        let trust = try Shop.trust()
        let admissions = admissions
        let sources = PolicySources(
            bundle: { try box.read().bundle }, trust: { trust }, next: { try box.read().next },
            waivers: { try box.read().waivers }, memory: { try box.read().memory },
            keepMemory: { memory in box.change { $0.memory = memory } },
            admitter: { bundle, waivers in
                try Admitter(
                    bundle: bundle, cluster: Shop.cluster, places: places, owners: owners, records: admissions,
                    waivers: waivers)
            })
        reloader = PolicyReloader(
            sources: sources, policy: policy, keeper: keeper, history: history, events: heard.events)
        webhook = Webhook(
            policy: policy, keeper: keeper, clock: steady, modes: modes, shadow: shadow, events: heard.events,
            limits: limits)
        await look()
    }

    /// Looks at the files.
    func look() async { await reloader.look(at: clock.now) }

    func change(_ change: @Sendable (inout Files) throws -> Void) async throws {
        try files.change(change)
        await look()
    }

    var readiness: ReadinessCheck {
        ReadinessCheck(policy: policy, reloader: reloader, clock: steady, log: { [log] in log.failure })
    }

    var records: [LogRecord] { get throws { try log.entries.map { try LogRecord(parsing: $0) } } }

    var decisions: [LogEntry] {
        get throws {
            try records.compactMap { record in
                guard case .decision(let entry) = record else { return nil }
                return entry
            }
        }
    }
}

/// What the server told while it worked.
final class Heard: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func count(_ text: String) -> Int { all.filter { $0 == text }.count }

    var events: ServerEvents {
        var events = ServerEvents()
        events.malformed = { [self] in note("malformed") }
        events.unlogged = { [self] _ in note("unlogged") }
        events.rejected = { [self] in note("rejected \($0)") }
        events.reloaded = { [self] source, problem in note("\(source) \(problem == nil ? "good" : "bad")") }
        events.differed = { [self] in note("differed \($0)") }
        return events
    }

    private func note(_ text: String) { texts.withLock { $0.append(text) } }
}

/// The ports of a running server, and a way to end it.
struct Running: Sendable {
    let ports: [String: Int]
    let group: ServiceGroup

    func port(_ name: String) throws -> Int { try #require(ports[name], "there is no listener \(name)") }
}

extension Yard {
    /// Serves on loopback ports while `body` runs, and ends the server as SIGTERM would.
    func serve(
        tls: TLSSource? = nil, api: AdmissionServer.API? = nil, listener: ListenerLimits = ListenerLimits(),
        _ body: @Sendable (Running) async throws -> Void
    ) async throws {
        let (listening, continuation) = AsyncStream.makeStream(of: (String, Int).self)
        let loopback = ListenAddress(host: "127.0.0.1", port: 0)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let readiness = readiness
        let server = AdmissionServer(
            webhook: webhook, at: AdmissionServer.Endpoint(loopback, tls: tls), limits: limits,
            listenerLimits: listener, api: api, health: AdmissionServer.Endpoint(loopback),
            readiness: { readiness.check() }, metrics: { $0 ? "# open\n" : "# text\n" }, events: heard.events,
            group: MultiThreadedEventLoopGroup.singleton, logger: logger,
            onListening: { continuation.yield(($0, $1)) })
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let expected = api == nil ? 2 : 3
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var ports: [String: Int] = [:]
            for await (name, port) in listening {
                ports[name] = port
                if ports.count == expected { break }
            }
            do {
                try await body(Running(ports: ports, group: group))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension Yard {
    /// Listens at an address until that fails or the task ends.
    func listen(at address: ListenAddress) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        try await AdmissionServer(
            webhook: webhook, at: AdmissionServer.Endpoint(address), readiness: { Readiness() }, metrics: { _ in "" },
            group: MultiThreadedEventLoopGroup.singleton, logger: logger
        ).run()
    }
}
