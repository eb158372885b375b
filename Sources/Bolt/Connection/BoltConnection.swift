internal import Core
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// One connection, logged on; one caller at a time uses it.
final class BoltConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<BoltHandler>
    private let place: String
    private let deadline: Duration
    /// What is known since the greeting.
    let server: BoltServer
    /// When it was opened, by the pool's clock.
    let birth: Duration

    private init(
        _ channel: any Channel, _ handler: NIOLoopBound<BoltHandler>, place: String, deadline: Duration,
        server: BoltServer, birth: Duration
    ) {
        self.channel = channel
        self.handler = handler
        self.place = place
        self.deadline = deadline
        self.server = server
        self.birth = birth
    }

    /// Reaches the server and logs on.
    static func open(
        _ address: BoltAddress, _ credentials: BoltCredentials, _ options: BoltOptions, birth: Duration
    ) async throws(BoltError) -> BoltConnection {
        let place = address.description
        guard address.security != .plain || credentials.isNone || address.isLoopback || options.sendsCredentialsInClear
        else {
            throw BoltError(
                .configuration,
                "credentials would be sent without TLS, where everybody on the way can read them; use bolt+s://",
                at: place)
        }
        let security = try TLS(address, options)
        let setup = ConnectionMachine.Setup(
            credentials: credentials, agent: options.agent, limits: options.limits, place: place)
        let silence = options.silence
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(options.connect))
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
        do {
            let (channel, handler) = try await bootstrap.connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let handler = try security.handler() {
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    let handler = BoltHandler(ConnectionMachine(setup), silence: silence)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
            return try await greet(channel, handler, place, options, birth)
        } catch {
            throw Task.isCancelled
                ? BoltError(.cancelled, "the caller gave up", at: place) : ChannelFailure.error(error, at: place)
        }
    }

    private static func greet(
        _ channel: any Channel, _ handler: NIOLoopBound<BoltHandler>, _ place: String, _ options: BoltOptions,
        _ birth: Duration
    ) async throws(BoltError) -> BoltConnection {
        let events = try await next(channel, handler, place, deadline: options.connect)
        if case .closed(let error)? = events.last { throw error }
        guard events == [.ready], let server = await server(channel, handler) else {
            channel.close(promise: nil)
            throw BoltError(.malformed, "the server did not greet as Bolt says", at: place)
        }
        return BoltConnection(
            channel, handler, place: place, deadline: options.deadline, server: server, birth: birth)
    }

    private static func server(_ channel: any Channel, _ handler: NIOLoopBound<BoltHandler>) async -> BoltServer? {
        let found = try? await channel.eventLoop.submit {
            handler.value.machine.version.map {
                BoltServer(version: $0, agent: handler.value.machine.server ?? "")
            }
        }.get()
        return found ?? nil
    }

    /// Sends a request; its answers come by ``next()``.
    func send(_ command: ConnectionMachine.Command) async throws(BoltError) {
        let handler = handler
        do {
            try await channel.eventLoop.submit { try handler.value.send(command) }.get()
        } catch { throw ChannelFailure.error(error, at: place) }
    }

    /// What happens next, several things at once when they came together.
    ///
    /// The connection is closed when the task is cancelled: what is half read cannot be used again.
    ///
    /// - Throws: ``BoltError`` when the connection is of no more use; a refused request is an event.
    func next() async throws(BoltError) -> [ConnectionMachine.Event] {
        try await Self.next(channel, handler, place, deadline: deadline)
    }

    private static func next(
        _ channel: any Channel, _ handler: NIOLoopBound<BoltHandler>, _ place: String, deadline: Duration
    ) async throws(BoltError) -> [ConnectionMachine.Event] {
        let events: [ConnectionMachine.Event]
        do {
            events = try await withTaskCancellationHandler {
                try await channel.eventLoop.flatSubmit {
                    let promise = channel.eventLoop.makePromise(of: [ConnectionMachine.Event].self)
                    handler.value.next(promise, deadline: deadline)
                    return promise.futureResult
                }.get()
            } onCancel: {
                channel.close(mode: .all, promise: nil)
            }
        } catch { throw ChannelFailure.error(error, at: place) }
        if Task.isCancelled {
            channel.close(mode: .all, promise: nil)
            throw BoltError(.cancelled, "the caller gave up", at: place)
        }
        if case .closed(let error)? = events.first { throw error }
        guard !events.isEmpty else { throw BoltError(.closed, "the connection is closed", at: place) }
        return events
    }

    /// Asks for something whose answer has no records.
    func ask(_ command: ConnectionMachine.Command) async throws(BoltError) -> BoltSummary {
        try await send(command)
        for event in try await next() {
            switch event {
            case .done(let summary): return summary
            case .ready: return BoltSummary()
            case .failed(let error), .closed(let error): throw error
            case .fields, .record, .batchEnded: continue
            }
        }
        await abandon()
        throw BoltError(.malformed, "an answer without an end", at: place)
    }

    /// Makes it usable again in the middle of anything: a transaction is undone, a result dropped.
    func end() async throws(BoltError) {
        guard await !isReusable() else { return }
        try await send(.reset)
        while true {
            for event in try await next() {
                switch event {
                // A failure is reported when the reset that it caused is done.
                case .ready, .failed: return
                case .done, .fields, .record, .batchEnded: continue
                case .closed(let error): throw error
                }
            }
        }
    }

    /// Whether the next caller can use it.
    func isReusable() async -> Bool {
        let (channel, handler) = (channel, handler)
        let idle = try? await channel.eventLoop.submit { handler.value.machine.isIdle && channel.isActive }.get()
        return idle ?? false
    }

    /// Ends it politely.
    func close() {
        let (channel, handler) = (channel, handler)
        channel.eventLoop.execute {
            do throws(BoltError) { try handler.value.send(.goodbye) } catch { channel.close(promise: nil) }
        }
    }

    /// Ends it at once, whatever goes on.
    func abandon() async {
        let (handler, place) = (handler, place)
        let reason = BoltError(.closed, "the connection was given up", at: place)
        try? await channel.eventLoop.submit { handler.value.end(reason) }.get()
    }
}

/// What a server said when it was greeted.
package struct BoltServer: Sendable, Hashable, CustomStringConvertible {
    /// The version of Bolt that is spoken.
    package let version: BoltVersion
    /// What it calls itself, such as `Neo4j/5.13.0`.
    package let agent: String

    package var description: String { "\(agent.isEmpty ? "a server" : agent), Bolt \(version)" }
}
