internal import Admission
internal import AsyncHTTPClient
internal import Core
internal import DecisionLog
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Policy
internal import Server
internal import ServiceLifecycle
internal import ServingCertificates
internal import TransparencyLog

/// A webhook of the drill's own on a loopback port, with certificate, log and client, all of it gone when it stops.
final class DrillServer: Sendable {
    /// The key the log's proofs verify with.
    let key: VerifierKey
    private let port: Int
    private let folder: URL
    private let writer: LogWriter
    private let client: HTTPClient
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// The drill says what time it is; nothing is refused for a machine's clock.
    init(admitter: Admitter, now: Instant) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mc-drill-\(UUID().uuidString)")
        var random = SystemRandomNumberGenerator()
        let signer = try NoteSigner(generating: "mc.drill.example/log", using: &random)
        key = signer.verifierKey
        var options = LogOptions()
        options.publishInterval = .milliseconds(50)
        writer = try await LogWriter.open(folder: folder.path, signer: signer, options: options)
        let certificates = try CertificateSet.bootstrap(
            [ServingName("localhost"), ServingName("127.0.0.1")], at: .drillNow, random: &random)
        let clock = SteadyClock(wall: { now }, elapsed: { .zero })
        let policy = PolicyInForce()
        policy.replace(
            by: LoadedPolicy(admitter: admitter, bundle: admitter.bundle, waivers: .none, loadedAt: now))
        let keeper = DecisionKeeper(
            log: writer, large: LargeDecisionFolder("\(folder.path)/decisions"), admissions: AdmissionIndex())
        let webhook = Webhook(
            policy: policy, keeper: keeper, clock: clock, modes: UnlabelledNamespaces(), shadow: ShadowVerifier())
        let files = certificates.files
        let tls = try TLSSource(
            TLSMaterial(
                certificates: files[CertificateSet.certificateFile] ?? [],
                privateKey: files[CertificateSet.keyFile] ?? []))
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "mc.drill") { _ in SwiftLogNoOpLogHandler() }
        let server = AdmissionServer(
            webhook: webhook, at: AdmissionServer.Endpoint(ListenAddress(host: "127.0.0.1", port: 0), tls: tls),
            readiness: { Readiness() }, metrics: { _ in "" }, group: MultiThreadedEventLoopGroup.singleton,
            logger: logger, onListening: { _, port in told.yield(port) })
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        self.group = group
        running = Task {
            defer { told.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw DrillError("the drill's server ended before it listened")
        }
        self.port = port
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(certificates.bundle.utf8)))
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Sends a review as the API server does.
    func ask(_ review: JSONValue) async throws -> JSONValue {
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/v1/validate?timeout=10s")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: review.canonical))
        let response = try await client.execute(request, timeout: .seconds(15))
        let body = try await response.body.collect(upTo: 1 << 20)
        return try JSONValue(parsing: Array(body.readableBytesView), limits: JSONLimits(bytes: 1 << 20))
    }

    /// The proof of an entry as a file, and the entry.
    func proof(of index: UInt64) async throws -> (proof: [UInt8], entry: [UInt8]) {
        let checkpoint = try await writer.publish()
        let proof = try await writer.reader.proof(of: index, in: checkpoint)
        return (proof.bytes, try await writer.reader.entry(index, in: checkpoint.checkpoint))
    }

    /// Ends server, log and client, and removes what they left.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await client.shutdown()
        try await running.value
        try await writer.close()
        try? FileManager.default.removeItem(at: folder)
    }
}

extension Instant {
    /// The machine's own time: certificates are judged by TLS, which asks nobody else.
    fileprivate static var drillNow: Instant { Instant(seconds: Int64(Date().timeIntervalSince1970)) }
}
