import Core
import DecisionLog
import NIOCore
import NIOSSL
import Policy
import Rehearsal
import Server
import ServiceLifecycle
import TestDecisionLog
import Testing

/// The listeners themselves: certificates that change, health, and the end.
@Suite("Listeners", .timeLimit(.minutes(1))) struct ListenerTests {
    @Test(arguments: [
        ("127.0.0.1:8443", "127.0.0.1", 8_443), ("[::1]:1", "::1", 1), (":8443", "::", 8_443),
        ("localhost:0", "localhost", 0), ("[fe80::1]:65535", "fe80::1", 65_535),
    ]) func addressesAreRead(_ text: String, _ host: String, _ port: Int) throws {
        let address = try ListenAddress(text)
        #expect(address.host == host && address.port == port)
    }

    @Test(arguments: ["", "8443", "::1:8443", "a:b", "a:65536", "a:-1", "a:"])
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(throws: ServerError.self) { try ListenAddress(text) }
    }

    @Test func anAddressThatIsTakenSaysSo() async throws {
        let yard = try await Yard()
        try await yard.serve { (running) async throws in
            let taken = ListenAddress(host: "127.0.0.1", port: try running.port("webhook"))
            let error = await #expect(throws: ServerError.self) { try await yard.listen(at: taken) }
            #expect(error?.code == .address && "\(error.map { "\($0)" } ?? "")".contains("\(taken)"))
        }
    }

    @Test(arguments: ["/healthz", "/readyz", "/metrics"]) func healthTellsNoSecrets(_ path: String) async throws {
        let yard = try await Yard()
        try await yard.serve { (running) async throws in
            try await Client.with(running.port("health")) { (client) async throws in
                let answer = try await client.get(path)
                #expect(answer.status == 200)
                #expect(try await client.get(path, method: "HEAD").status == 200)
                #expect(try await client.get(path, method: "POST").status == 405)
                for other in ["/", "/api/v1/status", "/v1/validate", "\(path)/", "/debug/pprof"] {
                    #expect(try await client.get(other).status == 404)
                }
            }
        }
    }

    @Test func readinessSaysWhatIsWrong() async throws {
        let yard = try await Yard()
        try await yard.serve { (running) async throws in
            try await Client.with(running.port("health")) { (client) async throws in
                func readiness() async throws -> (Int, String) {
                    let answer = try await client.get("/readyz")
                    return (answer.status, answer.text)
                }
                #expect(try await readiness() == (200, #"{"problems":[],"ready":true,"warnings":[]}"#))
                yard.log.fail("no space left")
                #expect(
                    try await readiness()
                        == (
                            503,
                            #"{"problems":["the log cannot be written: no space left"],"ready":false,"warnings":[]}"#
                        ))
                yard.log.fail(nil)
                yard.clock.set(Shop.now - .seconds(301))
                let (status, text) = try await readiness()
                #expect(status == 503 && text.contains("the clock says"))
                yard.clock.set(Shop.now)
                #expect(try await readiness().0 == 200)
                // It lives all the while.
                #expect(try await client.get("/healthz").status == 200)
            }
        }
    }

    @Test func metricsComeInTheFormatAskedFor() async throws {
        let yard = try await Yard()
        try await yard.serve { (running) async throws in
            try await Client.with(running.port("health")) { (client) async throws in
                let answer = try await client.get("/metrics")
                #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                #expect(answer.text == "# text\n")
            }
        }
    }

    // MARK: Certificates

    @Test func aNewCertificateIsForNewConnections() async throws {
        let certificates = try Certificates.made.get()
        let source = try TLSSource(certificates.material("server"))
        let yard = try await Yard()
        try await yard.serve(tls: source) { (running) async throws in
            let port = try running.port("webhook")
            try await Client.with(port, certificates, identity: "apiserver") { (old) async throws in
                #expect(try await old.validate(Shop.review(of: Shop.good)).isAllowed == true)
                #expect(try await Peer.certificate(port, certificates) == certificates.bytes("server.crt"))
                #expect(try source.reload(certificates.material("renewed")))
                #expect(try await Peer.certificate(port, certificates) == certificates.bytes("renewed.crt"))
                // The connection that stood before goes on.
                #expect(try await old.validate(Shop.review(of: Shop.good)).isAllowed == true)
                // The same again is no change.
                #expect(try source.reload(certificates.material("renewed")) == false)
            }
        }
    }

    @Test(arguments: ["no certificate", "another's key", "no key", "no CA", "empty"])
    func aBadCertificateKeepsTheLastGood(_ what: String) throws {
        let certificates = try Certificates.made.get()
        let source = try TLSSource(certificates.material("server"))
        let expires = source.expires
        var material = try certificates.material("renewed")
        switch what {
        case "no certificate": material.certificates = Array("nonsense".utf8)
        case "another's key": material.privateKey = try certificates.bytes("apiserver.key")
        case "no key": material.privateKey = material.certificates
        case "no CA": material.clientCA = Array("nonsense".utf8)
        default: material.certificates = []
        }
        #expect(throws: ServerError.self) { try source.reload(material) }
        #expect(source.expires == expires && expires != nil)
        #expect(try source.reload(certificates.material("server")) == false)
        #expect(throws: ServerError.self) { try TLSSource(material) }
    }

    @Test func aNewClientCAIsForNewConnections() async throws {
        let certificates = try Certificates.made.get()
        let source = try TLSSource(certificates.material())
        let yard = try await Yard()
        try await yard.serve(tls: source) { (running) async throws in
            let port = try running.port("webhook")
            var material = try certificates.material()
            material.clientCA = try certificates.bytes("foreign.crt")
            try source.reload(material)
            _ = try await Client.with(port, certificates, identity: "stranger") {
                try await $0.validate(Shop.review(of: Shop.good))
            }
            await #expect(throws: (any Error).self) {
                try await Client.with(port, certificates, identity: "apiserver") {
                    try await $0.validate(Shop.review(of: Shop.good))
                }
            }
        }
        #expect(try yard.decisions.map(\.caller) == [.authenticated])
    }

    @Test func plainTextOnTheTLSPortIsNotAnswered() async throws {
        let yard = try await Yard()
        let source = try TLSSource(Certificates.made.get().material())
        try await yard.serve(tls: source) { (running) async throws in
            let socket = try await Socket(running.port("webhook"), "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await socket.closed()
            #expect(!socket.text.contains("HTTP/1.1"))
        }
    }

    @Test func aHandshakeThatNeverEndsIsCut() async throws {
        let yard = try await Yard()
        let source = try TLSSource(Certificates.made.get().material())
        var limits = ListenerLimits()
        limits.greeting = .milliseconds(300)
        try await yard.serve(tls: source, listener: limits) { (running) async throws in
            let socket = try await Socket(running.port("webhook"), "\u{16}")
            await socket.closed()
        }
    }

    // MARK: The end

    @Test(arguments: [false, true]) func whatIsUnderWayIsAnsweredBeforeTheEnd(isSecure: Bool) async throws {
        let yard = try await Yard(images: Shop.images(.slow(.milliseconds(50))))
        let (answers, continuation) = AsyncStream.makeStream(of: Client.Answer.self)
        let certificates = isSecure ? try Certificates.made.get() : nil
        let tls = try certificates.map { try TLSSource($0.material()) }
        try await yard.serve(tls: tls) { (running) async throws in
            let port = try running.port("webhook")
            try await Client.with(port, certificates) { (client) async throws in
                async let answer = client.validate(Shop.review(of: Shop.good))
                try await Task.sleep(for: .milliseconds(60))
                await running.group.triggerGracefulShutdown()
                continuation.yield(try await answer)
            }
        }
        continuation.finish()
        for await answer in answers { #expect(try answer.isAllowed == true) }
        #expect(try yard.decisions.map(\.outcome) == [.allow])
    }

    /// In plain HTTP and over TLS: who said nothing, who never ends the handshake, who was answered and stays.
    @Test(arguments: [false, true]) func connectionsThatSayNothingDoNotHoldUpTheEnd(isSecure: Bool) async throws {
        let yard = try await Yard()
        let certificates = try Certificates.made.get()
        let tls = isSecure ? try TLSSource(certificates.material()) : nil
        let (ends, continuation) = AsyncStream.makeStream(of: Duration.self)
        try await yard.serve(tls: tls) { (running) async throws in
            let port = try running.port("webhook")
            let silent = try await [Socket(port, ""), Socket(port, isSecure ? "\u{16}" : "GET / HT")]
            let idle = try await Socket(running.port("health"), "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await idle.received { $0.contains("404") }
            let kept = try await Socket(port, "", tls: isSecure ? certificates : nil)
            kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await kept.received { $0.contains("404") }
            kept.fallSilent()
            let start = ContinuousClock.now
            await running.group.triggerGracefulShutdown()
            for socket in silent + [idle, kept] { await socket.closed() }
            continuation.yield(ContinuousClock.now - start)
        }
        continuation.finish()
        // TLS would wait five seconds for a goodbye, and a greeting has ten.
        for await end in ends { #expect(end < .seconds(3)) }
    }
}
