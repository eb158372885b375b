import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Recorder
import Synchronization
import TransparencyLog

/// The log of another replica, read through its API and checked against its key.
final class PeerLog: TileSource, LogTail {
    private let base: String
    private let tokenFile: String
    private let trust: LogTrust
    private let client: HTTPClient
    /// Where the recorder reads on.
    private let follower = Mutex<LogFollower?>(nil)

    var origin: String { trust.origin }

    /// - Parameters:
    ///   - url: where its API is, such as `https://mc-1.mc-replicas:8444`.
    ///   - key: its log's verifier key.
    ///   - tokenFile: the file of the token to ask by; it is read for each request, so that it can be rotated.
    ///   - authority: the file of the CA of its certificate in PEM.
    /// - Throws: ``UsageError``, ``InputError`` or ``LogError`` when one of them cannot be used.
    init(url: String, key: String, tokenFile: String, authority: String?) throws {
        guard url.hasPrefix("https://") else {
            throw UsageError("peers: expected an https:// address, saw \(url.printable)")
        }
        base = (url.hasSuffix("/") ? String(url.dropLast()) : url) + "/api/v1/log"
        self.tokenFile = tokenFile
        trust = try LogTrust(log: VerifierKey(key))
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(5))
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(
                    InputFile.read(authority, cap: Cap("bytes of a PEM file", 1 << 20))))
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { client.shutdown { _ in } }

    /// Follows the log from its first entry.
    func followed() -> LogFollower { LogFollower(self, trust: trust) }

    func checkpoint() async throws -> [UInt8]? { try await get("checkpoint", atMost: 64 << 10) }

    func tile(_ path: TilePath) async throws -> [UInt8]? { try await get("\(path)", atMost: 17 << 20) }

    func entries(from index: UInt64, limit: Int) async throws -> [(index: UInt64, bytes: [UInt8])] {
        var own: LogFollower
        if let known = follower.withLock({ $0 }), known.next == index {
            own = known
        } else {
            own = try await LogFollower(self, trust: trust, from: index)
        }
        let entries = try await own.advance(limit)
        follower.withLock { $0 = own }
        return entries.map { ($0.index, $0.entry) }
    }

    private func get(_ path: String, atMost limit: Int) async throws -> [UInt8]? {
        let token = String(
            decoding: try InputFile.read(tokenFile, cap: Cap("bytes of a token", 16 << 10)), as: UTF8.self)
        var request = HTTPClientRequest(url: "\(base)/\(path)")
        request.headers.add(
            name: "authorization", value: "Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))")
        let response = try await client.execute(request, timeout: .seconds(10))
        if response.status == .notFound { return nil }
        guard response.status == .ok else {
            throw InputError("\(base)/\(path)", "answered \(response.status.code)")
        }
        return Array(try await response.body.collect(upTo: limit).readableBytesView)
    }
}
