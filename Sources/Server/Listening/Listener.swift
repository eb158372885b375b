internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// Where a listener listens.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    /// 0 lets the system choose one.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `:PORT` for every address, or `[IPv6]:PORT`.
    ///
    /// - Throws: ``ServerError`` when it is none of these.
    package init(_ text: String) throws(ServerError) {
        let refusal = ServerError(
            .address, "expected an address such as 127.0.0.1:8443, [::1]:8443 or :8443, saw \"\(text)\"")
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw refusal
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw refusal
        }
        self.init(host: host.isEmpty ? "::" : host, port: Int(port))
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// How many connections a listener keeps, and how long it waits for them.
package struct ListenerLimits: Sendable, Hashable {
    /// Further connections wait until one of these ends.
    package var connections = 2_048
    /// From a connection's start to the end of its first request's head; who connects has something to say.
    package var greeting = Duration.seconds(10)
    /// From the end of an answer to the end of the next request's head.
    package var pause = Duration.seconds(180)
    /// From the end of a request's head to the end of its body.
    package var body = Duration.seconds(5)

    package init() {}
}

/// One of the server's listeners as a service.
struct Listener<Responder: HTTPResponder>: Service where Responder.Context: ServerContext {
    let name: String
    let address: ListenAddress
    let tls: TLSSource?
    let limits: ListenerLimits
    /// Whether requests are answered on their connection's event loop; see ``LoopListening``.
    var staysOnLoop = false
    let responder: Responder
    let callers: CallerBook
    let group: any EventLoopGroup
    let logger: Logger
    /// Told the port once it listens.
    let onListening: @Sendable (_ name: String, _ port: Int) -> Void

    func run() async throws {
        let application = Application(
            responder: responder, server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { onListening(name, $0.localAddress?.port ?? address.port) },
            eventLoopGroupProvider: .shared(group), logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw ServerError(.address, "\(name): cannot listen on \(address): \(error)")
        }
    }

    private var builder: HTTPServerBuilder {
        let (greeting, pause) = (TimeAmount(limits.greeting), TimeAmount(limits.pause))
        let body = TimeAmount(limits.body)
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [PatienceHandler(greeting: greeting, pause: pause, body: body)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        return HTTPServerBuilder { [tls, callers, staysOnLoop] responder in
            let channel = HTTP1Channel(responder: responder, configuration: configuration)
            switch (tls, staysOnLoop) {
            case (nil, false): return channel
            case (nil, true): return LoopListening(base: channel)
            case (let tls?, false): return TLSListening(base: channel, source: tls, callers: callers)
            case (let tls?, true):
                return LoopListening(base: TLSListening(base: channel, source: tls, callers: callers))
            }
        }
    }
}
