import AsyncHTTPClient
import Core
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A client as the API server, an operator or a stranger has it.
struct Client: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        let headers: [String: String]

        var json: JSONValue { get throws { try JSONValue(parsing: body) } }
        var text: String { String(decoding: body, as: UTF8.self) }
        var response: JSONValue? { get throws { try json["response"] } }
        var isAllowed: Bool? {
            get throws { if case .bool(let allowed)? = try response?["allowed"] { allowed } else { nil } }
        }
        var message: String { (try? response?["status"]?["message"]?.string) ?? "" }
        var code: JSONValue? { get throws { try response?["status"]?["code"] } }
        var warnings: [String] {
            get throws { (try response?["warnings"]?.array ?? []).compactMap(\.string) }
        }
        func annotation(_ name: String) throws -> String? {
            try response?["auditAnnotations"]?[name]?.string
        }
    }

    private let client: HTTPClient
    private let base: String
    private static let patience = TimeAmount.seconds(20)

    /// Talks to a port while `body` runs; over TLS when certificates are given.
    ///
    /// - Parameter identity: the name of the client's certificate; none is shown when `nil`.
    static func with<Value: Sendable>(
        _ port: Int, _ certificates: Certificates? = nil, identity: String? = nil,
        _ body: @Sendable (Client) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        if let certificates {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(certificates.bytes("ca.crt")))
            if let identity {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificates.bytes("\(identity).crt"))
                    .map { .certificate($0) }
                tls.privateKey = .privateKey(
                    try NIOSSLPrivateKey(bytes: certificates.bytes("\(identity).key"), format: .pem))
            }
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
        let own = Client(client: client, base: "\(certificates == nil ? "http" : "https")://127.0.0.1:\(port)")
        do {
            let value = try await body(own)
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private init(client: HTTPClient, base: String) {
        self.client = client
        self.base = base
    }

    func validate(_ review: JSONValue, timeout: String = "10s") async throws -> Answer {
        try await send("/v1/validate?timeout=\(timeout)", .bytes(ByteBuffer(bytes: review.canonical)))
    }

    func mutate(_ review: JSONValue) async throws -> Answer {
        try await send("/v1/mutate?timeout=10s", .bytes(ByteBuffer(bytes: review.canonical)))
    }

    func post(_ path: String, _ bytes: [UInt8]) async throws -> Answer {
        try await send(path, .bytes(ByteBuffer(bytes: bytes)))
    }

    /// Sends a body whose length is not announced.
    func postInPieces(_ path: String, _ bytes: [UInt8], piece: Int = 64 << 10) async throws -> Answer {
        let pieces = stride(from: 0, to: bytes.count, by: piece).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + piece, bytes.count)])
        }
        return try await send(path, .stream(pieces.async, length: .unknown))
    }

    func get(_ path: String, token: String? = nil, method: String = "GET") async throws -> Answer {
        try await send(path, nil, method: method, token: token)
    }

    private func send(
        _ path: String, _ body: HTTPClientRequest.Body?, method: String = "POST", token: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .init(rawValue: method)
        request.body = body
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await client.execute(request, timeout: Self.patience)
        let bytes = Array(try await response.body.collect(upTo: 8 << 20).readableBytesView)
        var headers: [String: String] = [:]
        for header in response.headers { headers[header.name.lowercased()] = header.value }
        return Answer(status: Int(response.status.code), body: bytes, headers: headers)
    }
}

extension Array where Element: Sendable {
    /// The elements one after the other.
    fileprivate var async: AsyncStream<Element> {
        AsyncStream { continuation in
            for element in self { continuation.yield(element) }
            continuation.finish()
        }
    }
}
