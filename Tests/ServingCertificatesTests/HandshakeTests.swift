import Core
import Foundation
import NIOCore
import NIOEmbedded
import NIOSSL
import ServingCertificates
import TestSupport
import Testing

/// TLS between a client and a server in one process, without a network, by the library the server uses.
@Suite struct HandshakeTests {
    private static let host = "mc-webhook.mc-system.svc"
    private static let present = Instant(seconds: Int64(Date.now.timeIntervalSince1970))

    /// Certificates of the present: the library has no other clock.
    private static func set(seed: UInt64, at now: Instant = present) throws -> CertificateSet {
        var random = SeededGenerator(seed: seed)
        return try CertificateSet.bootstrap([.dns(host)], at: now, random: &random)
    }

    private static func certificates(_ list: [IssuedCertificate]) throws -> [NIOSSLCertificate] {
        try list.map { try NIOSSLCertificate(bytes: $0.bytes, format: .der) }
    }

    private static func server(
        _ pair: KeyPair, clientCA: [IssuedCertificate]? = nil
    ) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try certificates([pair.certificate]).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.keyPEM.utf8), format: .pem)))
        configuration.minimumTLSVersion = .tlsv13
        if let clientCA {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(try certificates(clientCA))
        }
        return configuration
    }

    private static func client(trusting roots: [IssuedCertificate], as pair: KeyPair? = nil) throws -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try certificates(roots))
        if let pair {
            configuration.certificateChain = try certificates([pair.certificate]).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.keyPEM.utf8), format: .pem))
        }
        return configuration
    }

    @Test func whoTrustsTheAuthorityConnects() throws {
        let set = try Self.set(seed: 1)
        #expect(try Self.connects(Self.server(set.serving), Self.client(trusting: set.authorities)))
    }

    @Test func whoTrustsAnotherDoesNot() throws {
        let set = try Self.set(seed: 1)
        let other = try Self.set(seed: 2)
        #expect(try !Self.connects(Self.server(set.serving), Self.client(trusting: other.authorities)))
    }

    @Test func anotherNameIsRefused() throws {
        let set = try Self.set(seed: 1)
        let client = try Self.client(trusting: set.authorities)
        #expect(try !Self.connects(Self.server(set.serving), client, host: "mc-api.mc-system.svc"))
    }

    @Test(arguments: [(-89 * 86_400, true), (-91 * 86_400, false), (3_600, false)])
    func onlyDuringItsLife(seconds: Int, connects: Bool) throws {
        let set = try Self.set(seed: 1, at: Self.present + .seconds(seconds))
        #expect(try Self.connects(Self.server(set.serving), Self.client(trusting: set.authorities)) == connects)
    }

    /// Throughout a CA's succession a client with the bundle of the step before connects.
    @Test func noStepOfARotationLocksOut() throws {
        let terms = CertificateTerms()
        // So long ago that a third of the CA's life is left.
        var set = try Self.set(seed: 1, at: Self.present - .seconds(250 * 86_400))
        var random = SeededGenerator(seed: 3)
        var bundle = set.authorities
        _ = try set.rotate(at: Self.present - .seconds(2 * 86_400), terms: terms, random: &random)
        #expect(set.authorities.count == 2)
        #expect(try Self.connects(Self.server(set.serving), Self.client(trusting: bundle)))
        bundle = set.authorities
        let steps = try set.rotate(at: Self.present, terms: terms, random: &random)
        #expect(steps.count == 1)
        #expect(try Self.connects(Self.server(set.serving), Self.client(trusting: bundle)))
        #expect(try Self.connects(Self.server(set.serving), Self.client(trusting: [bundle[1]])))
        // Whoever slept through the overlap is locked out: it is there to be used.
        #expect(try !Self.connects(Self.server(set.serving), Self.client(trusting: [bundle[0]])))
    }

    @Test func theClientShowsItsCertificate() throws {
        let set = try Self.set(seed: 1)
        let other = try Self.set(seed: 2)
        var random = SeededGenerator(seed: 4)
        let own = try set.client("kube-apiserver", at: Self.present, random: &random)
        let foreign = try other.client("kube-apiserver", at: Self.present, random: &random)
        let server = try Self.server(set.serving, clientCA: set.authorities)
        #expect(try Self.connects(server, Self.client(trusting: set.authorities, as: own)))
        #expect(try !Self.connects(server, Self.client(trusting: set.authorities, as: foreign)))
        #expect(try !Self.connects(server, Self.client(trusting: set.authorities)))
        // A server's certificate is none for a client.
        #expect(try !Self.connects(server, Self.client(trusting: set.authorities, as: set.serving)))
    }

    /// Whether both sides finish the handshake and a byte gets through each way.
    private static func connects(
        _ server: TLSConfiguration, _ client: TLSConfiguration, host: String = host
    ) throws -> Bool {
        let left = EmbeddedChannel()
        let right = EmbeddedChannel()
        defer {
            // Not by finish(): it would wait for the other side's farewell, which a refused one never sends.
            left.close(promise: nil)
            right.close(promise: nil)
            left.embeddedEventLoop.advanceTime(by: .seconds(60))
            right.embeddedEventLoop.advanceTime(by: .seconds(60))
        }
        do {
            try left.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: NIOSSLContext(configuration: client), serverHostname: host))
            try right.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: NIOSSLContext(configuration: server)))
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
            left.connect(to: address, promise: nil)
            right.connect(to: address, promise: nil)
            left.writeAndFlush(ByteBuffer(string: "ping"), promise: nil)
            try pump(left, right)
            right.writeAndFlush(ByteBuffer(string: "pong"), promise: nil)
            try pump(left, right)
            let ping = try right.readInbound(as: ByteBuffer.self)
            let pong = try left.readInbound(as: ByteBuffer.self)
            return ping == ByteBuffer(string: "ping") && pong == ByteBuffer(string: "pong")
        } catch is NIOSSLError {
            return false
        } catch is NIOSSLExtraError {
            return false
        } catch is BoringSSLError {
            return false
        } catch is ChannelError {
            return false
        }
    }

    private static func pump(_ left: EmbeddedChannel, _ right: EmbeddedChannel) throws {
        var moved = true
        while moved {
            moved = false
            if let bytes = try left.readOutbound(as: ByteBuffer.self) {
                try right.writeInbound(bytes)
                moved = true
            }
            if let bytes = try right.readOutbound(as: ByteBuffer.self) {
                try left.writeInbound(bytes)
                moved = true
            }
        }
    }
}
