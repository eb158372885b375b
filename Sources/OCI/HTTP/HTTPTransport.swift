internal import AsyncHTTPClient
internal import Core
internal import NIOCore
internal import NIOHTTP1

/// Sends one request and collects one answer, within a cap and a deadline; no redirects, retries or credentials.
final class HTTPTransport: Sendable {
    struct Request: Sendable {
        var method: HTTPMethod = .GET
        var address: WebAddress
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// The most bytes of a successful answer's body. Of other answers the beginning is kept.
        var cap: Cap
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
        let address: WebAddress

        var isSuccess: Bool { (200...299).contains(status) }
        var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

        /// The field's first value.
        func field(_ name: String) -> String? { headers[name].first }
    }

    enum Failure: Error, Hashable {
        case timeout(String)
        case connection(String)
        case tooLarge(CapExceeded)
        case malformed(String)
        case cancelled
    }

    private static let errorBody = 16 << 10
    private let client: HTTPClient
    private let silence: Duration

    /// - Parameters:
    ///   - connect: how long a connection may take to be made.
    ///   - silence: how long a server may stay silent.
    init(connect: Duration, silence: Duration) {
        self.silence = silence
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: TimeAmount(connect), read: TimeAmount(silence))
        configuration.timeout.write = TimeAmount(silence)
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(15)
        client = HTTPClient(configuration: configuration)
    }

    deinit {
        // The client keeps itself alive until its connections are closed.
        client.shutdown { _ in }
    }

    /// - Parameters:
    ///   - timeout: the time until the answer must be complete.
    ///   - clock: the time since a fixed moment.
    func send(
        _ request: Request, timeout: Duration, clock: @Sendable () -> Duration
    ) async throws(Failure) -> Answer {
        let end = clock() + timeout
        var message = HTTPClientRequest(url: request.address.description)
        message.method = request.method
        message.headers = HTTPHeaders(request.headers)
        message.headers.replaceOrAdd(name: "User-Agent", value: "mc")
        if request.method == .PUT || request.method == .POST || !request.body.isEmpty {
            message.body = .bytes(ByteBuffer(bytes: request.body))
        }
        do {
            let response = try await client.execute(message, timeout: TimeAmount(min(timeout, silence)))
            let status = Int(response.status.code)
            let succeeded = (200...299).contains(status)
            let declared = response.headers.first(name: "Content-Length").flatMap { Int($0) }
            if succeeded, request.method != .HEAD, let declared { try request.cap.check(declared) }
            var body: [UInt8] = []
            if succeeded || status >= 400 {
                for try await chunk in response.body {
                    if succeeded {
                        try request.cap.check(body.count + chunk.readableBytes)
                    } else if body.count + chunk.readableBytes > Self.errorBody {
                        break
                    }
                    body.append(contentsOf: chunk.readableBytesView)
                    if clock() > end { throw Failure.timeout("the answer was not complete after \(timeout)") }
                }
            }
            // A cancelled stream ends like a complete one.
            if Task.isCancelled { throw Failure.cancelled }
            return Answer(status: status, headers: response.headers, body: body, address: request.address)
        } catch let failure as Failure {
            throw failure
        } catch let exceeded as CapExceeded {
            throw .tooLarge(exceeded)
        } catch {
            throw Self.failure(error, silence: silence)
        }
    }

    private static func failure(_ error: any Error, silence: Duration) -> Failure {
        if Task.isCancelled || error is CancellationError { return .cancelled }
        let text = String(describing: error).printable(200)
        guard let error = error as? HTTPClientError else {
            guard let error = error as? HTTPParserError, error != .invalidEOFState else { return .connection(text) }
            return .malformed("not HTTP: \(text)")
        }
        switch error {
        case .readTimeout, .writeTimeout, .deadlineExceeded, .connectTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            return .timeout("\(error.shortDescription); nothing came for \(silence)")
        case .invalidURL, .emptyHost, .bodyLengthMismatch:
            return .malformed(error.shortDescription)
        default:
            return .connection(error.shortDescription)
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(min(seconds, 1 << 32) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
