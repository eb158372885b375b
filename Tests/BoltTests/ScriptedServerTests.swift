import Bolt
import Core
import Outgoing
import Testing

/// What a real server seldom does.
@Suite struct ScriptedServerTests {
    typealias Reply = ScriptedServer.Reply

    private static func code(_ client: BoltClient, _ cypher: String = "RETURN 1") async -> BoltError? {
        do throws(BoltError) { try await client.query(cypher, mode: .read) } catch { return error }
        return nil
    }

    @Test func asksAndAnswers() async throws {
        let server = try await ScriptedServer()
        let client = server.client()
        #expect(try await client.query("RETURN $x", ["x": 5]) == [["x": 1]])
        #expect(try await client.check().agent == "Scripted/1")
        #expect(server.fields(0x10) == [["RETURN $x", ["x": 5], ["tx_timeout": 300_000]]])
        #expect(server.connections == 1)
        await client.close()
        #expect(await Self.code(client)?.code == .misuse)
        await server.stop()
    }

    /// What a server does to one message, and what its client is told.
    struct Mishap: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let tag: UInt8
        let replies: [Reply]
        let code: BoltError.Code
    }

    @Test(arguments: [
        Mishap(
            testDescription: "version refused", tag: 0xFF, replies: [.bytes([0, 0, 0, 0]), .close], code: .version),
        Mishap(testDescription: "HTTP", tag: 0xFF, replies: [.bytes(Array("HTTP/1.1 400".utf8))], code: .malformed),
        Mishap(testDescription: "closed at once", tag: 0xFF, replies: [.close], code: .closed),
        Mishap(
            testDescription: "credentials refused", tag: 0x6A,
            replies: [
                .bytes(Server.failure(["code": "Neo.ClientError.Security.Unauthorized", "message": "no"])), .close,
            ],
            code: .unauthorized),
        Mishap(
            testDescription: "half a record, then the end", tag: 0x3F,
            replies: [.bytes(Array(Server.record(["abc"]).dropLast(3))), .close], code: .closed),
        Mishap(testDescription: "an oversized record", tag: 0x3F, replies: [.bytes([0xFF, 0xFF])], code: .tooLarge),
        Mishap(
            testDescription: "a wrong tag", tag: 0x3F, replies: [.bytes(ChunkFraming.frame([0xB1, 0x72, 0xA0]))],
            code: .malformed),
        Mishap(testDescription: "silence", tag: 0x3F, replies: [], code: .timeout),
        Mishap(testDescription: "silence at the greeting", tag: 0x01, replies: [], code: .timeout),
    ]) func aMishapIsNamed(_ mishap: Mishap) async throws {
        let server = try await ScriptedServer { $0.tag == mishap.tag ? mishap.replies : nil }
        let client = server.client {
            $0.limits = PackStreamLimits(bytes: 60_000)
            if mishap.code == .timeout {
                $0.silence = .milliseconds(200)
                $0.connect = .milliseconds(1_000)
            }
        }
        let error = await Self.code(client)
        #expect(error?.code == mishap.code, "\(error.map { $0.description } ?? "no error")")
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.place.hasPrefix("bolt://127.0.0.1:\(server.port)") == true)
        await server.stop()
    }

    @Test func signsOfLifeKeepAConnectionAlive() async throws {
        let server = try await ScriptedServer { request in
            request.tag == 0x3F
                ? [
                    .bytes(Server.noop), .bytes(Server.noop),
                    .bytes(Server.record([7]) + Server.noop + Server.success()),
                ]
                : nil
        }
        #expect(try await server.client().query("RETURN 7") == [["x": 7]])
        await server.stop()
    }

    @Test func aFailureLeavesTheConnectionUsable() async throws {
        // The PULL that travels with the RUN must be ignored, as a server that failed does.
        let server = try await ScriptedServer { request in
            switch request.tag {
            case 0x10 where request.fields.first == "BAD": [.bytes(Server.failure() + Server.ignored)]
            case 0x3F where request.fields == [["n": 7]]: []
            default: nil
            }
        }
        let client = server.client { $0.batch = 7 }
        let error = await Self.code(client, "BAD")
        #expect(error?.serverCode == "Neo.ClientError.Statement.SyntaxError")
        #expect(error?.place.hasSuffix(": BAD") == true)
        #expect(server.tags == [0x01, 0x6A, 0x10, 0x3F, 0x0F])
        _ = try await client.check()
        #expect(server.connections == 1)
        await server.stop()
    }

    @Test func aResultBeyondTheCapIsRefused() async throws {
        let records = (0..<11).flatMap { Server.record([.int($0)]) }
        let server = try await ScriptedServer { $0.tag == 0x3F ? [.bytes(records + Server.success())] : nil }
        let small = server.client { $0.records = Cap("records of a result", 10) }
        #expect(await Self.code(small)?.code == .tooLarge)
        let large = server.client { $0.records = Cap("records of a result", 11) }
        #expect(try await large.query("Q").count == 11)
        let narrow = server.client { $0.resultBytes = Cap("bytes of a result", 20) }
        #expect(await Self.code(narrow)?.code == .tooLarge)
        await server.stop()
    }

    @Test func asksForTheNextBatchOnlyWhenThisOneIsUsedUp() async throws {
        let server = try await ScriptedServer { request in
            request.tag == 0x3F
                ? [.bytes(Server.record([1]) + Server.record([2]) + Server.success(["has_more": true]))] : nil
        }
        let client = server.client { $0.batch = 2 }
        let seen = try await client.stream("Q") { rows in
            var pulls: [Int] = []
            for try await _ in rows {
                pulls.append(server.tags.count { $0 == 0x3F })
                if pulls.count == 5 { break }
            }
            return pulls
        }
        #expect(seen == [1, 1, 2, 2, 3])
        // What is left is discarded, not read.
        #expect(server.tags.suffix(2) == [0x3F, 0x2F])
        await server.stop()
    }

    @Test func cancellationClosesTheConnection() async throws {
        let server = try await ScriptedServer { $0.tag == 0x3F ? [] : nil }
        let client = server.client { $0.connections = 1 }
        let task = Task { await Self.code(client) }
        while !server.tags.contains(0x3F) { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        // The place is free again, and the next caller gets another connection.
        _ = try await client.check()
        #expect(server.connections == 2)
        await server.stop()
    }

    @Test func aConnectionTheServerClosedWhileIdleIsNotUsed() async throws {
        let server = try await ScriptedServer { request in
            request.tag == 0x3F && request.connection == 1
                ? [.bytes(Server.record([1]) + Server.success()), .close] : nil
        }
        let client = server.client()
        #expect(try await client.query("Q") == [["x": 1]])
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await client.query("Q") == [["x": 1]])
        #expect(server.connections == 2)
        await server.stop()
    }

    @Test func notReachableIsNamed() async throws {
        let server = try await ScriptedServer()
        let client = server.client()
        await server.stop()
        #expect(await Self.code(client)?.code == .unavailable)
    }

    @Test func credentialsAreNotSentInClearToOthers() async throws {
        let client = BoltClient(
            BoltAddress(host: "192.0.2.1", security: .plain), credentials: .basic(user: "u", password: "p"))
        #expect(await Self.code(client)?.code == .configuration)
    }
}

@Suite struct TLSTests {
    @Test func onlyATrustedCertificateIsAccepted() async throws {
        let certificates = try TestCertificates()
        let other = try TestCertificates()
        let server = try await ScriptedServer(tls: certificates.context())
        let trusting = server.client(.verified) { $0.trust = .authorities(certificates.authority) }
        #expect(try await trusting.query("Q") == [["x": 1]])
        for (client, why) in [
            (server.client(.verified) { $0.trust = .authorities(other.authority) }, "another authority"),
            (server.client(.verified), "the machine's authorities"),
        ] {
            let error = await #expect(throws: BoltError.self, "\(why)") { try await client.query("Q") }
            #expect(error?.code == .unavailable, "\(why): \(error.map { $0.description } ?? "")")
        }
        #expect(try await server.client(.anyCertificate).query("Q") == [["x": 1]])
        // Nobody got as far as sending credentials.
        #expect(server.fields(0x6A).count == 2)
        await server.stop()
    }

    @Test func theCertificateIsForTheNameThatIsAsked() async throws {
        let certificates = try TestCertificates(name: "localhost")
        let server = try await ScriptedServer(tls: certificates.context())
        func client(_ host: String) -> BoltClient {
            server.client(.verified, host: host) { $0.trust = .authorities(certificates.authority) }
        }
        #expect(try await client("localhost").query("Q") == [["x": 1]])
        let error = await #expect(throws: BoltError.self) { try await client("127.0.0.1").query("Q") }
        #expect(error?.code == .unavailable)
        #expect(server.fields(0x6A).count == 1)
        await server.stop()
    }

    @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func authoritiesThatAreNoneAreRefused(pem: String) async throws {
        var options = BoltOptions()
        options.trust = .authorities(pem)
        let client = BoltClient(BoltAddress(host: "127.0.0.1"), credentials: .none, options: options)
        let error = await #expect(throws: BoltError.self) { try await client.check() }
        #expect(error?.code == .configuration)
    }

    @Test func aServerWithoutTLSIsNamed() async throws {
        let server = try await ScriptedServer { _ in [.bytes([0, 0, 0, 0])] }
        let client = server.client(.anyCertificate) { $0.connect = .seconds(2) }
        let error = await #expect(throws: BoltError.self) { try await client.check() }
        #expect(error?.code == .unavailable || error?.code == .timeout, "\(error.map { $0.description } ?? "")")
        await server.stop()
    }
}
