internal import AsyncHTTPClient
internal import Core
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Outgoing

/// Sends requests to one API server, with the identity of the moment.
final class APITransport: Sendable {
    struct Request: Sendable {
        var method: HTTPMethod = .GET
        /// The escaped path below the server's own.
        var path: String
        var query: [QueryItem] = []
        var contentType = "application/json"
        var body: [UInt8]?

        var place: String { "\(method.rawValue) \(path)" }
    }

    struct Answer: Sendable {
        let status: Int
        let retryAfter: Duration?
        let body: [UInt8]
    }

    /// An answer whose body is still to come.
    struct Stream: Sendable {
        let status: Int
        let retryAfter: Duration?
        let body: HTTPClientResponse.Body
    }

    private let access: ClusterAccess
    private let credentials: CredentialProvider
    private let options: ClientOptions
    private let pacing: Pacing
    private let client: HTTPClient
    private let watcher: HTTPClient

    init(
        access: ClusterAccess, environment: [String: String], options: ClientOptions, pacing: Pacing,
        wallClock: @escaping @Sendable () -> Instant
    ) {
        self.access = access
        self.options = options
        self.pacing = pacing
        credentials = CredentialProvider(
            access: access, environment: environment, pacing: pacing, wallClock: wallClock)
        client = Self.client(access, options, silence: options.silence)
        // The server ends a watch itself; one that does neither that nor anything else is dead.
        watcher = Self.client(access, options, silence: options.watchLife + .seconds(30))
    }

    deinit {
        // The clients keep themselves alive until their connections are closed.
        client.shutdown { _ in }
        watcher.shutdown { _ in }
    }

    private static func client(_ access: ClusterAccess, _ options: ClientOptions, silence: Duration) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: TimeAmount(options.connect), read: TimeAmount(silence))
        configuration.timeout.write = TimeAmount(options.silence)
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        // The certificate must then be for the name in the URL, while the connection goes to the host.
        if let name = access.serverName { configuration.dnsOverride = [name: access.server.host] }
        return HTTPClient(configuration: configuration)
    }

    /// Sends one request and collects its answer; once more with fresh credentials when the old ones have ended.
    ///
    /// - Parameter cap: the most bytes of the answer's body.
    func send(_ request: Request, cap: Cap) async throws(KubernetesError) -> Answer {
        var answer = try await sendOnce(request, cap)
        if answer.status == 401 {
            await credentials.invalidate()
            answer = try await sendOnce(request, cap)
        }
        return answer
    }

    /// Opens a watch; the body's end is not waited for.
    func open(_ request: Request) async throws(KubernetesError) -> Stream {
        var stream = try await openOnce(request)
        if stream.status == 401 {
            await credentials.invalidate()
            stream = try await openOnce(request)
        }
        return stream
    }

    private func sendOnce(_ request: Request, _ cap: Cap) async throws(KubernetesError) -> Answer {
        let message = try await message(request)
        do {
            let response = try await client.execute(message, timeout: TimeAmount(options.deadline))
            let status = Int(response.status.code)
            let limit = (200...299).contains(status) ? cap : Cap("bytes of an error's body", 256 << 10)
            if let declared = response.headers.first(name: "Content-Length").flatMap({ Int($0) }) {
                try limit.check(declared)
            }
            var body: [UInt8] = []
            for try await chunk in response.body {
                try limit.check(body.count + chunk.readableBytes)
                body.append(contentsOf: chunk.readableBytesView)
            }
            // A cancelled stream ends like a complete one.
            if Task.isCancelled { throw CancellationError() }
            return Answer(status: status, retryAfter: Self.retryAfter(response.headers), body: body)
        } catch {
            throw Self.error(error, request)
        }
    }

    private func openOnce(_ request: Request) async throws(KubernetesError) -> Stream {
        let message = try await message(request)
        do {
            let response = try await watcher.execute(message, timeout: TimeAmount(options.deadline))
            return Stream(
                status: Int(response.status.code), retryAfter: Self.retryAfter(response.headers), body: response.body)
        } catch {
            throw Self.error(error, request)
        }
    }

    private func message(_ request: Request) async throws(KubernetesError) -> HTTPClientRequest {
        let identity = try await credentials.identity()
        let server = access.serverName.map { access.server.with(host: $0) } ?? access.server
        var message = HTTPClientRequest(url: "\(server)\(request.path)\(QueryItem.text(request.query))")
        message.method = request.method
        message.headers.add(name: "User-Agent", value: "mc")
        message.headers.add(name: "Accept", value: "application/json")
        if let token = identity.token { message.headers.add(name: "Authorization", value: "Bearer \(token.value)") }
        if let body = request.body {
            message.headers.add(name: "Content-Type", value: request.contentType)
            message.body = .bytes(ByteBuffer(bytes: body))
        }
        message.tlsConfiguration = identity.tls
        return message
    }

    /// The seconds of a `Retry-After`; its date form would tie us to the server's clock.
    static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        guard let field = headers.first(name: "Retry-After"), (1...6).contains(field.utf8.count),
            field.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(field)
        else { return nil }
        return .seconds(seconds)
    }

    static func error(_ error: any Error, _ request: Request) -> KubernetesError {
        if let error = error as? KubernetesError { return error }
        if let exceeded = error as? CapExceeded { return KubernetesError(.tooLarge, "\(exceeded)", at: request.place) }
        if Task.isCancelled || error is CancellationError {
            return KubernetesError(.cancelled, "nobody waits for the answer any more", at: request.place)
        }
        let text = (error as? HTTPClientError)?.shortDescription ?? String(describing: error)
        guard let known = error as? HTTPClientError else {
            // NIO wraps what went wrong with TLS or the connection; none of it holds what was sent.
            return KubernetesError(.unavailable, "no answer: \(text.excerpt(300))", at: request.place)
        }
        switch known {
        case .readTimeout, .writeTimeout, .deadlineExceeded, .connectTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            return KubernetesError(.timeout, "no answer in time: \(text)", at: request.place)
        case .invalidURL, .emptyHost, .bodyLengthMismatch:
            return KubernetesError(.malformed, text, at: request.place)
        default: return KubernetesError(.unavailable, "no answer: \(text)", at: request.place)
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(min(seconds, 1 << 32) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
