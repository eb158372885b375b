import Core
import Foundation
import ServingCertificates
import SwiftASN1
import TestSupport
import Testing
@_spi(FixedExpiryValidationTime) import X509

/// What other implementations of X.509 and TLS say of our certificates.
@Suite struct PeerTests {
    private static func set(at now: Instant = RotationTests.start) throws -> CertificateSet {
        var random = SeededGenerator(seed: 7)
        return try CertificateSet.bootstrap(RotationTests.names, at: now, random: &random)
    }

    /// swift-certificates' own verifier, at both ends of the life and a second beyond.
    @Test(arguments: [
        (-301, false), (-300, true), (0, true), (90 * 86_400, true), (90 * 86_400 + 1, false),
    ])
    func theChainVerifiesDuringItsLifeOnly(seconds: Int, isValid: Bool) async throws {
        let set = try Self.set()
        let root = try X509.Certificate(derEncoded: set.authorities[0].bytes)
        let leaf = try X509.Certificate(derEncoded: set.serving.certificate.bytes)
        let date = Date(timeIntervalSince1970: Double(RotationTests.start.seconds) + Double(seconds))
        var verifier = Verifier(rootCertificates: CertificateStore([root])) {
            RFC5280Policy(fixedExpiryValidationTime: date)
            ServerIdentityPolicy(serverHostname: "mc-webhook.mc-system.svc", serverIP: nil)
        }
        let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore())
        if case .validCertificate = result { #expect(isValid) } else { #expect(!isValid, "\(result)") }
    }

    struct Check: Sendable {
        let options: [String]
        let file: String
        let isGood: Bool
    }

    /// openssl counts the last second as over already; RFC 5280 §4.1.2.5 does not.
    static let checks = [
        Check(options: ["-purpose", "sslserver"], file: "tls.crt", isGood: true),
        Check(
            options: ["-purpose", "sslserver", "-verify_hostname", "mc-webhook.mc-system.svc"], file: "tls.crt",
            isGood: true),
        Check(options: ["-purpose", "sslserver", "-verify_ip", "127.0.0.1"], file: "tls.crt", isGood: true),
        Check(
            options: ["-purpose", "sslserver", "-verify_hostname", "other.mc-system.svc"], file: "tls.crt",
            isGood: false),
        Check(options: ["-purpose", "sslclient"], file: "tls.crt", isGood: false),
        Check(options: ["-purpose", "sslclient"], file: "client.crt", isGood: true),
        Check(options: ["-purpose", "sslserver"], file: "client.crt", isGood: false),
        Check(options: ["-attime", "\(RotationTests.start.seconds + 90 * 86_400 - 1)"], file: "tls.crt", isGood: true),
        Check(
            options: ["-attime", "\(RotationTests.start.seconds + 90 * 86_400 + 1)"], file: "tls.crt", isGood: false),
        Check(options: ["-attime", "\(RotationTests.start.seconds - 301)"], file: "tls.crt", isGood: false),
    ]

    @Test(.enabled(if: TestServer.find("openssl") != nil, "openssl is not installed"), arguments: checks)
    func opensslVerifies(check: Check) async throws {
        let set = try Self.set()
        var random = SeededGenerator(seed: 8)
        let client = try set.client("kube-apiserver", at: RotationTests.start, random: &random)
        let folder = try TemporaryFolder()
        for (name, bytes) in set.files { try folder.write(name, bytes) }
        try folder.write("client.crt", client.certificate.pem)
        let time = check.options.contains("-attime") ? [] : ["-attime", "\(RotationTests.start.seconds)"]
        let run = try await TestProgram.run(
            try #require(TestServer.find("openssl")),
            ["verify", "-x509_strict", "-CAfile", "\(folder.path)/ca.crt"] + time + check.options
                + ["\(folder.path)/\(check.file)"])
        #expect((run.status == 0) == check.isGood, "\(check): \(run.output)")
    }
}
